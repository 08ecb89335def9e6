"""The promised names are there, and work as the docstring of the package says."""

import sim
from tests.small_studies import CLINIC


def test_every_promised_name_is_there():
    assert all(getattr(sim, name) is not None for name in sim.__all__)
    assert dir(sim) == sim.__all__


def test_a_study_can_be_made_from_python(tmp_path, monkeypatch):
    monkeypatch.setenv("WARDFLOW_CACHE", str(tmp_path / "cache"))
    (tmp_path / "clinic.yaml").write_text(CLINIC)
    variant = sim.variants(str(tmp_path / "clinic.yaml"), replications=3)
    told = []
    run = sim.runner(workers=1, progress=lambda finished, of: told.append((finished, of)))
    today, more = run([variant([]), variant(["staff.nurse.on_duty=+1"])])
    assert told[-1] == (6, 6)
    effect = sim.compare(today, more).effect("wait_mean")
    assert (effect.verdict, effect.difference.interval.n) == ("better", 3)
    assert today.digest == sim.run(sim.load(tmp_path / "clinic.yaml"), replications=3, workers=1).digest
    goal = sim.GoalSeek(sim.lever_of("staff.nurse.on_duty=1..3"), sim.goal_of("wait_mean <= 30 min"))
    assert sim.seek(goal, variant, run).answer in (1, 2)
