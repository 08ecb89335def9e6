"""Sensitivity: which of the values that nobody knows for sure a result hangs on."""
