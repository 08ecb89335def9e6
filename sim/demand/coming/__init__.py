"""Coming: when patients come, and who is there at the start."""
