"""A job whose SQLite database is on a disk that becomes full: right words, and nothing of the write is there."""

import os
import pathlib
import sqlite3
import subprocess

import pytest

PROGRAM = os.environ.get("TENON_PROGRAM", "")
SCRIPT = """
import sys
from awsglue.context import GlueContext
from pyspark.context import SparkContext
glueContext = GlueContext(SparkContext.getOrCreate())
rows = glueContext.create_dynamic_frame.from_options("sqlite", {"path": "in.db", "dbTable": "numbers"})
glueContext.write_dynamic_frame.from_options(rows, "sqlite", {"path": "disk/out.db", "dbTable": "numbers", "mode": sys.argv[-1]})
"""


@pytest.fixture
def disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("no right to mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("before", ["nothing", "rollback journal", "write-ahead log"])
def test_a_full_disk_leaves_the_database_as_it_was(tmp_path, disk, before):
    (tmp_path / "job.py").write_text(SCRIPT)
    with sqlite3.connect(tmp_path / "in.db") as rows:
        rows.execute("CREATE TABLE numbers (n INTEGER, t TEXT)")
        rows.executemany("INSERT INTO numbers VALUES (?, ?)", ((n, f"text {n}") for n in range(300_000)))
    rows.close()
    if before != "nothing":
        there = sqlite3.connect(disk / "out.db")
        there.execute(f"PRAGMA journal_mode = {'wal' if before == 'write-ahead log' else 'delete'}")
        there.execute("CREATE TABLE numbers (n INTEGER, t TEXT)")
        there.execute("INSERT INTO numbers VALUES (-1, 'before')")
        there.commit()
        there.close()
    for mode in ("append", "overwrite"):
        run = subprocess.run([PROGRAM, "run", "job.py", mode], cwd=tmp_path, capture_output=True, text=True, timeout=60,
                             env={"PATH": os.environ["PATH"], "TENON_HOME": str(tmp_path / "home")})
        assert run.returncode == 4, run.stderr
        assert "TN2306" in run.stderr and "disk/out.db" in run.stderr, run.stderr
        assert "Look at its disk: it is full, or fails. Nothing of a write is there." in run.stderr, run.stderr
        left = [path.name for path in pathlib.Path(disk).iterdir()]
        if before == "nothing":
            assert left == []
            continue
        assert left == ["out.db"]
        there = sqlite3.connect(disk / "out.db")
        assert there.execute("SELECT * FROM numbers").fetchall() == [(-1, "before")]
        assert there.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        there.close()
