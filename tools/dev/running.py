"""Runs suites beside the builds they wait for, and reports.

One lane builds, preset after preset; two lanes run the suites whose builds are done; what runs alone comes last.
"""

import concurrent.futures
import dataclasses
import pathlib
import signal
import sys
import threading
import time

from dev import build, outcomes, paths
from dev.outcomes import Outcome
from dev.suites import Build, Suite

LANES = 2
SHOWN_LINES = 120  # Of a failed suite's output; all of it is in the log.


@dataclasses.dataclass
class Report:
    suite: Suite
    outcome: Outcome
    seconds: float


def merge_builds(suites: list[Suite]) -> list[Build]:
    """One build per preset, in the order in which suites ask for them. `all` swallows other targets but headers."""
    merged: dict[str, list[str]] = {}
    for suite in suites:
        for wanted in suite.builds:
            targets = merged.setdefault(wanted.preset, [])
            targets.extend(target for target in wanted.targets if target not in targets)
    return [Build(preset, tuple(targets)) for preset, targets in merged.items()]


class Builds:
    """Builds presets one after the other in a thread, and lets suites wait for them."""

    def __init__(self, builds: list[Build], log_folder: pathlib.Path):
        self._builds = builds
        self._log_folder = log_folder
        self._done = {wanted.preset: threading.Event() for wanted in builds}
        self._failed: dict[str, tuple[pathlib.Path, set[str]]] = {}

    def run_all(self) -> None:
        for wanted in self._builds:
            started = time.monotonic()
            log = self._log_folder / f"build-{wanted.preset}.txt"
            broken = build.build_all(wanted.preset, list(wanted.targets), log)
            if broken:
                self._failed[wanted.preset] = (log, broken)
            say_line("FAILED" if broken else "built", wanted.preset, f"{time.monotonic() - started:.1f} s")
            self._done[wanted.preset].set()

    def wait(self, wanted: Build) -> str:
        """Empty when the build made it; else what to say."""
        self._done[wanted.preset].wait()
        log, broken = self._failed.get(wanted.preset, (None, set()))
        hit = sorted(broken & set(wanted.targets))
        return f"build of {wanted.preset} failed: targets={','.join(hit)} log={log}" if hit else ""

    def logs(self) -> list[tuple[str, pathlib.Path]]:
        return [(preset, log) for preset, (log, _) in self._failed.items()]


_print_lock = threading.Lock()


def say_line(mark: str, name: str, text: str) -> None:
    with _print_lock:
        print(f"{mark:<7} {name:<22} {text}", flush=True)


def counts(outcome: Outcome) -> str:
    return f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"


def run_one(suite: Suite, builds: Builds, log_folder: pathlib.Path) -> Report:
    blocked = [reason for wanted in suite.builds if (reason := builds.wait(wanted))]
    started = time.monotonic()
    if blocked:
        outcome = outcomes.failure(blocked[0])
    else:
        try:
            outcome = suite.run()
        except Exception as error:  # A fault of the runner is a failed suite, never a lost one.
            outcome = outcomes.failure(f"{type(error).__name__}: {error}")
    seconds = time.monotonic() - started
    say_line("FAILED" if outcome.failed else "ok", suite.name, f"{counts(outcome)}  {seconds:.1f} s")
    for note in outcome.notes:
        if note.startswith("failed:"):
            say_line("", suite.name, note)
    if outcome.output:
        log = log_folder / f"{suite.name.replace(':', '-')}.txt"
        log.write_text(outcome.output)
        lines = outcome.output.splitlines()
        with _print_lock:
            if len(lines) > SHOWN_LINES:
                print(f"        … {len(lines) - SHOWN_LINES} lines before: {log.relative_to(paths.ROOT)}")
            print("\n".join("        " + line for line in lines[-SHOWN_LINES:]), flush=True)
    return Report(suite, outcome, seconds)


def show_build_failures(builds: Builds) -> None:
    for preset, log in builds.logs():
        lines = [line for line in log.read_text(errors="replace").splitlines() if "error:" in line or "FAILED:" in line]
        print(f"\nbuild of {preset} failed, log={log.relative_to(paths.ROOT)}")
        print("\n".join("  " + line for line in lines[:40]))


def hear_interrupts() -> None:
    """A shell ignores Ctrl-C for what it starts in the background, and so would all that we start: tests send it."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def run_suites(suites: list[Suite]) -> list[Report]:
    hear_interrupts()
    log_folder = paths.ROOT / "build" / "test-logs"
    log_folder.mkdir(parents=True, exist_ok=True)
    builds = Builds(merge_builds(suites), log_folder)
    builder = threading.Thread(target=builds.run_all, daemon=True)
    builder.start()
    together = [suite for suite in suites if not suite.alone]
    # What waits for no build goes first, or waiting suites would hold both lanes.
    together.sort(key=lambda suite: bool(suite.builds))
    with concurrent.futures.ThreadPoolExecutor(LANES) as pool:
        reports = list(pool.map(lambda suite: run_one(suite, builds, log_folder), together))
    builder.join()
    reports += [run_one(suite, builds, log_folder) for suite in suites if suite.alone]
    show_build_failures(builds)
    return reports


def print_summary(reports: list[Report], seconds: float) -> int:
    """The table, the reasons, the closing line; gives the exit code."""
    width = max((len(report.suite.name) for report in reports), default=5)
    print(f"\n{'suite':<{width}} {'passed':>7} {'failed':>7} {'skipped':>7} {'seconds':>8}")
    total = Outcome()
    for report in reports:
        outcome = report.outcome
        total = total.add(Outcome(outcome.passed, outcome.failed, outcome.skipped))
        print(f"{report.suite.name:<{width}} {outcome.passed:>7} {outcome.failed:>7} {outcome.skipped:>7} "
              f"{report.seconds:>8.1f}")
    for report in reports:
        for note in report.outcome.notes:
            print(f"{report.suite.name}: {note}")
    print(f"all suites took {seconds:.0f} s")
    sys.stdout.flush()
    print(counts(total), flush=True)
    return 1 if total.failed or not total.passed else 0
