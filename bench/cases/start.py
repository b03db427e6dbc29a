"""Start-up: what a person waits for before anything happens, beside an empty C++ and an empty Python process."""

import pathlib
import shutil
import sys

from runner.case import Case, Contender, Limit

BENCH = pathlib.Path(__file__).resolve().parents[1]


def cases(build):
    tenon = str(build / "tenon")
    empty = Contender("empty C++ process", "floor", (str(build / "bench" / "empty_process"),))
    python = Contender("empty Python process", "floor", (sys.executable, "-c", "pass"))
    script = str(BENCH / "start" / "one_row.py")
    environment = {"TENON_PYTHON": sys.executable, "TENON_HOME": str(build / "bench" / "start-state")}
    shutil.rmtree(environment["TENON_HOME"], ignore_errors=True)
    return [
        Case(
            "version",
            (Contender("tenon version", "subject", (tenon, "version")), empty, python),
            (Limit("seconds", "tenon version", at_most=0.005, why="Nothing heavy is loaded for it."),),
            same_answer=False,
            rounds=21,
        ),
        Case(
            "one_row_script",
            (
                Contender("one-row Glue script", "subject", (tenon, "run", script), environment),
                empty,
                python,
            ),
            (Limit("seconds", "one-row Glue script", at_most=0.2, why="Process start included."),),
            same_answer=False,
            rounds=11,
        ),
    ]
