"""Kills a job that writes SQLite at any moment, and starts it again: every row is in each table exactly once."""

import json
import os
import random
import signal
import sqlite3
import subprocess

import pytest

PROGRAM = os.environ.get("TENON_PROGRAM", "")
ROWS = 200_000
SCRIPT = """
import sys
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glueContext = GlueContext(SparkContext.getOrCreate())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)
rows = glueContext.create_dynamic_frame.from_options(
    "custom.jdbc", {"className": "org.sqlite.JDBC", "url": "jdbc:sqlite:in.db", "dbTable": "numbers"}, transformation_ctx="rows")
for name in ("first", "second"):
    glueContext.write_dynamic_frame.from_options(
        rows, "custom.jdbc", {"className": "org.sqlite.JDBC", "url": f"jdbc:sqlite:{name}.db", "dbTable": "numbers"},
        transformation_ctx=name)
job.commit()
"""


def start(folder, *words):
    return subprocess.Popen([PROGRAM, "run", *words, "job.py"], cwd=folder, stderr=subprocess.PIPE, text=True,
                            env={"PATH": os.environ["PATH"], "TENON_HOME": str(folder / "home")})


def is_done(folder):
    """Whether a run came to its end. After job.commit() nothing is left to resume: another start would be another run."""
    listed = subprocess.run([PROGRAM, "run", "list", "--json", "--state", folder / "home"], capture_output=True, text=True)
    return listed.returncode == 0 and any(run["state"] == "done" for run in json.loads(listed.stdout))


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_every_row_is_there_once_however_often_the_job_is_killed(tmp_path, mode):
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    (tmp_path / "job.py").write_text(SCRIPT)
    for name in ("in", "first", "second"):
        connection = sqlite3.connect(tmp_path / f"{name}.db")
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("CREATE TABLE numbers (n INTEGER, t TEXT)")
        if name == "in":
            connection.executemany("INSERT INTO numbers VALUES (?, ?)", ((n, f"text {n}") for n in range(ROWS)))
        connection.commit()
        connection.close()
    kills = 0
    for _ in range(12):
        process = start(tmp_path, "--resume") if kills else start(tmp_path)
        try:
            process.wait(chance.uniform(0.02, 0.9))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        _, said = process.communicate(timeout=60)
        if process.returncode != -signal.SIGKILL:
            assert process.returncode == 0, said
            break
        kills += 1
        if is_done(tmp_path):
            break
    else:
        process = start(tmp_path, "--resume")
        assert process.wait(60) == 0, process.communicate()[1]
    for name in ("first", "second"):
        connection = sqlite3.connect(tmp_path / f"{name}.db")
        assert connection.execute("SELECT count(*), count(DISTINCT n), sum(n), count(t) FROM numbers").fetchone() == (
            ROWS, ROWS, ROWS * (ROWS - 1) // 2, ROWS), (name, kills)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT state FROM _tenon_commits").fetchall() == [("committed",)]
