"""Validation: what Wardflow computes against theory, published results and other programs."""
