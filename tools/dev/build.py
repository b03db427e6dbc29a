"""Configures and builds presets."""

import os

from dev import environment, paths
from dev.console import Failure, check

PRESETS = ("dev", "asan", "tsan", "release")


def configure(preset: str) -> None:
    """Runs cmake when this preset was never configured; ninja does it again when a CMake file changes."""
    if (paths.build_dir(preset) / "build.ninja").exists():
        return
    check(
        ["cmake", "--preset", preset, f"-DTENON_DEPS={paths.DEPS}", "--log-level=WARNING"],
        f"Configuring {preset}",
        cwd=paths.ROOT,
        env={"CLICOLOR_FORCE": ""},
    )


def jobs() -> int:
    return len(os.sched_getaffinity(0))


def build(preset: str, targets: list[str] | None = None, quiet: bool = False) -> None:
    if preset not in PRESETS:
        raise Failure(f"Preset is not known: preset={preset}", "Known: " + " ".join(PRESETS), code=2)
    environment.ensure()
    configure(preset)
    words = ["ninja", "-C", paths.build_dir(preset), f"-j{jobs()}", *(["--quiet"] if quiet else [])]
    check([*words, *(targets or ["all"])], f"Building {preset}")
