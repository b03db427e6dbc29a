#!/usr/bin/env python3
"""Runs benchmarks: `./dev bench [name…]`.

Each file of bench/cases defines `cases(build) -> list[Case]`, where `build` is the folder of the release build. A name
is a file ("engine"), or a case of it ("engine/checksum_1t").
"""

from __future__ import annotations

import argparse
import difflib
import importlib.util
import json
import os
import pathlib
import sys

BENCH = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(BENCH))

from runner.measure import BenchError, run_case  # noqa: E402
from runner.report import as_json, table  # noqa: E402


def load(path: pathlib.Path, build: pathlib.Path):
    """The cases of one file, named "<file>/<case>"."""
    spec = importlib.util.spec_from_file_location(f"cases_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {f"{path.stem}/{case.name}": case for case in module.cases(build)}


def choose(known: dict, names: list[str]) -> dict:
    """The named ones, or all. Exits with 2 when a name is not known."""
    chosen = {}
    for name in names or sorted({full.split("/")[0] for full in known}):
        hits = {full: case for full, case in known.items() if full == name or full.split("/")[0] == name}
        if not hits:
            everything = sorted(set(known) | {full.split("/")[0] for full in known})
            near = difflib.get_close_matches(name, everything, 1)
            hint = f"Did you mean {near[0]}?" if near else "Known: " + ", ".join(everything)
            print(f"error: No such benchmark: name={name}\n  hint: {hint}", file=sys.stderr)
            sys.exit(2)
        chosen.update(hits)
    return chosen


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="a file of bench/cases, or file/case; all when left out")
    parser.add_argument("--build", default=str(BENCH.parent / "build" / "release"), help="folder of the release build")
    parser.add_argument("--rounds", type=int, help="counted rounds of each contender, in place of the case's own")
    parser.add_argument("--smoke", action="store_true", help="one round each: answers are compared, limits are not")
    parser.add_argument("--spark", action="store_true", help="Spark on this machine beside the other peers; needs Java")
    parser.add_argument("--json", metavar="FILE", help="write every round to FILE")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    given = parser.parse_args(arguments)

    if given.smoke:
        os.environ.setdefault("TENON_BENCH_MB", "16")
    if given.spark:
        os.environ["TENON_BENCH_SPARK"] = "1"
    build = pathlib.Path(given.build).resolve()
    known: dict = {}
    for path in sorted((BENCH / "cases").glob("*.py")):
        known.update(load(path, build))
    if given.list:
        print("\n".join(known))
        return 0

    outcomes, failed = [], 0
    for name, case in choose(known, given.names).items():
        try:
            outcome = run_case(case, rounds=1 if given.smoke else given.rounds, warm_ups=0 if given.smoke else 1)
        except BenchError as error:
            print(f"{name}: error: {error}", flush=True)
            failed += 1
            continue
        outcomes.append(outcome)
        print(table(outcome), flush=True)
        if outcome.broken and not given.smoke:
            failed += 1
    if given.json:
        pathlib.Path(given.json).write_text(json.dumps([as_json(one) for one in outcomes], indent=1) + "\n")
    print(f"{len(outcomes) + failed - sum(bool(o.broken) and not given.smoke for o in outcomes)} benchmarks, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
