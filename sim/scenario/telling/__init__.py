"""Telling: what one scenario has otherwise than another."""
