"""`./dev doctor`: what is there, what is missing, and how to get it."""

import pathlib
import platform
import re
import shutil
import subprocess
import sys

from dev import environment, paths

PROGRAMS = {  # Name -> the words that make it print its version.
    "g++": ["g++", "--version"],
    "cmake": ["cmake", "--version"],
    "ninja": ["ninja", "--version"],
    "ccache": ["ccache", "--version"],
    "ld.lld": ["ld.lld", "--version"],
    "clang-14": ["clang-14", "--version"],
    "clang-format-14": ["clang-format-14", "--version"],
    "clang-tidy-14": ["clang-tidy-14", "--version"],
    "mvn": ["mvn", "--version"],
    "go": ["go", "version"],
}


def version_of(words: list[str]) -> str:
    """The first version number that the program prints; empty when it is not there."""
    if shutil.which(words[0]) is None:
        return ""
    done = subprocess.run(words, capture_output=True, text=True)
    found = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else "?"


def python_packages() -> dict[str, str]:
    if not paths.VENV_PYTHON.exists():
        return {}
    done = subprocess.run([str(paths.VENV_PYTHON), "-c",
                           "import importlib.metadata as m\n"
                           "for d in m.distributions(): print(d.metadata['Name'].lower().replace('_', '-'), d.version)"],
                          capture_output=True, text=True)
    return dict(line.split() for line in done.stdout.splitlines())


def lines() -> tuple[list[str], list[str]]:
    """What was found, and what to do about what was not."""
    pins = environment.load_pins()
    found = [f"machine          {platform.system()} {platform.machine()}, python {platform.python_version()}"]
    missing = []
    for name, words in PROGRAMS.items():
        found.append(f"{name:<16} {version_of(words) or 'missing'}")
    for group in pins["debian"]:
        absent = environment.missing_debian(pins, [group])
        if absent:
            missing.append(f"group {group}: apt-get install {' '.join(absent)}")
    installed = python_packages()
    for name, wanted in pins["pypi"].items():
        have = installed.get(name.lower(), "missing")
        found.append(f"{name:<16} {have}" + ("" if have == wanted else f"  (pinned {wanted})"))
        if have != wanted:
            missing.append(f"python package {name}=={wanted}: ./dev build installs it")
    library = environment.duckdb_folder(pins) / "lib" / "libduckdb.so"
    found.append(f"{'duckdb':<16} {pins['duckdb']['version'] if library.exists() else 'missing'}")
    if not library.exists():
        missing.append("duckdb: ./dev build fetches it (needs mvn and go)")
    for preset in ("dev", "asan", "tsan", "release"):
        there = (paths.build_dir(preset) / "build.ninja").exists()
        found.append(f"build/{preset:<10} {'configured' if there else 'not configured'}")
    return found, missing


def run() -> int:
    found, missing = lines()
    print("\n".join(found))
    if missing:
        print("\nmissing:")
        print("\n".join("  " + line for line in missing))
        return 1
    print("\nnothing is missing")
    return 0
