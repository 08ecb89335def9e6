"""An expectation: which way a figure should move, said before anything is run and checked afterwards."""

from typing import Literal, Self

from pydantic import model_validator

from sim.scenario.quantities import Label, Name, Share, Text
from sim.scenario.refusing import complain
from sim.scenario.rosters import Renamed


class Expectation(Renamed):
    """Which way a key figure should move against what the file extends, another file, or the file without a change."""

    kpi: Name
    """The key figure; `wardflow kpis` lists them. Example: `ed_within_4h`."""
    of: Label | None = None
    """Part of the figure, as `wardflow run --all` names it; the whole if left out. Example: `ward:medical`."""
    becomes: Literal["higher", "lower", "alike"]
    """Which way it should move: `higher`, `lower`, or `alike` for no difference that matters."""
    within: Share | None = None
    """For `alike`: the largest difference that does not matter, as a share of the figure. Example: `5 %`."""
    than: Text = ""
    """The file to compare with; if left out, the file that this one extends. Example: `teaching/split.yaml`."""
    joined: list[Name] = []
    """Initiatives: compare this file with them against the file without. Example: `[before_noon]`."""
    why: Text
    """Why it should be so. Example: `more beds are free when the evening's patients are decided`."""

    @model_validator(mode="after")
    def _check_margin(self) -> Self:
        if (self.becomes == "alike") != (self.within is not None):
            told = "`within` is given" if self.within is not None else "`within` is not given"
            message = f"becomes is {self.becomes}, but {told}"
            raise complain(message, "becomes: alike, within: 5 %; or becomes: higher without within", code="choice")
        if self.than and self.joined:
            raise complain("both than and with are given", "give one of them", code="choice")
        return self
