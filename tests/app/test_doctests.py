"""The examples in the screen's docstrings are run, apart from those of pages, which are scripts."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize("name", ["bases", "jobs", "levers", "plans", "texts"])
def test_the_examples_are_true(name):
    module = importlib.import_module(f"sim.ui.{name}")
    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed == 0
