"""The wheel, built from the checkout and proved in a virtual environment that holds nothing else."""

import os
import pathlib
import subprocess
import sys
import tempfile

from dev import outcomes, paths
from dev.outcomes import Outcome

DIST = paths.ROOT / "build" / "wheel"
PROOF = paths.ROOT / "tests" / "wheel" / "proof.py"
# What must hold without the project's own proof: the module imports, and the program runs.
SMOKE = "import tenon, subprocess, sys, os; print(tenon.__version__); " \
        "sys.exit(subprocess.call([os.path.join(sys.prefix, 'bin', 'tenon'), 'version']))"


def build_wheel() -> tuple[pathlib.Path | None, str]:
    """The wheel's path, and what the build printed."""
    DIST.mkdir(parents=True, exist_ok=True)
    for old in DIST.glob("*.whl"):
        old.unlink()
    bin_folder = paths.VENV_PYTHON.parent
    done = subprocess.run(
        [str(paths.VENV_PYTHON), "-m", "pip", "wheel", "--no-build-isolation", "--no-deps",
         "--disable-pip-version-check", "-w", str(DIST), str(paths.ROOT)],
        capture_output=True, text=True,
        # The presets' compilers by the presets' names: Debian's Python names others, and nothing would come from the cache.
        env={"CC": "gcc", "CXX": "g++", **os.environ, "TENON_DEPS": str(paths.DEPS),
             "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"})
    wheels = list(DIST.glob("*.whl"))
    return (wheels[0] if done.returncode == 0 and wheels else None), done.stdout + done.stderr


def as_suite() -> Outcome:
    wheel, output = build_wheel()
    if wheel is None:
        return outcomes.failure("The wheel cannot be built", output)
    with tempfile.TemporaryDirectory(prefix="tenon-wheel-") as scratch:
        home = pathlib.Path(scratch)
        python = home / "venv" / "bin" / "python"
        plain = {key: value for key, value in os.environ.items() if not key.startswith(("TENON_", "PYTHON"))}
        proof = [str(python), str(PROOF)] if PROOF.exists() else [str(python), "-c", SMOKE]
        steps = [
            [sys.executable, "-m", "venv", str(home / "venv")],
            [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", str(wheel)],
            proof,
        ]
        for step in steps:
            done = subprocess.run(step, cwd=home, env=plain, capture_output=True, text=True)
            if done.returncode != 0:
                return outcomes.failure(f"A step in the empty environment: exit={done.returncode} step={step[-1]}",
                                        done.stdout + done.stderr)
    size = wheel.stat().st_size / 1e6
    return Outcome(passed=len(steps), notes=[f"{wheel.name}: {size:.1f} MB"])
