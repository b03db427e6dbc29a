import os
import pathlib
import subprocess
import sys

import pytest

from dev import build, paths, running
from dev.outcomes import Outcome
from dev.suites import Build, Suite

TOOLS = pathlib.Path(running.__file__).parents[1]


@pytest.fixture
def fake_builds(monkeypatch, tmp_path):
    """Builds that take no compiler: `made` collects what was asked for; targets named bad* break."""
    made = []

    def build_all(preset, targets, log):
        made.append((preset, targets))
        log.write_text("x.cc:1: error: no\n")
        return {target for target in targets if target.startswith("bad")}

    monkeypatch.setattr(build, "build_all", build_all)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    return made


def suite(name, outcome, *builds, alone=False):
    return Suite(name, name, tuple(builds), lambda: outcome, alone)


def test_builds_of_one_preset_are_made_at_once(fake_builds):
    running.run_suites([
        suite("a", Outcome(passed=1), Build("asan", ("a_test",))),
        suite("b", Outcome(passed=1), Build("asan", ("b_test",)), Build("release", ("all",))),
    ])
    assert fake_builds == [("asan", ["a_test", "b_test"]), ("release", ["all"])]


def test_a_broken_target_fails_its_own_suites_only(fake_builds, capsys):
    reports = running.run_suites([
        suite("a", Outcome(passed=3), Build("asan", ("a_test",))),
        suite("b", Outcome(passed=4), Build("asan", ("bad_test",))),
    ])
    assert running.print_summary(reports, 1) == 1
    output = capsys.readouterr().out
    assert output.splitlines()[-1] == "3 passed, 1 failed, 0 skipped"
    assert "b: failed: build of asan failed: targets=bad_test" in output
    assert "x.cc:1: error: no" in output


def test_suites_that_run_alone_run_last(fake_builds):
    order = []

    def note(name):
        return lambda: order.append(name) or Outcome(passed=1)

    running.run_suites([Suite("alone", "", (), note("alone"), alone=True), Suite("a", "", (), note("a"))])
    assert order == ["a", "alone"]


def test_a_fault_of_the_runner_is_a_failed_suite(fake_builds):
    def broken():
        raise OSError("no disk")

    (report,) = running.run_suites([Suite("a", "", (), broken)])
    assert report.outcome.notes == ["failed: OSError: no disk"]


def test_the_closing_line_stands_alone_and_skips_say_why(fake_builds, capsys):
    reports = running.run_suites([suite("a", Outcome(2, 0, 1, ["skipped: no java"]))])
    assert running.print_summary(reports, 1) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "a: skipped: no java" in lines
    assert lines[-1] == "2 passed, 0 failed, 1 skipped"


def test_a_run_without_a_test_fails(fake_builds):
    assert running.print_summary([], 1) == 1


def test_what_is_started_in_the_background_hears_interrupts():
    ask = "import signal; print(signal.getsignal(signal.SIGINT) == signal.SIG_IGN)"
    start = (f"import subprocess, sys; from dev import running; {ask}; running.hear_interrupts(); sys.stdout.flush(); "
             f"subprocess.run([sys.executable, '-c', {ask!r}])")
    done = subprocess.run(["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-c", start], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(TOOLS)})
    assert done.stdout.split() == ["True", "False"], done
