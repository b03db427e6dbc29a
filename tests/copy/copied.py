"""Rows of these tests: written, read back, and the environment in which the program runs."""

import json
import os
import pathlib

import pyarrow.parquet

PROGRAM = os.environ.get("TENON_PROGRAM", "")


def environment(folder, **variables):
    return {"PATH": "/usr/bin:/bin", "HOME": str(folder), "TENON_HOME": str(folder / "state"), **variables}


def write_rows(path, rows):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def files_of(target):
    """What a reader of the target would take."""
    target = pathlib.Path(target)
    if target.is_file():
        return [target]
    return sorted(path for path in target.rglob("*")
                  if path.is_file() and not any(part.startswith((".", "_")) for part in path.relative_to(target).parts))


def read_rows(target):
    rows = []
    for path in files_of(target):
        if path.suffix == ".parquet":
            rows += pyarrow.parquet.read_table(path).to_pylist()
        else:
            rows += [json.loads(line) for line in path.read_text().splitlines()]
    return rows


PEOPLE = [
    {"id": 1, "name": "Ann", "age": 40, "home": {"city": "Zürich", "zip": 8000}},
    {"id": 2, "name": "Bob", "age": None, "home": {"city": "Bern", "zip": 3000}},
    {"id": 3, "name": "Cyd", "age": 25, "home": None},
    {"id": 4, "name": "Dot", "age": 61, "home": {"city": "Chur", "zip": 7000}},
]
