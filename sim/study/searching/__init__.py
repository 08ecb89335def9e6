"""Searching: from runs to the least that holds, the cheapest, the safest and the best of some plans."""
