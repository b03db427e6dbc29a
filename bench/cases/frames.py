"""Work on frames: functions of records in Python, beside loops around JSON parsers."""

import os
import pathlib
import sys

from runner.case import PEER_PYTHON, Case, Contender, Limit

BENCH = pathlib.Path(__file__).resolve().parents[1]
# A run that only compares answers takes less.
ROWS = 1_000_000 if int(os.environ.get("TENON_BENCH_MB", "780")) >= 500 else 20_000


def records(name, build, work, *limits):
    """A function of a million records of ten columns. Peers parse each from a line, ours makes each from a batch."""
    python = {"PYTHONPATH": str(build / "python")}

    def ours(contender, *words):
        return Contender(contender, "subject", (sys.executable, str(BENCH / "records_run.py"), work, str(ROWS), *words), python)

    def loop(tool):
        return Contender(tool, "peer", (PEER_PYTHON, str(BENCH / "peers" / "records_peer.py"), tool, work, str(ROWS)))

    return Case(name, (ours("tenon"), ours("whole records", "whole"), loop("orjson"), loop("json")), limits, rounds=3)


def cases(build):
    def times(peer, at_least, why):
        return Limit("seconds", peer, "tenon", at_least=at_least, why=why)

    return [
        records("python_map", build, "map", times("json", 4, "A function that any parser's dict would do for."),
                times("orjson", 1.15, "The same, beside the fastest parser.")),
        records("python_map_few", build, "few", times("orjson", 3, "Fields that are not touched stay columns.")),
        records("python_filter", build, "filter", times("orjson", 8, "One field of ten is looked at.")),
    ]
