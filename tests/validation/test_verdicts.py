"""The verdicts that the project shows are those of its present sources, and nothing that differs is hidden."""

import doctest
import math
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest

from validation import records as records_module
from validation import verdicts as verdicts_module
from validation.digests import digest, imported, modules, with_named
from validation.page import agrees, page, row, summaries
from validation.plots import chance, differences, spread
from validation.records import Record, Records, read, stale, write
from validation.running import PARTS, Done, cases_of, parts, run
from validation.verdicts import Case, Observed, Verdict, exactly

VALIDATION = Path(__file__).parents[2] / "validation"
MENDED = "python -m validation.check --stale"


@pytest.mark.parametrize("part", PARTS)
def test_the_verdicts_that_are_shown_are_those_of_the_present_sources(part: str) -> None:
    names = [case.name for case in stale(cases_of(part), read())]
    assert not names, f"{len(names)} verdicts of {part} are missing or of other sources; `{MENDED}` mends it: {names}"


def test_every_part_is_there() -> None:
    assert parts() == list(PARTS)


@pytest.mark.parametrize("module", [records_module, verdicts_module])
def test_the_examples_are_true(module: object) -> None:
    assert doctest.testmod(module).failed == 0


# ---------------------------------------------------------------- what is kept


def verdict(measure: str = "Wq", mean: float = 9.1, z: float = 1.0, explained: str = "") -> Verdict:
    return Verdict("theory", "MMc-1", "MMc-1", "Erlang 1917", measure, 9.0, mean, 0.2, 0.45, z, explained=explained)


def kept(*told: Verdict) -> Records:
    return {"theory/MMc-1": Record("0" * 64, 90.0, told)}


def test_what_is_kept_comes_back_also_what_is_no_number(tmp_path: Path) -> None:
    told = (verdict(), verdict(z=math.inf), exactly("traces", "one_bed", "by hand", "end [min]", (12.5, 12.5)))
    write(kept(*told), tmp_path / "verdicts.json")
    (record,) = read(tmp_path / "verdicts.json").values()
    assert record.verdicts[:2] == told[:2]
    assert math.isnan(record.verdicts[2].z)
    assert record.verdicts[2].word == "agrees"
    assert [file.name for file in tmp_path.iterdir()] == ["verdicts.json"], "nothing unfinished is left"


def test_without_a_file_nothing_is_known(tmp_path: Path) -> None:
    assert read(tmp_path / "verdicts.json") == {}


# ---------------------------------------------------------------- what decides a verdict


def case_of(*files: Path, part: str = "traces") -> Case:
    return Case(part, "a", files, 1, abs_of, no_verdicts)


def abs_of(number: int) -> list[float]:
    return [float(abs(number))]


def no_verdicts(rows: Observed) -> list[Verdict]:
    return []


def test_a_case_is_stale_when_a_file_changes_that_its_scenario_extends(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_text("time\n")
    (tmp_path / "base.yaml").write_text("patients: {p: {arrive: {recorded: {file: patients.csv}}}}\n")
    (tmp_path / "more.yaml").write_text("extends: base.yaml\n")
    case = case_of(tmp_path / "more.yaml")
    assert {file.name for file in with_named(case.files)} == {"more.yaml", "base.yaml", "patients.csv"}
    before = digest(case)
    records = {"traces/a": Record(before, 0.0, ())}
    assert stale([case], records) == []
    (tmp_path / "patients.csv").write_text("time\n1 h\n")
    assert digest(case) != before
    assert stale([case], records) == [case]


def test_a_shipped_scenario_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "winter.yaml").write_text("extends: general_hospital.yaml\n")
    assert "general_hospital.yaml" in {file.name for file in with_named([tmp_path / "winter.yaml"])}


def test_parts_with_other_modules_have_other_digests(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("wardflow: 1\n")
    assert digest(case_of(tmp_path / "a.yaml")) != digest(case_of(tmp_path / "a.yaml", part="theory"))


def test_a_module_of_another_part_that_is_used_counts_and_the_telling_of_verdicts_does_not() -> None:
    names = {file.relative_to(VALIDATION).as_posix() for file in modules(VALIDATION / "published")}
    assert "theory/observing.py" in names
    assert "verdicts.py" not in names
    assert "sim.engine.reference" in imported(VALIDATION / "theory" / "check.py")


# ---------------------------------------------------------------- running


def always_nine(number: int) -> list[float]:
    return [9.0]


def fails(number: int) -> list[float]:
    raise ValueError("no such queue")


def judged(name: str, rows: Observed) -> list[Verdict]:
    return [exactly("theory", name, "by hand", "how many", (9.0, row[0])) for row in rows]


def test_a_case_that_fails_does_not_hold_up_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("wardflow: 1\n")
    wanted = [
        Case("theory", name, (tmp_path / "a.yaml",), 3, observe, partial(judged, name))
        for name, observe in (("bad", fails), ("good", always_nine))
    ]
    (_, bad), (case, good) = run(wanted, 1)
    assert isinstance(bad, ValueError)
    assert isinstance(good, Done)
    assert (case.name, good.rows, good.record.digest) == ("good", [[9.0]] * 3, digest(case))
    assert [one.word for one in good.record.verdicts] == ["agrees"] * 3


# ---------------------------------------------------------------- what is told


def test_the_page_tells_first_what_differs_and_why_something_is_explained() -> None:
    told = page(
        kept(verdict("Lq"), verdict("W", 12.0, 9.0), verdict("L", 12.0, 9.0, "a typing error")), ["theory/MD1"], {}
    )
    assert told.index("| W | 9 | 12 |") < told.index("a typing error") < told.index("## Theory")
    assert "1 of 3 measures of 1 cases agree, 1 are explained, 1 differ (1.5 min" in told
    assert "missing:** theory/MD1." in told


def test_nothing_that_differs_agrees_and_what_is_explained_does() -> None:
    assert agrees(kept(*[verdict()] * 20))
    assert not agrees(kept(*[verdict()] * 20, verdict(mean=12.0, z=9.0)))
    assert agrees(kept(*[verdict()] * 20, verdict(mean=12.0, z=9.0, explained="a typing error")))


def test_at_most_one_measure_in_twenty_may_be_two_standard_errors_off() -> None:
    assert agrees(kept(*[verdict()] * 19, verdict(z=2.5)))
    assert not agrees(kept(*[verdict()] * 18, verdict(z=2.5)))
    without_chance = exactly("theory", "MMc-1", "by hand", "how many", (9.0, 9.0))
    assert not agrees(kept(*[verdict()] * 18, verdict(z=2.5), *[without_chance] * 9)), "they are not counted"
    assert "1 of 19 measures are more than 2" in summaries(kept(*[verdict()] * 18, verdict(z=2.5)))[-1]


def test_a_row_tells_what_has_no_chance_in_it() -> None:
    assert row(exactly("traces", "one_bed", "by hand", "end [min]", (12.5, 12.5))) == (
        "| one_bed | by hand | end [min] | 12.5 | 12.5 | no chance | 0 |  | agrees |"
    )
    assert row(verdict(mean=12.0, z=9.0)).endswith("| 11.8 to 12.2 | 0.45 | +9.0 | **differs** |")


def test_the_plots_are_pictures_with_a_mark_for_each_measure() -> None:
    told = [verdict(), verdict("a < b", 30.0, 40.0)]
    marks = ElementTree.fromstring(differences("Theory", told)).findall(".//{*}circle")
    assert len(marks) == 2
    bars = ElementTree.fromstring(spread("All", chance(told))).findall(".//{*}title")
    assert sum(int(bar.text or "0") for bar in bars) == 2
