"""Mutation testing: small random changes of the source, made by mutmut, to see how many of them the tests notice."""
