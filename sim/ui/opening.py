"""Opening: the base hospital is run as soon as the server starts, before anybody looks."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

from sim.scenario.problems import ScenarioError
from sim.ui.bases import first_base
from sim.ui.jobs import NOBODY, desk


@asynccontextmanager
async def opening(app: Any) -> AsyncGenerator[dict[str, Any]]:
    """Asks for the base hospital to be run; a server that is given this as its lifespan does so when it starts.

    Args:
        app: the server.

    Yields:
        Nothing that the server would keep.
    """
    with suppress(ScenarioError):  # the first page tells what is wrong with the file
        desk().ask(first_base().loaded.scenario, NOBODY)
    yield {}
