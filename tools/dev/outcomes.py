"""What a suite came to, read from GoogleTest's JSON, pytest's JUnit file or a checker's findings."""

import dataclasses
import json
import re
import xml.etree.ElementTree as ElementTree


@dataclasses.dataclass
class Outcome:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    notes: list[str] = dataclasses.field(default_factory=list)  # Names of failures, reasons of skips.
    output: str = ""  # Shown when something failed.

    def add(self, other: "Outcome") -> "Outcome":
        return Outcome(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped,
                       self.notes + other.notes, self.output + other.output)


def failure(note: str, output: str = "") -> Outcome:
    return Outcome(failed=1, notes=[f"failed: {note}"], output=output)


def skip(reason: str) -> Outcome:
    return Outcome(skipped=1, notes=[f"skipped: {reason}"])


def skip_reasons(output: str) -> list[str]:
    """GoogleTest prints `file:line: Skipped`, the reason, then `[  SKIPPED ] Suite.Name`."""
    return [" ".join(reason.split()) for reason in
            re.findall(r": Skipped\n(.*?)\n+\[  SKIPPED \]", output, flags=re.DOTALL)]


def crash_words(output: str) -> str:
    """What a program that ended inside a test said of it: a sanitizer's last word, and the seed that was in use."""
    said = re.findall(r"SUMMARY: .*|terminate called .*|ended after \d+ s", output)[-1:]
    return "".join(f" {word}" for word in re.findall(r"TENON_TEST_SEED=\d+", output)[-1:] + said)


def from_gtest(program: str, exit_code: int, report: str, output: str) -> Outcome:
    """`report` is the JSON file's text, empty when the program ended before it could write it."""
    if not report:
        running = re.findall(r"\[ RUN      \] (\S+)", output)
        where = f" in {running[-1]}" if running else ""
        return failure(f"{program} ended{where}: exit={exit_code}{crash_words(output)}", output)
    outcome = Outcome()
    for case in json.loads(report).get("testsuites", []):
        for test in case.get("testsuite", []):
            name = f"{case['name']}.{test['name']}"
            if test.get("failures"):
                outcome.failed += 1
                outcome.notes.append(f"failed: {name}")
            elif test.get("result") == "SKIPPED" or test.get("status") == "NOTRUN":
                outcome.skipped += 1
            else:
                outcome.passed += 1
    outcome.notes += [f"skipped: {reason}" for reason in sorted(set(skip_reasons(output)))]
    if exit_code != 0 and outcome.failed == 0:  # A leak, or a crash after the last test.
        outcome.failed += 1
        outcome.notes.append(f"failed: {program} after its tests: exit={exit_code}")
    if outcome.failed:
        outcome.output = output
    return outcome


def from_pytest(exit_code: int, report: str, output: str) -> Outcome:
    """`report` is the JUnit file's text."""
    if not report:
        return failure(f"pytest ended: exit={exit_code}", output)
    outcome = Outcome()
    reasons = set()
    for case in ElementTree.fromstring(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
            outcome.notes.append(f"failed: {name}")
        elif skipped is not None:
            outcome.skipped += 1
            reasons.add(skipped.get("message") or "no reason given")
        else:
            outcome.passed += 1
    outcome.notes += [f"skipped: {reason}" for reason in sorted(reasons)]
    if exit_code not in (0, 5) and outcome.failed == 0:
        outcome.failed += 1
        outcome.notes.append(f"failed: pytest: exit={exit_code}")
    if outcome.failed:
        outcome.output = output
    return outcome


def from_findings(findings: list, note: str = "") -> Outcome:
    """One test that passes when there is no finding; each finding is a failure."""
    notes = [f"looked at: {note}"] if note else []
    if not findings:
        return Outcome(passed=1, notes=notes)
    return Outcome(failed=len(findings), notes=notes, output="\n".join(map(str, findings)) + "\n")
