"""What it amounted to: every number is computed from the event log."""
