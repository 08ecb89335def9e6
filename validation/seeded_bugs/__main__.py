"""The command `python -m validation.seeded_bugs`: plants bugs in copies of the checkout; which tests notice?"""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor

from validation.seeded_bugs.bugs import digest, load
from validation.seeded_bugs.catching import SOUND, Catch, catch
from validation.seeded_bugs.page import README, page, told_by


def main() -> int:
    """Runs the command; the exit status is 1 if a bug is not caught or the tests fail without one."""
    bugs = load()
    options = _options(list(bugs))
    chosen = [bugs[name] for name in options.names or bugs]
    before = digest(chosen)
    control = sorted({file for bug in chosen for file in bug.tests})
    with ThreadPoolExecutor(options.workers) as pool:
        running = [pool.submit(catch, SOUND, control), *(pool.submit(catch, bug) for bug in chosen)]
        catches = []
        for one in running:
            catches.append(one.result())
            print(_line(catches[-1]), flush=True)
    if before != digest(chosen):
        print("The checkout was changed in the meantime, so nothing is written.")
        return 1
    if options.write:
        README.write_text(page(catches), encoding="utf-8")
    return 0 if not (catches[0].caught_by or catches[0].trouble) and all(one.is_caught for one in catches[1:]) else 1


def _options(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m validation.seeded_bugs", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these bugs")
    parser.add_argument("--workers", type=int, default=2, help="copies in which tests run at the same time (2)")
    parser.add_argument("--write", action="store_true", help="write the page; needs all bugs")
    found = parser.parse_args()
    unknown = sorted(set(found.names) - set(names))
    if unknown:
        parser.error(f"no such bug: {', '.join(unknown)}")
    if found.write and found.names:
        parser.error("the page is about all bugs: leave the names out")
    return found


def _line(one: Catch) -> str:
    return f"{one.seconds:5.0f} s  {one.bug.name}: {told_by(one)}{one.trouble and chr(10) + one.trouble}"


if __name__ == "__main__":
    sys.exit(main())
