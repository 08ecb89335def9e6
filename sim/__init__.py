"""Hospital patient flow: declare a hospital in a file, run it, compare plans."""
