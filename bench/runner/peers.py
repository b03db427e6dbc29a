"""The peers' own environment: a folder with pinned packages, so that theirs never mix with ours."""

from __future__ import annotations

import hashlib
import os
import pathlib
import subprocess
import sys

BENCH = pathlib.Path(__file__).resolve().parents[1]
PINS = BENCH / "peers.txt"


def folder() -> pathlib.Path:
    """Where the environment of these pins lives: beside the project's other installed things."""
    root = pathlib.Path(os.environ.get("TENON_DEPS", BENCH.parent / ".deps"))
    return root / ("peers-" + hashlib.sha256(PINS.read_bytes()).hexdigest()[:12])


def python() -> str:
    """The peers' interpreter; makes the environment when it is missing, and says so."""
    home = folder()
    interpreter = home / "bin" / "python"
    stamp = home / "complete"
    if not stamp.exists():
        print(f"bench: installing the peers of {PINS.name} into {home.name}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        subprocess.run(
            [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(PINS)],
            check=True,
        )
        stamp.write_text("ok\n")
    return str(interpreter)
