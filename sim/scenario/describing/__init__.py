"""Describing: the language as a reference page and as a schema for editors."""
