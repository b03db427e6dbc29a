"""Start-up: what a person waits for before anything happens, beside an empty C++ and an empty Python process."""

import pathlib
import shutil
import sys

from runner.case import Case, Contender, Limit

BENCH = pathlib.Path(__file__).resolve().parents[1]
EXCLUDED_FILES = 10_000


def make_inputs(folder):
    """One row as CSV and JSON lines, and a folder of files that a pattern excludes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "row.csv").write_text("id,name,price\n1,Ann,12.50\n")
    (folder / "row.json").write_text('{"id": 1, "name": "Ann", "price": 12.5}\n')
    many = folder / "many"
    if not many.exists():
        many.mkdir()
        for number in range(EXCLUDED_FILES):
            (many / f"{number:05}.json").write_text("{}\n")


def copies(tenon, empty, folder):
    """What a copy costs before its first row: `tenon copy` of one row, or of none."""
    make_inputs(folder)

    def case(name, seconds, why, *words):
        environment = {"TENON_HOME": str(folder / f"state-{name}")}
        shutil.rmtree(environment["TENON_HOME"], ignore_errors=True)
        shutil.rmtree(folder / f"out-{name}", ignore_errors=True)
        source, *options = words
        command = (tenon, "copy", str(folder / source), str(folder / f"out-{name}"), "--mode", "overwrite", *options)
        return Case(name, (Contender(f"tenon copy {name}", "subject", command, environment), empty),
                    (Limit("seconds", f"tenon copy {name}", at_most=seconds, why=why),), same_answer=False, rounds=21)

    return [
        case("one_row_json_to_json", 0.015, "As CSV: the library, the journal and one file.", "row.json", "--to-format", "json"),
        case("one_row_csv_to_json", 0.015, "Types are found in all rows.", "row.csv", "--to-format", "json"),
        case("one_row_csv_to_parquet", 0.030, "Parquet's library is opened.", "row.csv"),
        case("one_row_sorted", 0.070, "DuckDB is opened for the generated query.", "row.csv", "--to-format", "json",
             "--order-by", "id"),
        case("excluded_files", 0.060, "Ten thousand names are looked at.", "many", "--format", "json", "--to-format", "json",
             "--option", 'exclusions=["**"]'),
    ]


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
        *copies(tenon, empty, build / "bench" / "start-copies"),
    ]
