"""Emergency sizing: how a hospital bears more patients, what breaks first, and how long it takes to recover."""
