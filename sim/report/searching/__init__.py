"""Searches in words, as plain values and as tables."""
