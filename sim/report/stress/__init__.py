"""The STRESS-DES sheet: the model of a scenario, described so that others could build it again."""
