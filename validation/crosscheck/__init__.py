"""Cross-check: the same patients through Wardflow, through ciw and through a few lines of recursion."""
