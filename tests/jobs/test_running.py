"""Jobs while they run: signals, progress, two at once, what `tenon run list` and `tenon explain` say."""

import json
import os
import pathlib
import re
import signal
import subprocess
import time

import pyarrow.compute as pc
import pyarrow.parquet
import pytest

PROGRAM = os.environ.get("TENON_PROGRAM", "")
SLOW = """
from awsglue.context import GlueContext
glueContext = GlueContext()
rows = glueContext.create_dynamic_frame.from_options(
    "sequence", {"rows": "100000", "batch_rows": "100", "delay_ms": "20", "partitions": "2"})
print("ready", flush=True)
glueContext.write_dynamic_frame.from_options(rows, "file", {"path": "out"}, "parquet")
"""
QUICK = """
import sys
from awsglue.context import GlueContext
from awsglue.job import Job
glueContext = GlueContext()
job = Job(glueContext)
rows = glueContext.create_dynamic_frame.from_options("sequence", {"rows": "1000"})
glueContext.write_dynamic_frame.from_options(rows.select_fields(["value"]), "file", {"path": "out"}, "json")
job.commit()
"""


@pytest.fixture
def start(tmp_path):
    """start(text, *words) begins a job; at the end what still runs is killed."""
    running = []

    def begin(text, *words, name="job"):
        (tmp_path / f"{name}.py").write_text(text)
        process = subprocess.Popen([PROGRAM, "run", *words, f"{name}.py"], cwd=tmp_path, env=environment(tmp_path),
                                   text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        running.append(process)
        return process
    yield begin
    for process in running:
        process.kill()
        process.communicate()


def environment(folder):
    return {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), "TENON_HOME": str(folder / "state")}


def tenon(folder, *words):
    return subprocess.run([PROGRAM, *words], cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=60)


def outputs(folder):
    """Files that a reader of the output folder would take."""
    out = pathlib.Path(folder) / "out"
    return [path for path in out.rglob("*") if path.is_file() and not path.name.startswith((".", "_"))]


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_a_write_within_two_seconds_and_nothing_half_written_stays(start, tmp_path, number, code):
    process = start(SLOW)
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.5)  # Into the write, which takes ten seconds.
    begun = time.monotonic()
    process.send_signal(number)
    _, err = process.communicate(timeout=10)
    assert time.monotonic() - begun < 2
    assert process.returncode == code, err
    if number == signal.SIGINT:
        assert "interrupted: stopping; nothing half-done stays." in err
    assert "Traceback" not in err and outputs(tmp_path) == []


def test_a_killed_run_shows_as_cut_and_the_next_one_works(start, tmp_path):
    process = start(SLOW)
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.5)
    process.kill()
    process.communicate()
    assert outputs(tmp_path) == []
    listed = json.loads(tenon(tmp_path, "run", "list", "--json").stdout)
    assert [(run["job"], run["state"]) for run in listed] == [("job", "cut")]
    done = start(QUICK)
    _, err = done.communicate(timeout=30)
    assert done.returncode == 0, err
    assert sum(len(path.read_text().splitlines()) for path in outputs(tmp_path)) == 1000


def test_two_runs_of_one_job_exclude_each_other(start, tmp_path):
    first = start(SLOW)
    assert first.stdout.readline() == "ready\n"
    second = tenon(tmp_path, "run", "job.py")
    assert second.returncode == 6
    assert re.search(r"error\[TN6001\]: .*pid=", second.stderr), second.stderr
    other = start(QUICK, name="other")
    _, err = other.communicate(timeout=30)
    assert other.returncode == 0, err


def test_progress_as_json_counts_every_row(start, tmp_path):
    process = start(QUICK, "--progress", "json")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    events = [json.loads(line) for line in err.splitlines()]
    assert events and all(event["event"] == "progress" for event in events)
    last = events[-1]["nodes"]
    assert all(node["finished"] for node in last) and max(node["rows"] for node in last) == 1000
    assert {"node", "rows", "bytes", "rows_per_second", "partitions_done", "partitions", "finished"} == set(last[0])


def test_plain_progress_says_nothing_of_a_quick_job(start):
    process = start(QUICK, "--progress", "plain")
    assert process.communicate(timeout=30) == ("", "") and process.returncode == 0


def test_level_info_tells_rows_and_rates_of_each_step(start):
    process = start(QUICK, "--log-level", "info")
    _, err = process.communicate(timeout=30)
    assert re.search(r"^info: .*1,000 rows.* s$", err, re.M), err


def test_explain_shows_the_plan_and_writes_nothing(tmp_path):
    (tmp_path / "job.py").write_text(QUICK)
    done = tenon(tmp_path, "explain", "job.py")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("write file json out\n  read sequence (connector sequence)\n"), done.stdout
    assert "columns: value\n" in done.stdout and "  SelectFields value\n" in done.stdout
    assert outputs(tmp_path) == []


def test_runs_are_listed_for_people_and_programs(start, tmp_path):
    assert tenon(tmp_path, "run", "list").stdout == f"No runs in {tmp_path}/state\n"
    for _ in range(2):
        assert start(QUICK).wait(timeout=30) == 0
    table = tenon(tmp_path, "run", "list").stdout.splitlines()
    assert table[0].split() == ["JOB", "RUN", "STATE", "STARTED", "ENDED", "ROWS", "HELD", "BY"] and len(table) == 3
    runs = json.loads(tenon(tmp_path, "run", "list", "job", "--json").stdout)
    assert [run["state"] for run in runs] == ["done", "done"] and runs[0]["run"] != runs[1]["run"]
    assert json.loads(tenon(tmp_path, "run", "list", "nothing", "--json").stdout) == []


def test_recover_and_forget_of_a_job_that_is_not_there(tmp_path):
    for verb in ("recover", "forget"):
        done = tenon(tmp_path, "run", verb, "nothing")
        assert done.returncode == 2 and "error[TN6018]" in done.stderr and "nothing" in done.stderr


def test_a_join_of_more_than_its_memory_is_made_in_parts(start, tmp_path):
    """The joined rows are many times what the SQL engine may hold: it gets them in parts, and nothing stays on disk."""
    process = start("""
from awsglue.context import GlueContext
glueContext = GlueContext()
def rows(names):
    return glueContext.create_dynamic_frame.from_options(
        "sequence", {"rows": "1500000", "types": "long,string,string,string", "names": names, "partitions": "4"})
joined = rows("a,b,c,d").join(["a"], ["e"], rows("e,f,g,h"))
glueContext.write_dynamic_frame.from_options(joined.select_fields(["a", "b", "e", "h"]), "file", {"path": "out"}, "parquet")
""", "--memory", "96MiB")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    table = pyarrow.parquet.read_table(tmp_path / "out")
    assert table.num_rows == 1_500_000
    assert pc.all(pc.equal(table["a"], table["e"])).as_py()
    assert pc.count_distinct(table["a"]).as_py() == 1_500_000
    assert [path for path in (tmp_path / "state").rglob("*") if "spool" in path.name or "sort" in path.name] == []


def test_memory_that_does_not_suffice_is_named(start):
    process = start(QUICK, "--memory", "1MiB")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 4 and "error[TN4001]" in err and "--memory" in err
