"""Every scenario of the language guide gives the story below it, which was written by hand."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.demand.fates import Fates, draw_fates
from sim.engine.checking.invariants import check
from sim.engine.compiling import compile_scenario
from sim.engine.program import Program
from sim.engine.reference import KnotError, run
from sim.scenario.distributions import MixturePart, TimeLaw
from sim.scenario.loading import load_file
from sim.scenario.quantities import Declared
from sim.scenario.scenario import Scenario
from tests.docs.stories import told

GUIDE = Path(__file__).parents[2] / "docs" / "language"
PAGES = sorted(path for path in GUIDE.glob("*.md") if path.name != "README.md")
BLOCK = re.compile(r"^```(?P<kind>\w+)(?P<more>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
STOPS = "the run stops\n"
"""How the story of a run begins that cannot go on; behind it stand the names that the user is told."""
IN_THE_FILE = {
    "begins": "from",
    "ends": "to",
    "except_on": "except",
    "only_on": "only",
    "during": "while",
    "lasts": "for",
    "others": "or",
    "joined": "with",
    "fact": "watch",
    "resources": "give back",
    "options": "one of",
    "milestone": "mark",
}
"""Fields that are written otherwise, or stand without a name of their own."""
ELSEWHERE = {"by_hour", "by_weekday", "day_to_day", "warm_up", "seed", "strict", "targets"}
ELSEWHERE |= {"label", "question", "about"}
"""Keys that the tutorial and the reference tell about."""


@dataclass(frozen=True)
class Example:
    """A scenario of the guide and its story."""

    page: str
    number: int
    scenario: str
    story: str
    files: tuple[tuple[str, str], ...]
    """Names and texts of the files that stand beside it."""


def examples() -> list[Example]:
    found = []
    for page in PAGES:
        blocks = list(BLOCK.finditer(page.read_text(encoding="utf-8")))
        files = tuple((block["more"].strip(), block["text"]) for block in blocks if is_file(block))
        scenarios = [place for place, block in enumerate(blocks) if block["kind"] == "yaml" and not is_file(block)]
        for number, place in enumerate(scenarios, 1):
            story = blocks[place + 1]
            assert story["kind"] == "text", f"{page.name}: scenario {number} has no story"
            found.append(Example(page.stem, number, blocks[place]["text"], story["text"], files))
    return found


def is_file(block: re.Match[str]) -> bool:
    """Whether a block is a file that a scenario names, rather than a scenario."""
    return block["kind"] == "csv" or block["more"].endswith(".yaml")


def named(example: Example) -> str:
    return f"{example.page}-{example.number}"


def prepared(example: Example, folder: Path) -> tuple[Scenario, Program, Fates]:
    """The example as files in a folder, loaded, compiled, and its patients."""
    for name, text in (*example.files, ("example.yaml", example.scenario)):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    scenario = load_file(folder / "example.yaml").scenario
    return scenario, compile_scenario(scenario), draw_fates(scenario, scenario.run.seed, replication=0)


@pytest.mark.parametrize("example", examples(), ids=named)
def test_a_scenario_gives_the_story_below_it(example, tmp_path):
    scenario, program, fates = prepared(example, tmp_path)
    if example.story.startswith(STOPS):
        with pytest.raises(KnotError) as stopped:
            run(program, fates)
        assert all(word in str(stopped.value) for word in example.story.removeprefix(STOPS).split())
        return
    log = run(program, fates)
    assert told(scenario, program, fates, log).splitlines() == example.story.splitlines()
    assert check(program, fates, log) == ()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_short_and_listed(page):
    text = page.read_text(encoding="utf-8")
    assert f"]({page.name})" in (GUIDE / "README.md").read_text(encoding="utf-8")
    before = text.partition("```yaml")[0]
    assert len(before.splitlines()) <= 30
    assert all(len(block["text"].splitlines()) <= 45 for block in BLOCK.finditer(text) if block["kind"] == "yaml")


def test_there_is_a_page_for_each_noun():
    assert len(PAGES) == 17


def records(kind=Declared):
    """All records of the language but distributions and targets."""
    for record in kind.__subclasses__():
        if not issubclass(record, TimeLaw | MixturePart) and record.__name__ != "Target":
            yield record
            yield from records(record)


def test_every_key_stands_on_a_page():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert Scenario in set(records())
    keys = {name for record in records() for name in record.model_fields} - ELSEWHERE
    ways = {key: {key, IN_THE_FILE.get(key, key)} for key in keys}
    absent = {key for key, names in ways.items() if not any(re.search(rf"(?<!\w){name}(?!\w)", text) for name in names)}
    assert absent == set()
