"""Makes the environment: Debian packages, the virtual environment and DuckDB, as pinned in pins.toml.

Nothing is asked of a registry when the stamp in the dependency folder equals the hash of the pins and quick probes find
every part; that costs a few milliseconds.
"""

import hashlib
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile

from dev import paths
from dev.console import Failure, check, say

try:
    import tomllib
except ImportError:  # Python 3.10: pip carries the same parser.
    from pip._vendor import tomli as tomllib


def read_toml(path: pathlib.Path) -> dict:
    return tomllib.loads(path.read_text())


def load_pins() -> dict:
    return read_toml(paths.PINS)


def python_path(preset: str) -> list[pathlib.Path]:
    """The folders that make `import tenon` and `import awsglue` work with a build of ours."""
    return [folder for folder in (paths.build_dir(preset) / "python",) if folder.exists()]


def stamp_of(pins_text: str) -> str:
    return hashlib.sha256(f"{pins_text}\n{sys.version_info[:2]}".encode()).hexdigest()


# What shows, without asking the package database, that a Debian package is there: a file, or a program on the path.
PROBES = {
    "g++": "/usr/bin/g++",
    "cmake": "/usr/bin/cmake",
    "ninja-build": "/usr/bin/ninja",
    "pkg-config": "/usr/bin/pkg-config",
    # Of the Python that runs this, which need not be Debian's.
    "python3-venv": os.path.join(sysconfig.get_path("stdlib"), "ensurepip", "__init__.py"),
    "python3-dev": os.path.join(sysconfig.get_path("include"), "Python.h"),
    "nlohmann-json3-dev": "/usr/include/nlohmann/json.hpp",
    "libsimdjson-dev": "/usr/include/simdjson.h",
    "libsqlite3-dev": "/usr/include/sqlite3.h",
    "libssl-dev": "/usr/include/openssl/evp.h",
    "libsodium-dev": "/usr/include/sodium.h",
    "libcurl4-openssl-dev": f"/usr/include/{platform.machine()}-linux-gnu/curl/curl.h",
    "zlib1g-dev": "/usr/include/zlib.h",
    "libbz2-dev": "/usr/include/bzlib.h",
    "libzstd-dev": "/usr/include/zstd.h",
    "libsnappy-dev": "/usr/include/snappy-c.h",
    "liblz4-dev": "/usr/include/lz4frame.h",
    "libgtest-dev": "/usr/include/gtest/gtest.h",
    "libgmock-dev": "/usr/include/gmock/gmock.h",
    "libbenchmark-dev": "/usr/include/benchmark/benchmark.h",
    "maven": "mvn",
    "golang-go": "go",
    "openjdk-17-jre-headless": "java",
    "lld": "/usr/bin/ld.lld",
    "ccache": "/usr/bin/ccache",
    "clang-format-14": "/usr/bin/clang-format-14",
    "clang-tidy-14": "/usr/bin/clang-tidy-14",
    "clang-14": "/usr/bin/clang-14",
    "libclang-rt-14-dev": "/usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.asan-x86_64.a",
}


def missing_debian(pins: dict, groups: list[str]) -> list[str]:
    """The packages of these groups whose probe file is not there."""
    names = [name for group in groups for name in pins["debian"][group]]
    return [name for name in names if not is_there(PROBES[name])]


def is_there(probe: str) -> bool:
    return pathlib.Path(probe).exists() if probe.startswith("/") else shutil.which(probe) is not None


def install_debian(names: list[str]) -> None:
    command = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    if shutil.which("apt-get") is None:
        raise Failure(
            "Packages are missing and this system has no apt-get: names=" + ",".join(names),
            "Install them with the system's package manager; tools/dev/pins.toml has the versions.",
        )
    if os.geteuid() != 0:
        raise Failure(
            "Packages are missing: names=" + ",".join(names), "Run: sudo " + " ".join(command)
        )
    say("installing Debian packages: " + " ".join(names))
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    check(["apt-get", "update", "-qq"], "apt-get update", env=quiet)
    check([*command, "-qq"], "apt-get install", env=quiet)


def make_venv(pins: dict) -> None:
    wanted = [f"{name}=={version}" for name, version in pins["pypi"].items()]
    if not paths.VENV_PYTHON.exists():
        say(f"making the virtual environment: folder={paths.DEPS / 'venv'}")
        check([sys.executable, "-m", "venv", paths.DEPS / "venv"], "Making the virtual environment")
    say("installing Python packages: " + " ".join(wanted))
    check(
        [paths.VENV_PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted],
        "Installing Python packages",
    )


def duckdb_folder(pins: dict) -> pathlib.Path:
    return paths.DEPS / f"duckdb-{pins['duckdb']['version']}"


def download_go_module(module: str, what: str, empty: pathlib.Path) -> pathlib.Path:
    """The folder of a module of Go, fetched when Go's own cache does not hold it; `empty` is a folder without a go.mod."""
    found = subprocess.run(["go", "mod", "download", "-json", module], capture_output=True, text=True, cwd=empty)
    if found.returncode != 0:
        raise Failure(f"{what} (go) failed: module={module} " + found.stderr.strip())
    return pathlib.Path(json.loads(found.stdout)["Dir"])


def fetch_duckdb(pins: dict) -> None:
    """Lays DuckDB's library and header into DEPS/duckdb-VERSION and points DEPS/duckdb at it."""
    pin = pins["duckdb"]
    target = duckdb_folder(pins)
    say(f"fetching DuckDB: library={pin['maven']} header={pin['go']}")
    with tempfile.TemporaryDirectory(dir=paths.DEPS) as scratch:
        work = pathlib.Path(scratch)
        check(
            ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={pin['maven']}", f"-DoutputDirectory={work}"],
            "Fetching DuckDB's library (mvn)",
        )
        member = pin[f"member_{platform.machine()}"]
        (work / "lib").mkdir()
        (work / "include").mkdir()
        (jar,) = work.glob("*.jar")
        with zipfile.ZipFile(jar) as archive, archive.open(member) as source:
            with open(work / "lib" / "libduckdb.so", "wb") as library:
                shutil.copyfileobj(source, library, 1 << 20)
        (work / "lib" / "libduckdb.so").chmod(0o755)
        folder = download_go_module(pin["go"], "Fetching DuckDB's header", work)
        shutil.copyfile(folder / "include" / "duckdb.h", work / "include" / "duckdb.h")
        if target.exists():
            shutil.rmtree(target)
        target.mkdir()
        for part in ("lib", "include"):
            (work / part).rename(target / part)
    link = paths.DEPS / "duckdb"
    link.unlink(missing_ok=True)
    link.symlink_to(target.name)


def ensure(groups: list[str] = ["build"]) -> None:
    """Installs what these groups of Debian packages, the virtual environment and DuckDB lack; says what it did."""
    pins_text = paths.PINS.read_text()
    pins = load_pins()
    absent = missing_debian(pins, groups)
    if absent:
        install_debian(absent)
    stamp = paths.DEPS / "stamp"
    wanted = stamp_of(pins_text)
    library = duckdb_folder(pins) / "lib" / "libduckdb.so"
    if stamp.exists() and stamp.read_text() == wanted and paths.VENV_PYTHON.exists() and library.exists():
        return
    paths.DEPS.mkdir(parents=True, exist_ok=True)
    make_venv(pins)
    if not library.exists():
        clients = missing_debian(pins, ["fetch"])
        if clients:
            install_debian(clients)
        fetch_duckdb(pins)
    stamp.write_text(wanted)
