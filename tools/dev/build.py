"""Configures and builds presets."""

import os
import pathlib
import subprocess

from dev import environment, paths
from dev.console import Failure, check, nearest

PRESETS = ("dev", "asan", "tsan", "release")
TESTED = PRESETS[:3]  # They build the tests of rooms.


def jobs() -> int:
    return len(os.sched_getaffinity(0))


def configure(preset: str) -> None:
    """Runs cmake when this preset was never configured; ninja does it again when a CMake file changes."""
    if preset not in PRESETS:
        raise Failure(f"Preset is not known: preset={preset}", nearest(preset, PRESETS), code=2)
    if (paths.build_dir(preset) / "build.ninja").exists():
        return
    command = ["cmake", "--preset", preset, f"-DTENON_DEPS={paths.DEPS}", "--log-level=WARNING"]
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"Configuring failed: preset={preset}\n{done.stderr or done.stdout}",
                      f"Delete build/{preset} when another environment made it.")


def ninja(preset: str, *words: str) -> list[str]:
    return ["ninja", "-C", str(paths.build_dir(preset)), f"-j{jobs()}", *words]


def build(preset: str, targets: list[str], quiet: bool = False) -> None:
    """Builds these targets (`all` when empty) or ends ./dev; compiler output goes to the terminal."""
    environment.ensure()
    configure(preset)
    check(ninja(preset, *(["--quiet"] if quiet else []), *(targets or ["all"])), f"Building {preset}")


def build_all(preset: str, targets: list[str], log: pathlib.Path) -> set[str]:
    """Builds as much of these targets as goes; gives those that are broken. Output goes to the log."""
    configure(preset)
    with open(log, "w") as out:
        if subprocess.run([*ninja(preset, "-k", "0"), *targets], stdout=out, stderr=subprocess.STDOUT).returncode == 0:
            return set()
    return {target for target in targets if not is_made(preset, target)}


def is_made(preset: str, target: str) -> bool:
    """Whether ninja has nothing left to do for this target."""
    done = subprocess.run(ninja(preset, "-n", target), capture_output=True, text=True)
    return done.returncode == 0 and "no work to do" in done.stdout


def test_listing(preset: str) -> str:
    """The tests of a preset, as the build describes them; after a change of CMake files too."""
    configure(preset)
    listing = paths.build_dir(preset) / "tests.txt"
    done = subprocess.run(ninja(preset, "--quiet", "build.ninja"), capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"Configuring failed: preset={preset}\n{done.stdout}{done.stderr}")
    return listing.read_text()
