"""What a job test is: scripts/NAME.py, and scripts/NAME.txt with what goes in and what must come out, in sections.

    [before] secret list          a command of tenon that is run before, in the same folder; each must succeed
    [args] --OUT out              words for tenon run, after the script
    [options] --log-level info    options of tenon, before the script
    [exit] 1                      0 when it is not given
    [input people.json]           a file in the folder in which the job runs
    [stdout] [stderr]             exactly; absent: not looked at
    [rows out]                    JSON rows of the Parquet or JSON files in a folder, order aside
    [types out]                   "name: type" of the Parquet files' columns, as pyarrow prints them
    [absent out]                  no such file or folder
"""

import json
import pathlib
import re

import pyarrow.parquet


def parse(text):
    """Pairs of (section, argument) and body, in order."""
    sections = []
    for line in text.splitlines(keepends=True):
        head = re.match(r"\[(\w+)(?: ([^\]]+))?\](?: (.*))?$", line.rstrip("\n"))
        if head:
            sections.append([(head[1], head[2] or ""), head[3] or ""])
        elif sections:
            sections[-1][1] += line
    return [(key, body) for key, body in sections]


def parquet_files(folder):
    return sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file() and is_output(path))


def is_output(path):
    return not path.name.startswith((".", "_"))


def read_rows(folder):
    rows = []
    for path in parquet_files(folder):
        if path.suffix == ".parquet":
            rows += pyarrow.parquet.read_table(path).to_pylist()
        else:
            rows += [json.loads(line) for line in path.read_text().splitlines()]
    return rows


def read_types(folder):
    schema = pyarrow.parquet.read_schema(parquet_files(folder)[0])
    return [f"{field.name}: {field.type}" for field in schema]


def sorted_rows(rows):
    return sorted(json.dumps(row, default=str) for row in rows)
