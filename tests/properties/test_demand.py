"""Plans change what happens to patients, never who comes and how lucky they are."""

import copy
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim import clock
from sim.demand.coming.arrivals import arrivals
from sim.demand.fates import draw_fates
from sim.demand.streams import Address
from sim.scenario.scenario import Scenario
from tests.small_hospitals import (
    DAY_HOURS,
    biographies,
    comers,
    counts_by_hour,
    fates_of,
    hospital,
    hospital_with_everything,
)

few = settings(max_examples=25, deadline=None)


def lives(found, **chance):
    scenario = Scenario.model_validate(found)
    return biographies(scenario, fates_of(scenario, **chance))


def changed(change):
    found = copy.deepcopy(hospital_with_everything())
    change(found)
    return found


EVERYBODY = lives(hospital_with_everything())


# ---------------------------------------------------------------- more or fewer patients


def with_rate(factor, *, day_to_day=1.95):
    def change(found):
        arrive = found["patients"]["walk_in"]["arrive"]
        arrive["rate"], arrive["day_to_day"] = f"{60 * factor} per day", day_to_day

    return changed(change)


@given(low=st.floats(0.02, 20), more=st.floats(1.001, 3), day_to_day=st.sampled_from([1.0, 1.3, 1.95, 10.0]))
@few
def test_more_demand_keeps_every_patient_with_their_whole_fate(low, more, day_to_day):
    before, after = (lives(with_rate(factor, day_to_day=day_to_day)) for factor in (low, low * more))
    assert before.items() <= after.items()


def test_ten_percent_more_demand_adds_ten_percent_and_as_much_less_removes_only():
    fewer, more = lives(with_rate(0.9)), lives(with_rate(1.1))
    assert fewer.items() < EVERYBODY.items() < more.items()
    walk_ins = [sum(person[0] == "walk_in" for person in found) for found in (fewer, EVERYBODY, more)]
    assert walk_ins[1] - walk_ins[0] == pytest.approx(0.1 * walk_ins[1], abs=25)


@given(hour=st.integers(0, 23), weight=st.floats(0, 10), weekday=st.sampled_from(clock.WEEKDAYS))
@few
def test_a_changed_pattern_changes_only_who_comes(hour, weight, weekday):
    def change(found):
        arrive = found["patients"]["walk_in"]["arrive"]
        arrive["by_hour"][hour] = weight
        arrive["by_weekday"] = {weekday: weight}

    after = lives(changed(change))
    assert all(EVERYBODY[person] == after[person] for person in EVERYBODY.keys() & after.keys())
    assert len(EVERYBODY.keys() & after.keys()) > 100


# ---------------------------------------------------------------- what must change nobody


def add_ward(found):
    found["wards"]["another"] = {"beds": 5}
    found["wards"]["medical"]["beds"] = 99
    found["staff"]["nurse"]["on_duty"] = 1


def add_class(found):
    found["patients"]["a newcomer"] = {"arrive": {"rate": "50 per day"}, "pathway": "elective"}
    found["patients"]["zz last"] = {"arrive": {"rate": "0 per day"}, "pathway": "elective"}


def add_attribute(found):
    attributes = found["patients"]["walk_in"]["attributes"]
    attributes["a first"] = {"x": 0.5, "y": 0.5}
    attributes["zz last"] = {"by": "age", "rest": {"x": 0.5, "y": 0.5}}


def add_step(found):
    new = {"chat": {"time": {"exponential": {"mean": "10 min"}}}}
    found["pathways"]["emergency"].insert(0, new)
    found["pathways"]["emergency"][4]["one of"]["options"][1]["steps"].append({"a look": {"time": "5 min"}})


def add_pathway(found):
    found["pathways"]["a detour"] = [{"stay": {"exponential": {"mean": "1 h"}}}, {"leave": "discharged"}]


def add_session(found):
    found["patients"]["booked"]["arrive"]["scheduled"]["a list"] = {"at": "07:00", "patients": 3, "attend": 0.5}


def add_patience(found):
    found["pathways"]["emergency"][0]["triage"] |= {
        "gives_up_after": {"exponential": {"mean": "1 h"}},
        "then": "refused",
    }


def add_loop(found):
    found["pathways"]["elective"].insert(2, {"one of": [{"share": 0.1, "go": "elective"}, {"share": "rest"}]})


@pytest.mark.parametrize(
    "change", [add_ward, add_class, add_attribute, add_step, add_pathway, add_session, add_patience, add_loop]
)
def test_something_new_changes_nobody(change):
    after = lives(changed(change))
    assert EVERYBODY.keys() <= after.keys()
    for person, life in EVERYBODY.items():
        assert life.items() <= after[person].items()


def reversed_keys(found):
    if isinstance(found, dict):
        return {key: reversed_keys(value) for key, value in reversed(found.items())}
    return [reversed_keys(item) for item in found] if isinstance(found, list) else found


def test_the_order_of_keys_does_not_matter():
    one, other = (
        fates_of(Scenario.model_validate(found))
        for found in (hospital_with_everything(), reversed_keys(hospital_with_everything()))
    )
    for name in ("arrival_ms", "stream", "layer", "index", "priority"):
        assert (getattr(one, name) == getattr(other, name)).all()
    assert [draw.name for draw in one.draws] == [draw.name for draw in other.draws]
    assert all((one.values(number) == other.values(number)).all() for number in range(len(one.draws)))
    assert one.levels == other.levels


@given(days=st.integers(1, 20), hours=st.integers(0, 23))
@few
def test_the_first_part_of_a_longer_run_is_the_shorter_run(days, hours):
    def run_for(length):
        return lives(changed(lambda found: found["run"].update({"warm_up": "0 d", "length": f"{length} h"})))

    short, long = 24 * days + hours, 2 * (24 * days + hours)
    end = short * clock.HOUR
    first = {person: life for person, life in run_for(long).items() if life["arrival"] < end}
    assert first == run_for(short)


def test_warm_up_and_length_together_make_the_run():
    split = lives(changed(lambda found: found["run"].update({"warm_up": "3 d", "length": "4 d"})))
    assert split == EVERYBODY


@given(seed=st.integers(0, 2**63 - 1), replication=st.integers(0, 10_000))
@few
def test_the_same_seed_and_replication_give_the_same_patients(seed, replication):
    found = hospital_with_everything()
    assert lives(found, seed=seed, replication=replication) == lives(found, seed=seed, replication=replication)


def test_no_two_replications_or_seeds_have_the_same_patients():
    """Among them replication 0, and seeds that are multiples of each other (a fault of others: seed = run x k)."""
    scenario = hospital({"ed": comers({"rate": "10 per hour"})}, run={"length": "1 d"})
    seen = [
        set(draw_fates(scenario, seed, replication).arrival_ms.tolist())
        for seed in (0, 1, 2, 10)
        for replication in (0, 1, 2, 10, 20)
    ]
    for number, one in enumerate(seen):
        assert all(len(one & other) < 0.02 * len(one) + 3 for other in seen[number + 1 :])


# ---------------------------------------------------------------- shorter is shorter for everybody


@given(factor=st.floats(0.05, 0.999))
@few
def test_a_shorter_stay_is_shorter_for_everybody_and_changes_nothing_else(factor):
    def change(found):
        found["pathways"]["elective"][1]["stay"] = {"gamma": {"mean": f"{2 * factor} d", "sd": f"{factor} d"}}

    after = lives(changed(change))
    assert after.keys() == EVERYBODY.keys()
    for person, life in EVERYBODY.items():
        for name, value in life.items():
            assert after[person][name] <= value if name.startswith("elective/stay") else after[person][name] == value


def test_shortening_a_stay_shortens_nobodys_patience():
    def change(found):
        found["pathways"]["emergency"][2]["assess"]["time"] = "1 min"

    patience = "emergency/enter majors/patience/0"
    after = lives(changed(change))
    assert all(after[person][patience] == life[patience] for person, life in EVERYBODY.items())


@given(share=st.floats(0.21, 0.79))
@few
def test_who_took_the_first_option_still_does_when_its_share_grows(share):
    def with_share(found, first):
        options = found["pathways"]["emergency"][3]["one of"]["options"]
        options[0]["share"], options[1]["share"] = first, 0.2

    before = lives(changed(lambda found: with_share(found, 0.2)))
    after = lives(changed(lambda found: with_share(found, share)))
    fork = "emergency/fork/choice/0"
    walk_ins = [person for person in before if person[0] == "walk_in"]
    assert all(after[person][fork] == 0 for person in walk_ins if before[person][fork] == 0)


# ---------------------------------------------------------------- rates that change with the hour

RATE = {"rate": f"{sum(DAY_HOURS)} per day", "by_hour": DAY_HOURS}
DAYS = 700
ALARM = stats.chi2.ppf(0.999, 24)


def chi_square(arrival_ms):
    """Distance of hourly counts from DAYS times the declared rates; 24 degrees of freedom."""
    expected = DAYS * np.array(DAY_HOURS)
    return float(((np.array(counts_by_hour(arrival_ms)) - expected) ** 2 / expected).sum())


def test_hourly_counts_are_those_declared():
    distances = [
        chi_square(fates_of(hospital({"ed": comers(RATE)}, run={"length": f"{DAYS} d"}), replication=number).arrival_ms)
        for number in range(10)
    ]
    assert max(distances) < ALARM
    assert stats.kstest(distances, stats.chi2(24).cdf).pvalue > 0.01


def rate_at(hours):
    return DAY_HOURS[int(hours) % 24]


def gaps_at_the_current_rate(rng):
    """The first classic fault: each gap is drawn at the rate of the hour in which it begins."""
    now, found = 0.0, []
    while now < 24 * DAYS:
        now += rng.exponential(1 / rate_at(now))
        found.append(now)
    return np.array(found[:-1])


def thinning_that_resets_its_clock(rng):
    """The second: after a candidate was rejected, the next one is drawn from the last patient on, not from there."""
    now, peak, found = 0.0, max(DAY_HOURS), []
    while now < 24 * DAYS:
        gap = rng.exponential(1 / peak)
        if rng.random() < rate_at(now + gap) / peak:
            now += gap
            found.append(now)
    return np.array(found[:-1])


def thinning_that_looks_back(rng):
    """The third: candidates are judged by the rate at the last patient instead of their own."""
    now, last, peak, found = 0.0, 0.0, max(DAY_HOURS), []
    while now < 24 * DAYS:
        now += rng.exponential(1 / peak)
        if rng.random() < rate_at(last) / peak:
            found.append(now)
            last = now
    return np.array(found[:-1])


@pytest.mark.parametrize(
    ("generator", "night", "day"),
    [
        (gaps_at_the_current_rate, 1.85, 26),
        (thinning_that_resets_its_clock, 58, 61),
        (thinning_that_looks_back, 1.85, 26),
    ],
)
def test_the_same_measure_catches_the_classic_faults(generator, night, day):
    """Declared are 1.2 patients in a night and 60 in a day; the faults bring other numbers."""
    moments = (generator(np.random.default_rng(1)) * clock.HOUR).astype(np.int64)
    counts = np.array(counts_by_hour(moments)) / DAYS
    assert counts[6:18].sum() == pytest.approx(day, rel=0.05)
    assert counts.sum() - counts[6:18].sum() == pytest.approx(night, rel=0.05)
    assert chi_square(moments) > 10 * ALARM


@pytest.mark.parametrize("declared", [1.0, 1.95, 4.0])
def test_daily_totals_vary_as_declared(declared):
    arrive = {"rate": "200 per day", "by_hour": DAY_HOURS, "day_to_day": declared}
    scenario = hospital({"ed": comers(arrive)}, run={"length": "3650 d"})
    days = np.bincount(fates_of(scenario).arrival_ms // clock.DAY, minlength=3650)
    assert days.var(ddof=1) / days.mean() == pytest.approx(declared, rel=0.1)
    assert days.mean() == pytest.approx(200, rel=0.01)


def test_the_days_of_one_replication_do_not_tell_those_of_the_next():
    root = Address(1, 0, "ed")
    patients = hospital({"ed": comers({"rate": "200 per day", "day_to_day": 4.0})}).patients["ed"]
    calendar = hospital({"ed": comers({"rate": "1 per day"})}).calendar
    totals = []
    for number in (0, 1):
        points = arrivals(replace(root, replication=number), patients, calendar, 1000 * clock.DAY)
        totals.append(sum(np.bincount(part.time_ms // clock.DAY, minlength=1000) for part in points))
    assert abs(np.corrcoef(*totals)[0, 1]) < 0.13
    assert abs(np.corrcoef(totals[0][:-1], totals[0][1:])[0, 1]) < 0.13
