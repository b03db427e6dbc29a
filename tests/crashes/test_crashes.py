"""A plug-in ends the process of a real job: what is reported, that nothing is visible, and that the next start recovers."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess

import pytest

PROGRAM = os.environ.get("TENON_PROGRAM", "")
PLUGINS = pathlib.Path(os.environ.get("TENON_BUILD", "")) / "tests" / "crashes"
CANARY = "canary-5e0c1d7b"
SCRIPT = """
import sys
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
args = getResolvedOptions(sys.argv, ["breaks", "partition"])
glueContext = GlueContext()
job = Job(glueContext)
rows = glueContext.create_dynamic_frame.from_options(
    "brittle", {"breaks": args["breaks"], "partition": args["partition"], "password": "PASSWORD"})
glueContext.write_dynamic_frame.from_options(rows, "file", {"path": "out"}, "json")
job.commit()
""".replace("PASSWORD", CANARY)
FATES = {"segv": signal.SIGSEGV, "abort": signal.SIGABRT, "overflow": signal.SIGSEGV}


@pytest.fixture
def home(tmp_path):
    (tmp_path / "job.py").write_text(SCRIPT)
    (tmp_path / "state" / "connectors").mkdir(parents=True)
    return tmp_path


def put_plugin(home, fate):
    shutil.copy(PLUGINS / f"libbrittle_{fate}.so", home / "state" / "connectors" / "libbrittle.so")


def tenon(home, *words, **more):
    env = {"PATH": os.environ["PATH"], "HOME": str(home / "home"), "TENON_HOME": str(home / "state"), **more}
    # No core files: there is one for each test.
    return subprocess.run(["sh", "-c", 'ulimit -c 0; exec "$@"', "sh", PROGRAM, *words], cwd=home, env=env, text=True,
                          capture_output=True, timeout=60)


def run(home, breaks, partition="3", *words, **more):
    return tenon(home, "run", *words, "job.py", "--breaks", breaks, "--partition", partition, **more)


def reports(home):
    return sorted((home / "state" / "crashes").glob("*"))


def visible(home):
    out = home / "out"
    return [path for path in out.rglob("*") if path.is_file() and not path.name.startswith((".", "_"))]


def numbers(home):
    return sorted(json.loads(line)["number"] for path in visible(home) for line in path.read_text().splitlines())


@pytest.mark.parametrize("breaks", FATES)
def test_a_crash_names_connector_and_partition_and_the_next_start_recovers(home, breaks):
    name = FATES[breaks].name
    put_plugin(home, "breaking")
    crashed = run(home, breaks)
    assert crashed.returncode == -FATES[breaks], crashed.stderr
    (report,) = reports(home)
    facts = f"connector=brittle version=0.9 call=Next partition=3 signal={name}"
    assert crashed.stderr == (
        f"error[TN3004]: Connector crashed: {facts} report={report}\n"
        "  hint: Run the job again: it settles what was open. The report shows where it happened.\n")
    text = report.read_text()
    assert text.startswith("Tenon crash report\nconnector=brittle\nversion=0.9\ncall=Next\npartition=3\n"
                           f"signal={int(FATES[breaks])} {name}\naddress=0x")
    assert re.search(r"\nbacktrace:\n(.+\n)+$", text) and "libbrittle.so" in text
    assert CANARY not in text and CANARY not in crashed.stderr
    assert visible(home) == []

    (listed,) = json.loads(tenon(home, "run", "list", "--json").stdout)
    assert listed["state"] == "cut" and listed["crash_report"] == str(report)
    assert report.name == f"crash-{listed['run']}-1.txt"
    assert f"\nRun {listed['run']} crashed: report={report}\n" in tenon(home, "run", "list").stdout
    note = f"The last attempt ended in a crash: run={listed['run']} {facts} report={report}"
    assert tenon(home, "run", "recover", "job").stdout == f"{note}\nNothing was left undecided.\n"

    put_plugin(home, "mended")
    done = run(home, breaks)
    assert done.returncode == 0 and done.stderr == f"warning: {note}. It is settled first\n"
    assert numbers(home) == list(range(800))
    shutil.rmtree(home / "out")
    again = run(home, breaks)
    assert again.returncode == 0 and again.stderr == "", "told once"


def test_crashes_of_all_threads_at_once_leave_one_whole_report(home):
    put_plugin(home, "breaking")
    crashed = run(home, "segv", "-1", "--threads", "8")
    assert crashed.returncode == -signal.SIGSEGV
    assert len(re.findall(r"error\[TN3004\]", crashed.stderr)) == 1
    (report,) = reports(home)
    assert re.search(r"\nbacktrace:\n(.+\n){3,}$", report.read_text())
    assert visible(home) == []


def test_each_attempt_has_a_report_of_its_own(home):
    put_plugin(home, "breaking")
    for count in (1, 2):
        assert run(home, "abort").returncode == -signal.SIGABRT
        assert len(reports(home)) == count


@pytest.mark.parametrize("breaks", FATES)
def test_the_fault_handler_of_python_still_has_its_say(home, breaks):
    put_plugin(home, "breaking")
    crashed = run(home, breaks, PYTHONFAULTHANDLER="1")
    assert crashed.returncode == -FATES[breaks]
    told = crashed.stderr.index("error[TN3004]: Connector crashed: connector=brittle")
    said = "Fatal Python error: " + ("Aborted" if breaks == "abort" else "Segmentation fault")
    assert told < crashed.stderr.index(said) < crashed.stderr.index('File "')


def test_a_fault_handler_that_the_script_enables_comes_first(home):
    put_plugin(home, "breaking")
    text = SCRIPT.replace("glueContext.write_dynamic", "import faulthandler; faulthandler.enable()\nglueContext.write_dynamic")
    (home / "job.py").write_text(text)
    crashed = run(home, "segv")
    assert crashed.returncode == -signal.SIGSEGV
    assert crashed.stderr.index("Fatal Python error: Segmentation fault") < crashed.stderr.index("error[TN3004]")
    assert len(reports(home)) == 1


def test_a_crash_of_the_script_itself_blames_no_connector(home):
    put_plugin(home, "mended")
    (home / "job.py").write_text(SCRIPT.replace("job.commit()", "import os; os.abort()"))
    crashed = run(home, "none")
    assert crashed.returncode == -signal.SIGABRT
    assert crashed.stderr.startswith("error[TN9002]: Process crashed outside of connectors: signal=SIGABRT report=")


def test_a_process_that_only_imports_the_package_keeps_its_handlers(home):
    put_plugin(home, "breaking")
    (home / "job.py").write_text(SCRIPT.replace(
        "glueContext.write_dynamic", "import os; os.abort()\nglueContext.write_dynamic"))
    python = pathlib.Path(os.environ["TENON_BUILD"]) / "python3"
    package = pathlib.Path(os.environ["TENON_BUILD"]) / "python" / "tenon" / "glue"
    env = {"PATH": os.environ["PATH"], "TENON_HOME": str(home / "state"),
           "PYTHONPATH": f"{package}:{package.parents[1]}"}
    crashed = subprocess.run(["sh", "-c", 'ulimit -c 0; exec "$@"', "sh", python, "job.py", "--breaks", "segv",
                              "--partition", "3"], cwd=home, env=env, text=True, capture_output=True, timeout=60)
    assert crashed.returncode == -signal.SIGABRT and "TN9002" not in crashed.stderr and reports(home) == []


def test_a_plug_in_is_held_to_the_rules_that_cost_a_second_call(home):
    put_plugin(home, "mended")
    lied = run(home, "again")
    assert lied.returncode == 8 and "error[TN3001]" in lied.stderr and "rule=partitions-after-end" in lied.stderr
    assert visible(home) == []
