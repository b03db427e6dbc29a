"""C++ is laid out as clang-format does it."""

import concurrent.futures
import os
import pathlib
import re
import subprocess

from checks.finding import Finding, cpp_files

PROGRAM = "clang-format-14"
REPORT = re.compile(r"^(.*?):(\d+):\d+: error: code should be clang-formatted")


def batches(names: list[str], count: int) -> list[list[str]]:
    return [batch for batch in (names[start::count] for start in range(count)) if batch]


def check_batch(root: pathlib.Path, names: list[str]) -> list[Finding]:
    command = [PROGRAM, "--dry-run", "--Werror", "--ferror-limit=1", *names]
    output = subprocess.run(command, cwd=root, capture_output=True, text=True).stderr
    reports = [match for match in map(REPORT.match, output.splitlines()) if match]
    first = {}
    for report in reports:
        first.setdefault(report[1], int(report[2]))
    return [Finding(name, line, "Layout differs from .clang-format", "run ./dev fmt")
            for name, line in first.items()]


def find(root: pathlib.Path) -> list[Finding]:
    workers = len(os.sched_getaffinity(0))
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        found = pool.map(lambda names: check_batch(root, names), batches(cpp_files(root), workers))
    return sorted(finding for part in found for finding in part)


def apply(root: pathlib.Path) -> int:
    """Lays every C++ file out anew; gives how many files changed."""
    names = [finding.path for finding in find(root)]
    if names:
        subprocess.run([PROGRAM, "-i", *names], cwd=root, check=True)
    return len(names)
