"""clang-tidy on the C++ sources that changed: the working tree's, and the last commit's when the tree is clean.

TENON_TIDY_BASE names another commit to compare with. Within its time budget it looks at as many sources as it can, the
latest changed first, and says how many it left.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import time

from checks.finding import Finding

PROGRAM = "clang-tidy-14"
REPORT = re.compile(r"^(/.*?):(\d+):\d+: (?:warning|error): (.*?) \[([\w.,-]+)\]$")
BUDGET_S = 240


def git_lines(root: pathlib.Path, *arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    return done.stdout.splitlines() if done.returncode == 0 else []


def changed_files(root: pathlib.Path) -> list[str]:
    """What differs from TENON_TIDY_BASE; without it, from HEAD, or from its parent in a clean tree."""
    base = os.environ.get("TENON_TIDY_BASE")
    if base:
        return git_lines(root, "diff", "--name-only", "--diff-filter=d", base)
    dirty = git_lines(root, "diff", "--name-only", "--diff-filter=d", "HEAD")
    dirty += git_lines(root, "ls-files", "--others", "--exclude-standard")
    return dirty or git_lines(root, "diff", "--name-only", "--diff-filter=d", "HEAD~1", "HEAD")


def sources_to_check(root: pathlib.Path, compile_commands: pathlib.Path) -> list[str]:
    """The changed sources that are in the build; a changed header brings its own source."""
    if not compile_commands.exists():
        return []
    built = {pathlib.Path(entry["file"]).resolve() for entry in json.loads(compile_commands.read_text())}
    wanted = []
    for name in changed_files(root):
        path = root / name
        if path.suffix == ".h":
            path = path.with_suffix(".cc")
        if path.suffix == ".cc" and path.resolve() in built:
            wanted.append(path.relative_to(root).as_posix())
    unique = sorted(set(wanted))
    return sorted(unique, key=lambda name: -(root / name).stat().st_mtime)


def parse_reports(root: pathlib.Path, output: str) -> list[Finding]:
    """What is found in our own files: a check of the whole source may point into a header of a third party."""
    findings = []
    for line in output.splitlines():
        report = REPORT.match(line)
        if report:
            path = os.path.relpath(report[1], root)
            if path.startswith((".deps/", "../")):
                continue
            findings.append(Finding(path, int(report[2]), report[3].rstrip("."),
                                    f"see clang-tidy's check {report[4].split(',')[0]}"))
    return findings


def find(root: pathlib.Path, build: pathlib.Path, budget_s: float = BUDGET_S) -> tuple[list[Finding], str]:
    """Findings, and a sentence on what was looked at."""
    names = sources_to_check(root, build / "compile_commands.json")
    deadline = time.monotonic() + budget_s
    extra = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-error", "--quiet"]

    def check_one(name: str) -> tuple[bool, list[Finding]]:
        if time.monotonic() > deadline:
            return False, []
        command = [PROGRAM, "-p", str(build), *extra, name]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
        return True, parse_reports(root, done.stdout)

    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        results = list(pool.map(check_one, names))
    looked = sum(1 for done, _ in results if done)
    left = f", {len(names) - looked} left when {budget_s:.0f} s were over" if looked < len(names) else ""
    return sorted({f for _, part in results for f in part}), f"{looked} changed sources{left}"
