"""The screen is tested on a small hospital, with a store of its own."""

from pathlib import Path

import pytest

from sim.ui.bases import FIRST_VARIABLE
from sim.ui.jobs import desk

SMALL_HOSPITAL = Path(__file__).with_name("small_hospital.yaml")


@pytest.fixture(scope="session", autouse=True)
def small_screen(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("WARDFLOW_CACHE", str(tmp_path_factory.mktemp("store")))
    patch.setenv(FIRST_VARIABLE, str(SMALL_HOSPITAL))
    desk.cache_clear()
    yield
    desk.cache_clear()
    patch.undo()
