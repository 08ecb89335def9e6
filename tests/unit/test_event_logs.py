"""Event logs for other programs: what a few patients did, as a process-mining tool and vidigi read it."""

import re
import warnings
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sim import clock
from sim.engine.compiling import compile_scenario
from sim.engine.eventlog import Event
from sim.study.experiment import run_experiment
from sim.study.replication import run_replication
from sim.study.results import prepare_folder, write_results
from sim.study.tables import visit_table
from sim.study.vidigi import VIDIGI_COLUMNS, vidigi_table
from sim.study.xes import write_xes
from tests.builders import Book, Replication, comes, hospital
from tests.small_studies import CLINIC, clinic

HOME_SOON = {"use": "surgical", "return_when_free": True}
STAFF = {"nurse": {"label": "Nurse", "on_duty": 2}, "doctor": {"label": 'Doctor "on call" & <others>', "on_duty": 2}}
WARDS = {"medical": {"label": "Medical ward", "beds": 2, "if_full": [HOME_SOON]}, "surgical": {"beds": 2}}
PATHWAYS = {
    "way": [
        {"triage": {"staff": "nurse", "time": "5 min"}},
        {"assess": {"staff": ["doctor", "nurse"], "time": "20 min"}},
        {"one of": [{"share": "50 %", "go": "home"}, {"share": "rest"}]},
        "decide to admit",
        {"enter": "medical"},
        {"stay": "1 d"},
        {"leave": "transferred"},
    ],
    "home": [{"leave": "discharged"}],
}
ATTRIBUTES = {"age band": {"75+": "30 %", "under 75": "rest"}}
ABOUT = {"seed": "7", "measured_from": "2026-01-05T00:00:00"}
ATTRIBUTE_TAGS = ("string", "date", "int", "float", "boolean", "id", "list")
NAME, NC_NAME = r"[A-Za-z_:][\w:.-]*", r"[A-Za-z_][\w.-]*"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+]00:00"
PLAIN = {"extension": {"name": NC_NAME, "prefix": NC_NAME, "uri": r"\S+"}}
PLAIN |= {"classifier": {"name": NC_NAME, "scope": "event", "keys": r"\S+( \S+)*"}}
PLAIN |= {"string": {"key": NAME, "value": ".*"}, "date": {"key": NAME, "value": MOMENT}}


def morning() -> Replication:
    """Two people go home, the second after a wait; the third is admitted, to surgical and then home to medical."""
    patients = {"p": comes(attributes=ATTRIBUTES)}
    book = Book(hospital("2 d", patients=patients, staff=STAFF, wards=WARDS, pathways=PATHWAYS))
    for came, age, seen in ((0, "75+", 5), (1, "under 75", 30)):
        patient = book.arrives(came, **{"age band": age})
        book.does(patient, "triage", came, came, came + 5)
        book.does(patient, "assess", came + 5, seen, seen + 20)
        book.leaves(patient, seen + 20, "home/leave")
    admitted = book.arrives(60, **{"age band": "75+"})
    book.does(admitted, "triage", 60, 60, 65)
    book.does(admitted, "assess", 65, 65, 85)
    book.marks(admitted, "decide to admit", 85)
    book.enters(admitted, "enter medical", 85, 100, "surgical")
    book.stays(admitted, "stay", 100, 1540)
    book.comes_home(admitted, "enter medical", 700, "medical")
    book.leaves(admitted, 1540, "way/leave")
    return book.closed()


def written(told: Replication, folder: Path) -> Path:
    path = folder / "events.xes"
    write_xes(path, told.scenario, told.program, (told.fates, told.log), ABOUT)
    return path


def story(told: Replication, folder: Path, patient: int = 0) -> list[tuple[str, str, str]]:
    """Minute, activity and transition of a patient's events, one after the other."""
    trace = ElementTree.parse(written(told, folder)).getroot().findall("trace")[patient]
    events = [{part.get("key"): part.get("value") for part in event} for event in trace.findall("event")]
    start = datetime(2026, 1, 5, tzinfo=UTC)
    minutes = [(datetime.fromisoformat(one["time:timestamp"]) - start).total_seconds() / 60 for one in events]
    found = zip(minutes, events, strict=True)
    return [(f"{minute:g}", one["concept:name"], one["lifecycle:transition"]) for minute, one in found]


@pytest.fixture(scope="module")
def pm4py():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pm4py as found
    return found


def test_the_log_opens_in_a_process_mining_tool(tmp_path, pm4py):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it names faster readers
        log = pm4py.read_xes(str(written(morning(), tmp_path)))
    ended = pm4py.filter_event_attribute_values(log, "lifecycle:transition", ["complete"], level="event")
    home = ("arrival", "triage", "assess", "discharged")
    ward = ("arrival", "triage", "assess", "decide to admit", "surgical", "stay", "Medical ward", "transferred")
    assert pm4py.get_variants(ended) == {home: 2, ward: 1}
    graph, first, last = pm4py.discover_dfg(ended)
    assert graph == {
        ("arrival", "triage"): 3,
        ("triage", "assess"): 3,
        ("assess", "discharged"): 2,
        ("assess", "decide to admit"): 1,
        ("decide to admit", "surgical"): 1,
        ("surgical", "stay"): 1,
        ("stay", "Medical ward"): 1,
        ("Medical ward", "transferred"): 1,
    }
    assert (first, last) == ({"arrival": 3}, {"discharged": 2, "transferred": 1})
    assert log.groupby("case:concept:name")["case:age_band"].first().to_dict() == {
        "0": "75+",
        "1": "under 75",
        "2": "75+",
    }
    assert set(log["case:class"]) == {"p"}


def test_every_turn_of_a_patients_way_is_there_with_its_moment(tmp_path):
    assert story(morning(), tmp_path, 2) == [
        ("60", "arrival", "complete"),
        ("60", "triage", "schedule"),
        ("60", "triage", "start"),
        ("65", "triage", "complete"),
        ("65", "assess", "schedule"),
        ("65", "assess", "start"),
        ("85", "assess", "complete"),
        ("85", "decide to admit", "complete"),
        ("85", "Medical ward", "schedule"),
        ("100", "surgical", "start"),
        ("100", "stay", "start"),
        ("700", "Medical ward", "start"),
        ("700", "surgical", "complete"),
        ("1540", "stay", "complete"),
        ("1540", "Medical ward", "complete"),
        ("1540", "transferred", "complete"),
    ]


def test_who_did_it_is_told_with_strange_letters_and_all(tmp_path):
    root = ElementTree.parse(written(morning(), tmp_path)).getroot()
    seen = [{part.get("key"): part.get("value") for part in event} for event in root.iter("event")]
    both = {one["org:resource"] for one in seen if one["concept:name"] == "assess" and "org:resource" in one}
    assert both == {'Doctor "on call" & <others> + Nurse'}
    assert {one["pathway"] for one in seen if one["concept:name"] == "discharged"} == {"home"}
    assert [one for one in seen if one["lifecycle:transition"] == "schedule" and "org:resource" in one] == []


def obeys(element: ElementTree.Element) -> None:
    """Holds an element against the rules of the standard's schema for XML."""
    rules, tag = PLAIN.get(element.tag, {}), element.tag
    for name, value in element.attrib.items():
        if rules:
            assert re.fullmatch(rules[name], value, re.DOTALL), f"{tag} {name}={value!r}"
    assert set(rules) <= set(element.attrib)
    children = [child.tag for child in element]
    within = {"log": ("extension", "global", "classifier", "*", "trace"), "trace": ("*", "event")}
    order = within.get(tag, ("*",) if tag in ("event", "global") else ())
    places = [order.index("*" if child in ATTRIBUTE_TAGS else child) for child in children]
    assert places == sorted(places)
    keys = [child.get("key") for child in element if child.tag in ATTRIBUTE_TAGS]
    assert len(keys) == len(set(keys))
    for child in element:
        obeys(child)


def test_the_file_keeps_the_rules_of_the_standard(tmp_path):
    root = ElementTree.parse(written(morning(), tmp_path)).getroot()
    assert (root.tag, root.attrib) == ("log", {"xes.version": "1849.2016", "xes.features": ""})
    obeys(root)
    prefixes = {part.get("prefix") for part in root.findall("extension")}
    used = {part.get("key").partition(":")[0] for part in root.iter() if ":" in part.get("key", "")}
    assert used <= prefixes
    for scope in root.findall("global"):
        wanted = {part.get("key") for part in scope}
        assert all(wanted <= {part.get("key") for part in one} for one in root.iter(scope.get("scope")))
    classified = {key for part in root.findall("classifier") for key in part.get("keys").split()}
    assert classified <= {part.get("key") for part in root.find("global[@scope='event']")}


def short(*pathway: object, **parts: object) -> Book:
    """One way through a small hospital."""
    staff = {"nurse": {"on_duty": 2}, "doctor": {"on_duty": 1}}
    whole = {"patients": {"p": comes()}, "staff": staff, "wards": {"medical": {"beds": 1}, "surgical": {"beds": 1}}}
    return Book(hospital("1 d", **whole | parts, pathways={"way": [*pathway, {"leave": "discharged"}]}))


def test_a_wait_in_vain_is_withdrawn_and_tells_why(tmp_path):
    book = short({"see": {"staff": "doctor", "time": "20 min", "gives_up_after": "30 min", "then": "cancelled"}})
    book.does(book.arrives(0), "see", 0, 0)
    book.turned_away(book.arrives(10), "see", Event.RENEGE, 10, 40)
    book.leaves(1, 40, "see: cancelled")
    told = book.closed()
    assert story(told, tmp_path, 1)[1:] == [
        ("10", "see", "schedule"),
        ("40", "see", "withdraw"),
        ("40", "cancelled", "complete"),
    ]
    assert 'key="ending" value="gave up"' in written(told, tmp_path).read_text()


def test_who_is_interrupted_goes_on_and_does_not_ask_twice(tmp_path):
    book = short({"see": {"staff": "nurse", "time": "20 min"}})
    patient = book.arrives(0)
    book.waits(patient, "see", 0)
    book.begins(patient, "see", 5)
    book.ends(patient, "see", 15, Event.INTERRUPT)
    book.does(patient, "see", 15, 20, 30)
    book.leaves(patient, 30)
    assert story(book.closed(), tmp_path)[1:-1] == [
        ("0", "see", "schedule"),
        ("5", "see", "start"),
        ("15", "see", "suspend"),
        ("20", "see", "resume"),
        ("30", "see", "complete"),
    ]


def test_who_loses_the_bed_asks_for_another_and_goes_on_with_the_stay(tmp_path):
    book = short({"enter": "medical"}, {"stay": "1 h"})
    patient = book.arrives(0)
    book.enters(patient, "enter medical", 0, 0)
    book.stays(patient, "stay", 0)
    book.loses_bed(patient, "stay", 20)
    book.enters(patient, "enter medical", 20, 50)
    book.stays(patient, "stay", 50, 90)
    book.leaves(patient, 90)
    assert story(book.closed(), tmp_path)[1:-1] == [
        ("0", "medical", "schedule"),
        ("0", "medical", "start"),
        ("0", "stay", "start"),
        ("20", "stay", "suspend"),
        ("20", "medical", "complete"),
        ("20", "medical", "schedule"),
        ("50", "medical", "start"),
        ("50", "stay", "resume"),
        ("90", "stay", "complete"),
        ("90", "medical", "complete"),
    ]


def test_an_appointment_that_was_missed_is_no_visit(tmp_path):
    book = short({"visit": {"staff": "doctor", "time": "20 min", "missed": "10 %", "if_missed": "cancelled"}})
    patient = book.arrives(0)
    book.does(patient, "visit", 0, 0, 20)
    book.marks(patient, "visit: missed", 20)
    book.leaves(patient, 20, "visit: cancelled")
    book.drawn |= {"way/visit/time": [20 * clock.MINUTE], "way/visit/missed": [1]}
    last = [("20", "visit", "ate_abort"), ("20", "cancelled", "complete")]
    assert story(book.closed(), tmp_path)[-2:] == last


def test_what_is_held_lasts_until_the_last_of_it_is_given_back(tmp_path):
    held = {"hold": {"staff": {"nurse": 1, "doctor": 1}, "name": "escort"}}
    book = short(held, {"walk": {"time": "30 min"}})
    patient = book.arrives(0)
    book.keeps(patient, "escort", 0, 5)
    book.stays(patient, "walk", 5, 35)
    book.gives_back(patient, "escort", 35)
    book.leaves(patient, 35)
    told = story(book.closed(), tmp_path)
    assert [(when, turn) for when, what, turn in told if what == "escort"] == [
        ("0", "schedule"),
        ("5", "start"),
        ("35", "complete"),
    ]


def test_vidigi_is_told_where_everybody_is():
    told = morning()
    table = vidigi_table(told.scenario, told.program, told.fates, told.log)
    assert tuple(table.columns) == VIDIGI_COLUMNS
    second = table[table["entity_id"] == 1]
    assert second[["event_type", "event", "time", "resource_id"]].astype(object).fillna("").values.tolist() == [
        ["arrival_departure", "arrival", 1.0, ""],
        ["queue", "wait for triage", 1.0, ""],
        ["resource_use", "triage", 1.0, 2],
        ["resource_use_end", "triage ends", 6.0, 2],
        ["queue", "wait for assess", 6.0, ""],
        ["resource_use", "assess", 30.0, 1],
        ["resource_use_end", "assess ends", 50.0, 1],
        ["arrival_departure", "depart", 50.0, ""],
    ]
    admitted = table[(table["entity_id"] == 2) & (table["event_type"] != "queue")]
    beds = admitted[admitted["unique_resource_id"].isin(["medical 1", "surgical 1"])]
    assert beds[["event", "time"]].values.tolist() == [
        ["surgical", 100.0],
        ["Medical ward", 700.0],
        ["surgical ends", 700.0],
        ["Medical ward ends", 1540.0],
    ]
    assert set(table["pathway"]) == {"way"}
    assert table["time"].is_monotonic_increasing


@pytest.mark.parametrize(("form", "name"), [("xes", "events-1.xes"), ("vidigi", "vidigi-1.csv")])
def test_results_are_written_in_every_form(tmp_path, form, name):
    found = run_experiment(clinic(length="1 d"), replications=2, workers=1)
    prepare_folder(tmp_path)
    files = [path.name for path in write_results(found, tmp_path, CLINIC, [1], form)]
    assert files[-2:] == [name, "run.json"]
    text = (tmp_path / name).read_text()
    assert text.count(">\n  <trace>") == found.replicates[1].patients if form == "xes" else "wait for treat" in text


def test_no_unit_is_used_by_two_people_at_the_same_time():
    replicate = run_job_with_log()
    table = vidigi_table(*replicate)
    used = table[table["event_type"].isin(["resource_use", "resource_use_end"])]
    for _, rows in used.groupby("unique_resource_id"):
        assert rows["event_type"].tolist()[:2] in (["resource_use"], ["resource_use", "resource_use_end"])
        assert (rows["event_type"] == "resource_use").tolist() == [number % 2 == 0 for number in range(len(rows))]
    visits = visit_table(*replicate)
    starts = used[(used["event_type"] == "resource_use") & (used["event"] == "treat")]
    assert len(starts) == int(visits.loc[visits["step"] == "treat", "started"].notna().sum())


def run_job_with_log() -> tuple[object, ...]:
    """Scenario, program, fates and log of a day in the clinic."""
    scenario = clinic(length="1 d")
    program = compile_scenario(scenario)
    found = run_replication(scenario, program, 7, 0, keep_log=True)
    return scenario, program, found.fates, found.log
