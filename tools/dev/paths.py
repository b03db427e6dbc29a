"""Where things are in a checkout."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Pinned packages. Several checkouts on one machine may share a folder through TENON_DEPS.
DEPS = pathlib.Path(os.environ.get("TENON_DEPS") or ROOT / ".deps").resolve()
VENV_PYTHON = DEPS / "venv" / "bin" / "python"
PINS = ROOT / "tools" / "dev" / "pins.toml"


def build_dir(preset: str) -> pathlib.Path:
    return ROOT / "build" / preset
