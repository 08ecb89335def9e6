"""The benchmark: how long a replication-year takes, beside an idiomatic SimPy model of the same hospital."""
