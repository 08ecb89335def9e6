"""The command `python -m validation.mutation`: tests a random sample of small changes in a copy of the checkout."""

import argparse
import queue
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Final

from validation.mutation import mutants, page, sampling
from validation.mutation.mutating import Mutable
from validation.seeded_bugs.bugs import hashed
from validation.seeded_bugs.catching import copied

MUTATED: Final = ("sim/demand/**/*.py", "sim/engine/**/*.py", "sim/measure/**/*.py", "sim/study/output_analysis.py")
"""What is changed: who comes, what happens, what it amounts to, and how sure that is."""
TESTS: Final = Path(__file__).with_name("tests.toml")


def main() -> int:
    """Runs the command."""
    options = _options()
    if options.size:
        _test(options.size, options.workers)
    page.README.write_text(page.page(), encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m validation.mutation", description=__doc__)
    parser.add_argument(
        "--size", type=int, default=0, help="changes in the sample; without it the page is written anew"
    )
    parser.add_argument("--workers", type=int, default=2, help="copies in which tests run at the same time (2)")
    return parser.parse_args()


def _test(size: int, workers: int) -> None:
    """Tests the sample; what is known is kept after each change, and a further run of the same source goes on there."""
    files = sampling.files_of(MUTATED)
    changes = {file: sampling.read(file) for file in files}
    sizes = {file: len(found.changes) for file, found in changes.items()}
    source = hashed(files)
    done = {(one.file, one.number): one for one in mutants.load().mutants if mutants.load().source == source}
    places = [place for place in sampling.sample(sizes, size) if place not in done]
    lists = tomllib.loads(TESTS.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="wardflow-") as folder, ThreadPoolExecutor(workers) as pool:
        copies: queue.Queue[Path] = queue.Queue()
        for number in range(workers):
            copies.put(copied(Path(folder) / f"checkout{number}"))
        running = [pool.submit(_one, copies, place, changes[place[0]], _tests_of(place[0], lists)) for place in places]
        for one in as_completed(running):
            mutant = one.result()
            if mutant is not None:
                done[mutant.file, mutant.number] = mutant
                print(mutants.line(mutant), flush=True)
                mutants.store(mutants.Results(source, sum(sizes.values()), tuple(done.values())))


def _one(copies: queue.Queue[Path], place: sampling.Place, found: Mutable, tests: list[str]) -> mutants.Mutant | None:
    """Tests a change in whichever copy is free."""
    copy = copies.get()
    try:
        return sampling.tried(copy, place, found, tests)
    finally:
        copies.put(copy)


def _tests_of(file: str, lists: dict[str, dict[str, list[str]]]) -> list[str]:
    """The list of the folder; tests that are named after the file come first."""
    listed = next(own["tests"] for start, own in lists.items() if file.startswith(start))
    return sorted(listed, key=lambda test: Path(test).stem != f"test_{Path(file).stem}")


if __name__ == "__main__":
    sys.exit(main())
