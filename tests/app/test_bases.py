"""The screen opens with what it is told to open with."""

from pathlib import Path

import pytest

from sim.scenario.problems import ScenarioError
from sim.ui.bases import FIRST, FIRST_VARIABLE, first_base


def opened(named: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    monkeypatch.setenv(FIRST_VARIABLE, named)
    base = first_base()
    return base.file, base.name


def test_nothing_named_opens_the_general_hospital(monkeypatch):
    monkeypatch.delenv(FIRST_VARIABLE, raising=False)
    assert first_base().file == FIRST


def test_a_shipped_name_opens_without_its_ending(monkeypatch):
    assert opened("covid_surge", monkeypatch)[0] == "covid_surge.yaml"
    assert opened("teaching/mm1", monkeypatch)[0] == "teaching/mm1.yaml"


def test_a_file_of_ones_own_opens_before_a_shipped_one_of_the_same_name(monkeypatch, tmp_path):
    own = Path("scenarios/teaching/mm1.yaml").read_text().replace("name:", "name: Ours,", 1)
    (tmp_path / "covid_surge").write_text(own)
    monkeypatch.chdir(tmp_path)
    assert opened("covid_surge", monkeypatch)[1].startswith("Ours,")


def test_a_file_that_is_not_there_is_told_by_its_name(monkeypatch):
    with pytest.raises(ScenarioError, match="no_such_hospital"):
        opened("no_such_hospital.yaml", monkeypatch)
