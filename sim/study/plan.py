"""A plan: a scenario file with a few changes, each said in a line such as `wards.medical.beds=+12`."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sim.measure.kpis import KPIS
from sim.scenario.initiatives import HEAD, Initiative
from sim.scenario.library import FOLDER_OF_INITIATIVES, shipped_files, shipped_folder
from sim.scenario.loading import Loaded, load_file, load_text
from sim.scenario.problems import Problem, ScenarioError, nearest, quoted, suggestion
from sim.scenario.reading.evidence import MEMBER_SECTIONS
from sim.scenario.reading.joining import INITIATIVES
from sim.scenario.reading.reading import read_kept
from sim.scenario.reading.writing import to_yaml
from sim.scenario.scenario import Scenario
from sim.scenario.telling.account import account
from sim.study.summary import THRESHOLDS, fits

FILE: Final = "--set"
"""What stands for the name of a file in messages about such changes."""
EXAMPLE: Final = "wards.medical.beds=+12"
UNTOLD: Final = ("name", "question", "about", "run")
"""Parts of a scenario that are no change of the hospital."""
_PART = re.compile(r'"([^"]+)"|([^."]+)')
_SECTION: Final = re.compile(rb"^(prompts|expect|run|add|%s):" % "|".join(MEMBER_SECTIONS).encode(), re.MULTILINE)
_Tree = dict[str, Any]


def load_plan(path: str, changes: Sequence[str] = ()) -> Loaded:
    """Loads a scenario file with changes on top.

    Args:
        path: a file, or the name of a shipped scenario; with initiatives behind it, such as
            `general_hospital+before_noon+discharge_lounge`.
        changes: such as `wards.medical.beds=+12`, with the names of the file, parted by points, and a value as the file
            would have it; a name that holds a point stands in double quotes.

    Raises:
        ScenarioError: with everything that is wrong in the file or the changes; also if a target or an expectation is
            about a key figure that there is not.
    """
    named, initiatives = _parted(path)
    if not (changes or initiatives):
        return _measurable(load_file(path))
    file = plan_file(named)
    load_file(named)  # what is wrong with the file itself is told first, with its own lines
    head = {"extends": file.name} | ({INITIATIVES: initiatives} if initiatives else {})
    text = "\n".join([*(f"{name}: {json.dumps(value)}" for name, value in head.items()), *_lines(_tree(changes))])
    return _measurable(load_text(f"{text}\n", FILE if changes else path, file.parent))


def _measurable(loaded: Loaded) -> Loaded:
    """The same, if all key figures that it names are measured, and its targets have thresholds in their units."""
    scenario, document = loaded.scenario, loaded.document
    named = [(("targets", name, "kpi"), target.kpi) for name, target in scenario.targets.items()]
    named += [(("expect", name, "kpi"), one.kpi) for name, one in scenario.expect.items()]
    problems = []
    for where, kpi in named:
        if kpi not in KPIS:
            close = nearest(kpi, list(KPIS))
            message = f"there is no key figure {quoted(kpi)}; {suggestion(kpi, list(KPIS))}"
            problems.append(document.problem(where, "unknown-kpi", message, f"kpi: {close or 'ed_within_4h'}"))
    for name, target in scenario.targets.items():
        if target.kpi in KPIS and not fits(target.threshold, KPIS[target.kpi].unit):
            side = "at_least" if target.is_least else "at_most"
            message = f"{target.kpi} is measured in {KPIS[target.kpi].unit}, not as {quoted(target.words())}"
            fix = f"{side}: {THRESHOLDS[KPIS[target.kpi].unit]}"
            problems.append(document.problem(("targets", name, side), "threshold", message, fix))
    if problems:
        raise ScenarioError(problems)
    return loaded


def plan_file(path: str) -> Path:
    """Finds the file of a plan without initiatives: as given, or a shipped scenario of that name."""
    file = Path(path)
    shipped = shipped_folder() / f"{path}.yaml"
    return shipped if file.suffix == "" and not file.exists() and shipped.exists() else file


def shipped() -> list[tuple[str, str, str]]:
    """Lists the shipped scenarios: name for the command, title and question, without loading what they extend."""
    found = ((file, _head(file)) for file in shipped_files())
    return [(file.removesuffix(".yaml"), str(data["name"]), str(data.get("question", ""))) for file, data in found]


def _head(file: str) -> _Tree:
    """What a shipped file says of itself: all of it, or what stands before its first section if that has the name."""
    raw = (shipped_folder() / file).read_bytes()
    section = _SECTION.search(raw)
    head = read_kept(raw[: section.start()], file).data if section and b"name:" in raw[: section.start()] else {}
    return head if "name" in head else read_kept(raw, file).data


def shipped_initiatives() -> list[tuple[str, Initiative]]:
    """Lists the initiatives of the library: name for the command, and what is said about each."""
    found = []
    for file in sorted((shipped_folder() / FOLDER_OF_INITIATIVES).glob("*.yaml")):
        head = read_kept(file.read_bytes(), file.name).data[HEAD]
        found.append((file.stem, Initiative.model_validate(head)))
    return found


def changes_between(base: Loaded, other: Loaded) -> list[str]:
    """Says what one scenario has otherwise than another, in sentences; not how long or how often it is run."""
    told = account(base.document.data, other.document.data)
    return [entry.sentence for entry in told if entry.path[0] not in UNTOLD]


def whole_text(loaded: Loaded, scenario: Scenario) -> str:
    """Writes a scenario in one file without `extends`, with the seed and the number of replications that were run."""
    data = loaded.document.data
    run = {**(data.get("run") or {}), "seed": scenario.run.seed, "replications": scenario.run.replications}
    return to_yaml({**data, "run": run})


def named_text(loaded: Loaded, name: str) -> str:
    """Writes a scenario in one file without `extends`, under another name."""
    return to_yaml({**loaded.document.data, "name": name})


def _parted(path: str) -> tuple[str, list[str]]:
    """Parts a file from the initiatives behind it; a file may have a plus sign in its name."""
    if plan_file(path).exists():
        return path, []
    named, *initiatives = path.split("+")
    return named, initiatives


def _tree(changes: Sequence[str]) -> _Tree:
    """Gathers changes into nested names with the raw text of the values."""
    tree: _Tree = {}
    for change in changes:
        path, equals, value = change.partition("=")
        names = [quoted or plain for quoted, plain in _PART.findall(path)]
        if not equals or not names or not value.strip() or "\n" in change:
            raise _error(path, f"a change has names, an equals sign and a value, not {json.dumps(change)}")
        inner = tree
        for name in names[:-1]:
            inner = inner.setdefault(name.strip(), {})
            if not isinstance(inner, dict):
                raise _error(path, "two changes concern the same value")
        if names[-1].strip() in inner:
            raise _error(path, "two changes concern the same value")
        inner[names[-1].strip()] = value.strip()
    return tree


def _lines(tree: _Tree, indent: str = "") -> Iterator[str]:
    for name, inner in tree.items():
        key = f"{indent}{json.dumps(name, ensure_ascii=False)}:"
        if isinstance(inner, dict):
            yield key
            yield from _lines(inner, f"{indent}  ")
        else:
            yield f"{key} {inner}"


def _error(field: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(FILE, 0, 0, field, "change", message, EXAMPLE)])
