"""Published models: three that others described, built in the language and held against what they found."""
