"""Coverage: how often the 95 % intervals of the studies hold what theory says."""
