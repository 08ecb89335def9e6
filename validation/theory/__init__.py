"""Theory: queues whose exact figures are known, as scenario files, and the check that Wardflow reproduces them."""
