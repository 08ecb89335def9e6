"""Who comes and what they will need, drawn before anything runs."""
