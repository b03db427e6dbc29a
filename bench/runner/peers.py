"""The peers' own environments: folders with pinned packages, so that theirs never mix with ours."""

from __future__ import annotations

import hashlib
import os
import pathlib
import subprocess
import sys

from .case import PEER_PYTHON, SCANNER_PYTHON, SPARK_PYTHON

BENCH = pathlib.Path(__file__).resolve().parents[1]
PINS = {PEER_PYTHON: BENCH / "peers.txt", SCANNER_PYTHON: BENCH / "peers-scanners.txt",
        SPARK_PYTHON: BENCH / "peers-spark.txt"}


def folder(pins: pathlib.Path) -> pathlib.Path:
    """Where the environment of these pins lives: beside the project's other installed things."""
    root = pathlib.Path(os.environ.get("TENON_DEPS", BENCH.parent / ".deps"))
    return root / (f"{pins.stem}-" + hashlib.sha256(pins.read_bytes()).hexdigest()[:12])


def python(pins: pathlib.Path) -> str:
    """The interpreter of an environment; makes it when it is missing, and says so."""
    home = folder(pins)
    interpreter = home / "bin" / "python"
    stamp = home / "complete"
    if not stamp.exists():
        print(f"bench: installing the peers of {pins.name} into {home.name}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        subprocess.run(
            [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(pins)],
            check=True,
        )
        stamp.write_text("ok\n")
    return str(interpreter)


def resolved(command: tuple[str, ...]) -> tuple[str, ...]:
    """The command, its first word an interpreter where it names one of the environments."""
    pins = PINS.get(command[0])
    return command if pins is None else (python(pins), *command[1:])
