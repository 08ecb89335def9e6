"""The examples in docstrings are run; the screen's modules are scripts and have none."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = ("sim.ui", "sim.__main__")
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "sim").rglob("*.py")
)


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith(SCRIPTS)])
def test_the_examples_are_true(name):
    assert doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS).failed == 0
