"""Records: the verdicts that are kept, each with the digest of the sources that it was made with."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from sim.study.files import write_whole
from validation.digests import digest
from validation.verdicts import Case, Verdict

KEPT: Final = Path(__file__).parent / "verdicts.json"
_NUMBERS: Final = tuple(field.name for field in fields(Verdict) if field.type in (float, "float"))


@dataclass(frozen=True, slots=True)
class Record:
    """The verdicts on a case."""

    digest: str
    """Of the sources (`validation.digests`)."""
    seconds: float
    """Processor time that its replications took."""
    verdicts: tuple[Verdict, ...]


Records = dict[str, Record]
"""By part and name of the case, as `key` writes them."""


def key(case: Case) -> str:
    """Name of a case among all parts.

    >>> key(Case("theory", "MD2", (), 1, lambda number: [], lambda rows: []))
    'theory/MD2'
    """
    return f"{case.part}/{case.name}"


def read(file: Path = KEPT) -> Records:
    """Reads the records; none if there is no such file."""
    if not file.exists():
        return {}
    kept = json.loads(file.read_text(encoding="utf-8"))["cases"]
    return {
        name: Record(record["digest"], record["seconds"], tuple(_verdict(told) for told in record["verdicts"]))
        for name, record in kept.items()
    }


def write(records: Mapping[str, Record], file: Path = KEPT) -> None:
    """Writes the records, all of them or none: who interrupts it finds the file as it was. One line a verdict."""
    cases = []
    for name, record in records.items():
        verdicts = ",\n".join(f"   {json.dumps(_plain(verdict), ensure_ascii=False)}" for verdict in record.verdicts)
        head = f'"digest": "{record.digest}", "seconds": {record.seconds:.1f}'
        cases.append(f'  {json.dumps(name)}: {{{head}, "verdicts": [\n{verdicts}\n  ]}}')
    text = '{\n "made_by": "python -m validation.check",\n "cases": {\n' + ",\n".join(cases) + "\n }\n}\n"
    write_whole(file, lambda part: part.write_text(text, encoding="utf-8"))


def stale(cases: Iterable[Case], records: Mapping[str, Record]) -> list[Case]:
    """Cases without verdicts, or with verdicts that were made with other sources."""
    return [case for case in cases if key(case) not in records or records[key(case)].digest != digest(case)]


def _plain(verdict: Verdict) -> dict[str, Any]:
    """A verdict for the file; JSON has no word for what is not a number, so that such a number is written as a word."""
    told = asdict(verdict)
    return told | {name: str(told[name]) for name in _NUMBERS if not math.isfinite(told[name])}


def _verdict(told: dict[str, Any]) -> Verdict:
    return Verdict(**(told | {name: float(told[name]) for name in _NUMBERS}))
