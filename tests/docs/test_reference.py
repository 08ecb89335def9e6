"""Pages that are written from the program are up to date, and every example in the docs can be used as it stands."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import TypeAdapter, WithJsonSchema

from sim.cli import wardflow
from sim.scenario import events, quantities, ratios, rhythms
from sim.scenario.codes import CODES
from sim.scenario.describing.reference_page import SCALARS, errors_page, reference_page
from sim.scenario.distributions import EXAMPLES, Time
from sim.scenario.loading import load_file, load_text
from sim.scenario.queueing import VERBS
from sim.scenario.reading.reading import read
from sim.scenario.scenario import Scenario

ROOT = Path(__file__).parents[2]
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```yaml *(?P<kind>[a-z]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"^```yaml (?P<name>[a-z_/]+\.yaml)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
"""A file of its own, which others on the page name."""
SAVED = re.compile(r"[Ss]ave (?:this )?as `(?P<name>[\w./-]+\.ya?ml)`")


@dataclass(frozen=True)
class Example:
    """A block of YAML in a page of the docs."""

    page: Path
    line: int
    kind: str
    """scenario, change, study, steps, time or fragment; a block without a kind is a scenario or a change."""
    text: str
    saved_as: str
    """The name under which the reader is told to save it."""


def examples() -> list[Example]:
    found = []
    for page in DOCS:
        text = page.read_text(encoding="utf-8")
        for block in BLOCK.finditer(text):
            before = text[: block.start()]
            saved = SAVED.findall(before.rpartition("```")[2])
            kind = block["kind"] or ("change" if re.search(r"^extends:", block["text"], re.MULTILINE) else "scenario")
            line = before.count("\n") + 1
            found.append(Example(page, line, kind, block["text"], saved[-1] if saved else ""))
    return found


EXAMPLES_IN_DOCS = examples()


def named(example: Example) -> str:
    return f"{example.page.relative_to(ROOT)}:{example.line}"


@pytest.mark.parametrize("example", EXAMPLES_IN_DOCS, ids=named)
def test_an_example_can_be_used_as_it_stands(example, tmp_path):
    write_neighbours(example, tmp_path)
    if example.kind in ("scenario", "change"):
        file = tmp_path / "example.yaml"
        file.write_text(example.text, encoding="utf-8")
        assert load_file(file).scenario.name
    elif example.kind == "steps":
        load_text(in_the_base_hospital(example.text))
    elif example.kind == "study":
        check_study(example.text, tmp_path / "study.yaml")
    elif example.kind == "time":
        TypeAdapter(Time).validate_python(read("time:\n" + indented(example.text, 2), "example").data["time"])
    else:
        assert example.kind == "fragment", f"{named(example)}: say what the block is"
        for section, value in read(example.text, "example").data.items():
            TypeAdapter(Scenario.model_fields[section].annotation).validate_python(value)


def write_neighbours(example: Example, folder: Path) -> None:
    """Writes the other files of the page, which the example may name."""
    for other in EXAMPLES_IN_DOCS:
        if other.page == example.page and other.saved_as:
            (folder / other.saved_as).write_text(other.text, encoding="utf-8")
    for block in NAMED.finditer(example.page.read_text(encoding="utf-8")):
        (folder / block["name"]).parent.mkdir(exist_ok=True)
        (folder / block["name"]).write_text(block["text"], encoding="utf-8")


def check_study(text: str, file: Path) -> None:
    """Lets the command look at a study file."""
    file.write_text(text, encoding="utf-8")
    checked = CliRunner().invoke(wardflow, ["study", str(file), "--check"])
    assert checked.exit_code == 0, checked.output


def in_the_base_hospital(steps: str) -> str:
    """A change that brings a pathway with the steps."""
    ends = steps.rstrip().splitlines()[-1].startswith(("- go", "- leave"))
    steps = steps if ends else f"{steps.rstrip()}\n- leave: discharged\n"
    return f"extends: general_hospital.yaml\nadd:\n  pathways:\n    example:\n{indented(steps, 6)}"


def indented(text: str, spaces: int) -> str:
    return "".join(f"{' ' * spaces}{line}\n" for line in text.splitlines())


def test_the_reference_is_what_the_program_says():
    """After a change of the records: `wardflow schema --markdown > docs/reference.md`."""
    assert (ROOT / "docs" / "reference.md").read_text(encoding="utf-8") == reference_page()


def test_the_catalogue_of_errors_is_what_the_program_says():
    """After a change of the codes: `wardflow schema --errors > docs/errors.md`."""
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == errors_page()


def test_the_reference_has_every_section_step_and_distribution():
    page = reference_page()
    assert all(f"| `{name}` |" in page for name in Scenario.model_fields)
    assert all(re.search(rf"^### .*{verb}", page, re.MULTILINE) for verb in VERBS)
    assert all(f"\n### {name}\n" in page for name in EXAMPLES)
    kinds = {example.kind for example in EXAMPLES_IN_DOCS if example.page.name == "reference.md"}
    assert kinds == {"steps", "time", "fragment", "change"}


def test_every_link_inside_the_reference_leads_somewhere():
    page = reference_page()
    titles = {
        title.lower().replace(" ", "-").replace(",", "") for title in re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", page)) <= titles


def test_every_kind_of_value_is_explained():
    aliases = [alias for module in (quantities, ratios, rhythms, events) for alias in vars(module).values()]
    extras = [extra for alias in aliases for extra in getattr(alias, "__metadata__", ())]
    titles = {extra.json_schema["title"] for extra in extras if isinstance(extra, WithJsonSchema)}
    assert titles == set(SCALARS)


def test_the_catalogue_has_every_code():
    assert all(f"| `{code}` |" in errors_page() for code in CODES)
