"""Charts: tidy tables become pictures, in one theme, for readers who cannot tell all colours apart."""
