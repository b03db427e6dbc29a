"""Programs in Go that only tests need, built on first use with a Go that is new enough."""

import pathlib
import platform
import re
import shutil
import subprocess
import tempfile

from dev import environment, paths
from dev.console import check, say

MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def tool_path(name: str) -> pathlib.Path:
    """Where tool() puts a program of the section [go] of the pins."""
    return paths.DEPS / "go" / f"{name}-{environment.load_pins()['go'][name].rsplit('@', 1)[1]}"


def tool(name: str) -> pathlib.Path:
    """A program that only tests need; built when it is not there yet."""
    pins, target = environment.load_pins(), tool_path(name)
    if target.exists():
        return target
    clients = environment.missing_debian(pins, ["fetch"])
    if clients:
        environment.install_debian(clients)
    module = pins["go"][name]
    say(f"building {name}, once: module={module}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        # GOTOOLCHAIN: the Go that is chosen here must not choose another.
        settings = {"GOBIN": scratch, "GOTOOLCHAIN": "local"}
        check([compiler(pins["go_toolchain"]["version"]), "install", module], f"Building {name} (go)", env=settings)
        (pathlib.Path(scratch) / name).rename(target)
    return target


def compiler(wanted: str) -> pathlib.Path:
    """A `go` of at least this version: the one on the path, or the one that the module proxy carries."""
    found = version_on_path()
    if found >= parts(wanted):
        return pathlib.Path("go")
    target = paths.DEPS / "go" / f"toolchain-{wanted}"
    if not target.exists():
        module = f"golang.org/toolchain@v0.0.1-go{wanted}.linux-{MACHINES[platform.machine()]}"
        say(f"fetching Go, as the one here is {'.'.join(map(str, found))}: module={module}")
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
            folder = environment.download_go_module(module, "Fetching Go", pathlib.Path(scratch))
            copy_executable(folder, pathlib.Path(scratch) / "toolchain")
            (pathlib.Path(scratch) / "toolchain").rename(target)
    return target / "bin" / "go"


def copy_executable(module: pathlib.Path, target: pathlib.Path) -> None:
    """Copies a toolchain out of the module cache, where no file may be written or run."""
    shutil.copytree(module, target, copy_function=shutil.copyfile)
    for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    for pattern in ("bin/*", "pkg/tool/*/*"):
        for program in target.glob(pattern):
            program.chmod(0o755)


def version_on_path() -> tuple[int, ...]:
    # In the root folder no go.mod asks for another version.
    told = subprocess.run(["go", "env", "GOVERSION"], capture_output=True, text=True, cwd="/", check=True)
    return parts(told.stdout)


def parts(version: str) -> tuple[int, ...]:
    """The numbers of `go1.19.8` or `1.25.4`, to be compared; those of a release candidate are those before its rc."""
    return tuple(int(digits) for digits in re.findall(r"\d+", re.split(r"rc|beta|-|\s", version.strip())[0]))
