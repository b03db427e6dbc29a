"""Runs that are cut between two sinks, and what finishes them: words and rows, through the program."""

import json
import os
import re
import subprocess

import pytest

PROGRAM = os.environ.get("TENON_PROGRAM", "")
# Writes two sinks; dies between them while there is a file `cut`.
SCRIPT = """
import os, signal, sys
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
args = getResolvedOptions(sys.argv, ["JOB_NAME", "JOB_RUN_ID", "A", "NULLS"])
glueContext = GlueContext()
job = Job(glueContext)
job.init(args["JOB_NAME"], args)
print(args["JOB_RUN_ID"], args["JOB_ID"], flush=True)
rows = glueContext.create_dynamic_frame.from_options(
    "sequence", {"rows": "1000", "types": "long", "nulls_every": args["NULLS"]}, transformation_ctx="rows")
glueContext.write_dynamic_frame.from_options(rows, "file", {"path": args["A"]}, "json", transformation_ctx="A")
if os.path.exists("cut"):
    os.kill(os.getpid(), signal.SIGKILL)
glueContext.write_dynamic_frame.from_options(rows, "file", {"path": "b"}, "json", transformation_ctx="B")
job.commit()
"""
NEXT_TO_ANOTHER_WAY = ("--treat-as-written", "--write-anyway", "`tenon run forget`")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "job.py").write_text(SCRIPT)
    (tmp_path / "cut").touch()
    return tmp_path


def tenon(folder, *words):
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), "TENON_HOME": str(folder / "state")}
    return subprocess.run([PROGRAM, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=60)


def run(folder, *options, a="a", nulls="0", bookmarks="enable"):
    return tenon(folder, "run", *options, "job.py", "--A", a, "--NULLS", nulls, "--job-bookmark-option",
                 f"job-bookmark-{bookmarks}")


def cut(folder, **arguments):
    """A run that is killed after its first write; its id."""
    done = run(folder, **arguments)
    assert done.returncode == -9, done.stderr
    (folder / "cut").unlink()
    return done.stdout.split()[0]


def rows(folder, name):
    return sum(len(path.read_text().splitlines()) for path in (folder / name).rglob("*") if path.is_file())


def listed(folder):
    return json.loads(tenon(folder, "run", "list", "--json").stdout)


def test_a_cut_run_is_finished_under_its_id_and_its_rows_add_up(folder):
    first = cut(folder)
    assert [(run["run"], run["state"]) for run in listed(folder)] == [(first, "unknown")]
    done = run(folder, "--log-level", "info")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [first, "j_job"]
    assert f"A has these rows already, from run {first}" in done.stderr
    assert (rows(folder, "a"), rows(folder, "b")) == (1000, 1000)
    assert [(run["run"], run["state"], run["attempt"], run["rows"]) for run in listed(folder)] == [(first, "done", 2, 2000)]
    assert run(folder).stdout.split()[0] != first


@pytest.mark.parametrize("options, code, in_a, in_other", [
    ([], 6, 1000, 0), (["--treat-as-written"], 0, 1000, 0), (["--write-anyway"], 0, 1000, 1000)])
def test_a_write_to_another_target_is_refused_unless_it_is_said_what_is_meant(folder, options, code, in_a, in_other):
    first = cut(folder)
    done = run(folder, *options, a="other")
    assert done.returncode == code, done.stderr
    if code == 6:
        assert re.search(rf"^error\[TN6003\]: The script takes another way than the run it finishes: sink=A run={first} "
                         rf"written_by=A target=.*other.* then=.*\n  where: script=job.py line=13\n  hint: .*", done.stderr), \
            done.stderr
        assert all(words in done.stderr for words in NEXT_TO_ANOTHER_WAY)
    assert (rows(folder, "a"), rows(folder, "other") if (folder / "other").exists() else 0) == (in_a, in_other)
    assert (rows(folder, "b") if (folder / "b").exists() else 0) == (0 if code else 1000)
    # Whatever was chosen: nothing is pending afterwards, and after a refusal the plain run goes on.
    assert run(folder).returncode == 0
    assert rows(folder, "b") == 1000 and [run["pending_slots"] for run in listed(folder)].count(0) == len(listed(folder))


@pytest.mark.parametrize("options, code", [([], 6), (["--accept-changed"], 0)])
def test_a_source_that_changed_is_refused_unless_that_is_accepted(folder, options, code):
    cut(folder)
    done = run(folder, *options, "--log-level", "info", nulls="2")
    assert done.returncode == code, done.stderr
    if code == 6:
        assert re.search(r"^error\[TN6004\]: Source changed inside its interval: source=rows interval=\(the start, .*\] "
                         r"rows_then=1000 rows_now=1000 hash_then=.* hash_now=.* written=A\n", done.stderr, re.M), done.stderr
        assert "--accept-changed" in done.stderr and "`tenon run forget`" in done.stderr
        assert not (folder / "b").exists() or rows(folder, "b") == 0
    else:
        assert "Source changed inside its interval" in done.stderr and "; accepted" in done.stderr
        assert (rows(folder, "a"), rows(folder, "b")) == (1000, 1000)


def test_options_that_say_what_is_meant_change_nothing_where_nothing_was_cut(folder):
    (folder / "cut").unlink()
    done = run(folder, "--write-anyway", "--accept-changed")
    assert done.returncode == 0 and (rows(folder, "a"), rows(folder, "b")) == (1000, 1000), done.stderr


def test_without_bookmarks_resume_keeps_the_id_and_again_takes_a_new_one(folder):
    first = cut(folder, bookmarks="disable")
    refused = run(folder, bookmarks="disable")
    assert refused.returncode == 6 and re.search(rf"^error\[TN6005\]: .* run={first} written=A\n", refused.stderr), refused.stderr
    done = run(folder, "--resume", bookmarks="disable")
    assert done.returncode == 0 and done.stdout.split()[0] == first, done.stderr
    assert (rows(folder, "a"), rows(folder, "b")) == (1000, 1000)
    (folder / "cut").touch()
    second = cut(folder, bookmarks="disable")
    done = run(folder, "--again", bookmarks="disable")
    assert done.returncode == 0 and done.stdout.split()[0] not in (first, second)
    assert (rows(folder, "a"), rows(folder, "b")) == (3000, 2000)


def test_the_table_shows_the_rows(folder):
    (folder / "cut").unlink()
    assert run(folder).returncode == 0
    head, line = tenon(folder, "run", "list").stdout.splitlines()
    assert line[head.index("ROWS"):].split()[0] == "2000"
