"""Will we see it? The chart that people watch after a plan has gone live, and the weeks until it tells."""
