"""What if: replications, experiments and their comparison."""
