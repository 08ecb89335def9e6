"""`python -m validation.library [NAMES]`: runs the scenarios of the library and writes docs/scenarios/."""

import argparse
import sys
import time

from sim.study.plan import load_plan
from validation.library.pages import Result, index, page
from validation.library.results import FOLDER, compute, digest_of, keep, kept, names, record, seconds_per_year


def main() -> int:
    """Runs what is asked for; the exit status is 1 if an expectation does not come true or a run is invalid."""
    options = _options()
    there, results = list(names()), kept()
    results = {name: one for name, one in results.items() if name in there}
    wanted = options.names
    if not (wanted or options.speed):
        wanted = [name for name in there if not options.stale or results.get(name, {}).get("digest") != digest_of(name)]
    for name in wanted:
        started = time.monotonic()
        results[name] = record(compute(name, options.replications, options.workers))
        findings = [row["finding"] for row in results[name]["expected"]]
        took = time.monotonic() - started
        print(f"{name}: {', '.join(findings) or 'nothing expected'}; {took:.0f} s", flush=True)
        keep(results)
    if options.speed:
        for name in results:
            results[name]["seconds_per_year"] = seconds_per_year(load_plan(name).scenario)
        keep(results)
    write(results)
    wrong = [name for name, one in results.items() if not _is_right(one)]
    if wrong:
        print(f"Not as expected: {', '.join(wrong)}")
    return 1 if wrong else 0


def write(results: dict[str, Result]) -> None:
    """Writes the pages of all scenarios that have results, and their table."""
    for name, result in results.items():
        path = FOLDER / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(name, result), encoding="utf-8")
    for path in FOLDER.rglob("*.md"):
        if path.name != "README.md" and path.relative_to(FOLDER).with_suffix("").as_posix() not in results:
            path.unlink()
    (FOLDER / "README.md").write_text(index(results), encoding="utf-8")


def _is_right(result: Result) -> bool:
    return bool(result["valid"]) and all(row["finding"] == "as expected" for row in result["expected"])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m validation.library", description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="processes that run replications (2)")
    parser.add_argument("--replications", type=int, help="instead of the numbers in the files")
    parser.add_argument("--stale", action="store_true", help="only scenarios that have changed since their page")
    parser.add_argument("--speed", action="store_true", help="only measure the speed of all scenarios anew")
    parser.add_argument("names", nargs="*", help="only these, such as winter")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
