"""Money: what it costs, by kind."""
