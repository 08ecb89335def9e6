"""What happens: the engines resolve contention and record facts."""
