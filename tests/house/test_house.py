"""The rules of the house that no linter knows, read from the syntax of every file under sim/."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "sim").rglob("*.py"))
LONGEST_FILE = 400  # lines
RANDOM_ROOM = "sim/demand/streams.py"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=name_of(path))


def imported_by(tree: ast.AST) -> set[str]:
    """Every dotted name that is imported, `from a import b` as `a` and `a.b`."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def draws_at_random(tree: ast.AST) -> set[str]:
    """The generators that are imported, or reached as an attribute of NumPy (`np.random`)."""
    found = {name for name in imported_by(tree) if f"{name}.".startswith(("random.", "numpy.random.", "secrets."))}
    aliases = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "numpy"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "random" and isinstance(node.value, ast.Name):
            found |= {"numpy.random"} if node.value.id in aliases else set()
    return found


def calls_print(tree: ast.AST) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


every_file = pytest.mark.parametrize("path", FILES, ids=name_of)


def test_there_are_files_to_read():
    assert any(name_of(path) == "sim/__init__.py" for path in FILES)


@every_file
def test_only_the_streams_draw_at_random(path):
    if name_of(path) != RANDOM_ROOM:
        assert draws_at_random(tree_of(path)) == set()


@every_file
def test_a_file_fits_in_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@every_file
def test_only_the_command_prints(path):
    if not name_of(path).startswith("sim/cli/"):
        assert calls_print(tree_of(path)) == []


@every_file
def test_no_import_is_hidden_from_the_running_program(path):
    names = {node.id for node in ast.walk(tree_of(path)) if isinstance(node, ast.Name)}
    attributes = {node.attr for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}
    assert "TYPE_CHECKING" not in names | attributes


@every_file
def test_imports_are_absolute_and_by_name(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative import"
            assert all(alias.name != "*" for alias in node.names), f"line {node.lineno}: import *"


@every_file
def test_every_module_says_what_it_is(path):
    assert ast.get_docstring(tree_of(path))


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from random import gauss",
        "import numpy.random",
        "from numpy import random",
        "from numpy.random import default_rng",
        "import numpy as np\nx = np.random.default_rng()",
        "def draw():\n    import numpy\n    return numpy.random.rand()",
    ],
)
def test_every_way_to_a_generator_is_found(source):
    assert draws_at_random(ast.parse(source))


def test_a_word_that_only_looks_random_is_allowed():
    assert not draws_at_random(
        ast.parse("import numpy as np\nfrom sim.demand import randomness\nnp.mean(randomness.random)")
    )
