"""Files that `tenon copy` writes are read by other programs, value by value as they were written."""

import json
import os
import pathlib
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import read_all  # noqa: E402
import rows  # noqa: E402
from dev import readers  # noqa: E402

PROGRAM = os.environ.get("TENON_PROGRAM", "")
# Each target with the options of its write.
TARGETS = {
    "parquet": ("all", "parquet"), "glueparquet": ("all", "parquet", "useGlueParquetWriter=true"),
    "zstd": ("all", "parquet", "compression=zstd", "pageSize=64"), "gzip": ("all", "parquet", "compression=gzip"),
    "lz4": ("all", "parquet", "compression=lz4"),
    "json": ("flat", "json"), "csv": ("flat", "csv"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder for each target, written by the program."""
    root = tmp_path_factory.mktemp("readers")
    pq.write_table(rows.table(rows.ALL), root / "all.parquet")
    pq.write_table(rows.table(rows.FLAT), root / "flat.parquet")
    for name, (source, kind, *options) in TARGETS.items():
        words = [word for option in options for word in ("--sink-option", option)]
        done = subprocess.run([PROGRAM, "copy", f"{source}.parquet", f"{name}/", "--to-format", kind, *words], cwd=root,
                              env={"PATH": "/usr/bin:/bin", "HOME": str(root), "TENON_HOME": str(root / "state")},
                              capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def found(folder):
    """What every reader says, asked in one process."""
    done = subprocess.run([readers.python(), "-B", pathlib.Path(__file__).with_name("read_all.py"), folder, folder / "scratch"],
                          capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def wanted(schema, empty_is_null=False):
    plain = read_all.plain_rows(rows.table(schema).to_pylist())
    for row in plain:
        if empty_is_null and row["text"] == "":
            row["text"] = None
    return plain


@pytest.mark.parametrize("target", read_all.PARQUET)
@pytest.mark.parametrize("reader", ["spark", "duckdb", "polars"])
def test_parquet_is_read_as_it_was_written(found, reader, target):
    assert found[f"{reader} {target}"] == wanted(rows.ALL)


@pytest.mark.parametrize("target", read_all.PARQUET)
def test_parquet_is_read_by_pyarrow_as_it_was_written(folder, target):
    assert read_all.plain_rows(pq.read_table(folder / target).to_pylist()) == wanted(rows.ALL)


def test_json_lines_are_read_as_they_were_written(found):
    assert found["spark json"] == wanted(rows.FLAT)
    assert found["duckdb json"] == [{name: value for name, value in row.items() if name != "huge"} for row in wanted(rows.FLAT)]


# These take an empty field and an empty text in quotes for the same.
@pytest.mark.parametrize("reader", ["spark", "duckdb"])
def test_csv_is_read_as_it_was_written(found, reader):
    assert found[f"{reader} csv"] in (wanted(rows.FLAT), wanted(rows.FLAT, empty_is_null=True))
