"""Other programs that read what we write, in an environment of their own, made on first use: Spark, DuckDB and Polars."""

import hashlib
import json
import pathlib
import sys

from dev import environment, paths
from dev.console import check, say


def folder(pins: dict) -> pathlib.Path:
    mark = hashlib.sha256(json.dumps(pins["readers"], sort_keys=True).encode()).hexdigest()[:12]
    return paths.DEPS / f"readers-{mark}"


def python() -> pathlib.Path:
    """Their interpreter; what is missing, Java for Spark too, is installed first."""
    pins = environment.load_pins()
    absent = environment.missing_debian(pins, ["readers"])
    if absent:
        environment.install_debian(absent)
    home = folder(pins)
    interpreter, complete = home / "bin" / "python", home / "complete"
    if not complete.exists():
        wanted = [f"{name}=={version}" for name, version in pins["readers"].items()]
        say("installing other readers, once: " + " ".join(wanted))
        check([sys.executable, "-m", "venv", "--clear", home], "Making the environment of other readers")
        check([interpreter, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted],
              "Installing other readers")
        complete.write_text("")
    return interpreter
