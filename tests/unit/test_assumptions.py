"""The assumption table of a scenario is made of the evidence beside its values."""

from sim.scenario.reading.extending import compose
from sim.scenario.reading.opening import Opened
from sim.scenario.reading.reading import read
from sim.scenario.telling.assumptions import assumptions, unsourced

BASE = """\
wardflow: 1
name: Base
patients: {adult: {label: Adults, arrive: {rate: {value: 9 per day, source: KH03, range: 8-10 per day}}, pathway: care}}
wards:
  medical: {label: Medical wards, beds: 24, turnaround: {value: 45 min, note: illustrative, owner: matron}}
pathways:
  care:
    - enter: medical
    - stay: {time: {value: 5 d, note: "illustrative: half of last year's"}}
    - one of:
        - share: {value: 30 %, source: audit, note: of 90 patients}
          leave: discharged
        - {share: rest, leave: died}
"""
PLAN = """\
extends: base.yaml
name: Plan
initiatives: [beds]
wards: {medical: {turnaround: {value: 30 min, source: trial}}}
patients: {adult: {arrive: {rate: x 1.1}}}
"""
BEDS = """\
initiative:
  name: Beds
  changes: Beds open.
  evidence: {effect: four, source: illustrative}
  cost: {value: 1 per day, note: illustrative}
wards: {medical: {beds: {value: +4, owner: site manager}}}
"""


def composed(text):
    files = {"base.yaml": BASE, "initiatives/beds.yaml": BEDS}
    return compose(read(text, "plan.yaml"), lambda name, beside: Opened(name, files[name].encode(), name))


def rows(text, **given):
    found = assumptions(composed(text), **given)
    return [(one.what, one.value, one.range, one.source, one.owner, one.is_sourced) for one in found]


def test_each_value_with_evidence_is_told_with_its_source_range_and_owner():
    assert rows(BASE) == [
        ("Adults: rate", "9 per day", "8-10 per day", "KH03", "", True),
        ("Medical wards: turnaround", "45 min", "", "illustrative", "matron", False),
        ("stay in care: time", "5 d", "", "illustrative: half of last year's", "", False),
        ("branch in care: choice 1, share", "30 %", "", "audit; of 90 patients", "", True),
    ]


def test_a_plan_tells_what_is_its_own_and_its_initiatives():
    assert rows(PLAN, inherited=False) == [
        ("Medical wards: turnaround", "30 min", "", "trial", "", True),
        ("Medical wards: beds", "28", "", "illustrative", "site manager", False),
    ]


def test_numbers_without_evidence_are_listed():
    assert unsourced(composed(BASE)) == ("wards.medical",)
    assert unsourced(composed(PLAN), inherited=False) == ("patients.adult",)


def test_a_time_that_was_worked_out_is_written_as_in_a_file():
    base = BASE.replace("value: 5 d", "value: {lognormal: {mean: 8 h, sd: 4 h}}")
    plan = "extends: base.yaml\npathways: {care: {stay: {time: {value: x 0.5, source: trial}}}}\n"
    document = compose(read(plan, "plan.yaml"), lambda name, beside: Opened(name, base.encode(), name))
    assert assumptions(document)[0].value == "{lognormal: {mean: 4 h, sd: 2 h}}"
