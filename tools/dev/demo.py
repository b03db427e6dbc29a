"""`./dev demo`: builds the product and runs the example, an ordinary Glue script, on real files."""

import os
import pathlib
import shutil
import subprocess
import time

from dev import outcomes, paths
from dev.outcomes import Outcome

EXAMPLE = paths.ROOT / "examples" / "legislators"
SCRIPT = EXAMPLE / "job.py"
OUTPUT = paths.ROOT / "build" / "demo"
DATABASE = paths.ROOT / "build" / "demo-congress.db"


def command() -> list[str]:
    return [str(paths.build_dir("release") / "tenon"), "run", str(SCRIPT), "--log-level", "info",
            "--JOB_NAME", "legislators", "--INPUT", str(EXAMPLE / "data"), "--DATABASE", str(DATABASE),
            "--OUTPUT", str(OUTPUT)]


def database_command() -> list[str]:
    """Makes the database that the example reads."""
    return [str(paths.VENV_PYTHON), "-B", str(EXAMPLE / "make_database.py"), str(EXAMPLE / "data"), str(DATABASE)]


def summary_command() -> list[str]:
    """Shows what was written, read by pyarrow and by Python's sqlite3."""
    return [str(paths.VENV_PYTHON), "-B", str(EXAMPLE / "summary.py"), str(OUTPUT)]


def check_command() -> list[str]:
    """Compares it with what plain Python computes from the data."""
    return [str(paths.VENV_PYTHON), "-B", str(EXAMPLE / "check.py"), str(EXAMPLE / "data"), str(OUTPUT)]


def test_command() -> list[str]:
    """Runs the example's unit tests, with the plugin of the build."""
    return [str(paths.VENV_PYTHON), "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tenon.pytest_plugin",
            str(EXAMPLE)]


def environ() -> dict[str, str]:
    return {**os.environ, "TENON_HOME": str(paths.ROOT / "build" / "demo-home"), "TENON_PYTHON": str(paths.VENV_PYTHON)}


def prepare() -> None:
    for folder in (OUTPUT, paths.ROOT / "build" / "demo-home"):
        shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(database_command(), check=True)


def written() -> list[pathlib.Path]:
    return sorted(path for path in OUTPUT.rglob("*") if path.is_file() and not path.name.startswith((".", "_")))


def run() -> int:
    prepare()
    print("$ " + " ".join(os.path.relpath(word, paths.ROOT) if word.startswith("/") else word for word in command()))
    started = time.monotonic()
    code = subprocess.run(command(), env=environ(), cwd=paths.ROOT).returncode
    seconds = time.monotonic() - started
    if code == 0:
        for path in written():
            print(f"wrote {path.relative_to(paths.ROOT)}  {path.stat().st_size:,} bytes")
        code = subprocess.run(summary_command()).returncode
    if code == 0:
        print(f"The script is {SCRIPT.relative_to(paths.ROOT)}; it imports awsglue and pyspark, and nothing of tenon. "
              f"It took {seconds:.2f} s.\nWhat to try next: {(EXAMPLE / 'README.md').relative_to(paths.ROOT)}")
    return code


def as_suite() -> Outcome:
    prepare()
    done = subprocess.run(command(), env=environ(), cwd=paths.ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        return outcomes.failure(f"tenon run: exit={done.returncode}", done.stdout + done.stderr)
    shown = subprocess.run(summary_command(), capture_output=True, text=True)
    if shown.returncode != 0 or "House of Representatives" not in shown.stdout:
        return outcomes.failure("The summary does not show what was written", shown.stdout + shown.stderr)
    checked = subprocess.run(check_command(), capture_output=True, text=True)
    if checked.returncode != 0:
        return outcomes.failure("The tables are not what plain Python computes", checked.stdout + checked.stderr)
    tested = subprocess.run(test_command(), env={**environ(), "PYTHONPATH": str(paths.build_dir("release") / "python")},
                            capture_output=True, text=True)
    if tested.returncode != 0:
        return outcomes.failure("The example's unit tests fail", tested.stdout + tested.stderr)
    return Outcome(passed=4)
