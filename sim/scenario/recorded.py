"""Recorded arrivals: the moments of a file, with what is known about the patients; all else in it is refused."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, PrivateAttr, computed_field

from sim.scenario.quantities import Declared
from sim.scenario.refusing import refuse
from sim.scenario.rows import ENDING, Rows


def _csv(found: Any) -> str:
    if not isinstance(found, str) or not found.strip():
        raise refuse("the name of a .csv file", found, "arrivals.csv", code="shape")
    if not found.lower().endswith(ENDING):
        raise refuse("a file whose name ends in .csv", found, "arrivals.csv", code="recorded")
    return found


class Recorded(Declared):
    """Arrivals as they were recorded; the file stands beside the scenario.

    Its column `arrived` has date and time; other columns are named like attributes of the class, which are not drawn.
    """

    file: Annotated[str, BeforeValidator(_csv)]
    """Name of the file, in the folder of the scenario or below it. Example: `arrivals.csv`."""
    _rows: Rows | None = PrivateAttr(default=None)

    @classmethod
    def holding(cls, file: str, rows: Rows) -> Self:
        """Makes the record of a file that was read."""
        found = cls(file=file)
        found._rows = rows
        return found

    @computed_field  # type: ignore[prop-decorator]
    @property
    def content(self) -> str:
        """Digest of what the file tells, so that a fingerprint covers it; empty while it is not read."""
        return self._rows.digest if self._rows else ""

    @property
    def rows(self) -> Rows:
        """What the file tells.

        Raises:
            ValueError: if the file has not been read.
        """
        if self._rows is None:
            raise ValueError(
                f"the recorded arrivals of {self.file!r} have not been read; load the scenario from its file"
            )
        return self._rows
