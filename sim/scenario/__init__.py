"""What is declared: everything that a scenario file says about a hospital."""
