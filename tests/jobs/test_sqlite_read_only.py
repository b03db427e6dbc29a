"""A SQLite database with a write-ahead log, on a disk that is mounted to be read only."""

import os
import sqlite3
import subprocess
import sys

import pytest

PROGRAM = os.environ.get("TENON_PROGRAM", "")
SCRIPT = """
from awsglue.context import GlueContext
from pyspark.context import SparkContext
glueContext = GlueContext(SparkContext.getOrCreate())
rows = glueContext.create_dynamic_frame.from_options("sqlite", {"path": "disk/in.db", "dbTable": "numbers"})
print(rows.count(), "rows")
"""
# Ends as a killed program does: its log stays.
WRITER = """
import os, sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("PRAGMA wal_autocheckpoint = 0")
with database:
    database.executemany("INSERT INTO numbers VALUES (?)", ((n,) for n in range(500)))
os._exit(0)
"""


@pytest.fixture
def disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True).returncode != 0:
        pytest.skip("no right to mount a file system")
    database = sqlite3.connect(folder / "in.db")
    database.execute("PRAGMA journal_mode = wal")
    with database:
        database.execute("CREATE TABLE numbers (n INTEGER)")
        database.executemany("INSERT INTO numbers VALUES (?)", ((n,) for n in range(1000)))
    database.close()
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def run(folder, disk, path="disk/in.db"):
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    (folder / "job.py").write_text(SCRIPT.replace("disk/in.db", path))
    return subprocess.run([PROGRAM, "run", "job.py", "--threads", "2"], cwd=folder, capture_output=True, text=True, timeout=60,
                          env={"PATH": os.environ["PATH"], "TENON_HOME": str(folder / "home")})


def test_a_database_whose_log_was_put_away_is_read(tmp_path, disk):
    assert not (disk / "in.db-wal").exists()
    done = run(tmp_path, disk)
    assert (done.returncode, done.stdout) == (0, "1000 rows\n"), done.stderr


def test_a_path_may_have_signs_that_addresses_have(tmp_path, disk):
    (disk / "in.db").rename(disk / "50%20?x=#1.db")
    done = run(tmp_path, disk, "disk/50%20?x=#1.db")
    assert (done.returncode, done.stdout) == (0, "1000 rows\n"), done.stderr


def test_rows_that_are_in_the_log_only_are_read_from_it(tmp_path, disk):
    subprocess.run([sys.executable, "-c", WRITER, str(disk / "in.db")], check=True)
    assert (disk / "in.db-wal").stat().st_size > 0
    done = run(tmp_path, disk)
    assert (done.returncode, done.stdout) == (0, "1500 rows\n"), done.stderr


def test_a_log_without_its_index_is_told_and_not_passed_over(tmp_path, disk):
    subprocess.run([sys.executable, "-c", WRITER, str(disk / "in.db")], check=True)
    (disk / "in.db-shm").unlink()
    done = run(tmp_path, disk)
    assert done.returncode != 0 and done.stdout == ""
    assert "error[TN2308]: Database cannot be opened or changed:" in done.stderr
    assert "SQLite makes files to read it too" in done.stderr
