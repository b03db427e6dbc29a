"""docs/connectors/writing-a-connector.md tells the truth: its code is the samples', its build lines work and what they
build runs in a job, and no header of the door pulls in a file of a third party.
"""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(os.environ.get("TENON_SOURCE", ""))
BUILD = pathlib.Path(os.environ.get("TENON_BUILD", ""))
PROGRAM = os.environ.get("TENON_PROGRAM", "")
SAMPLES = ROOT / "examples" / "connectors"
INCLUDE = ROOT / "include"
# What a header of the standard library or of the system is called.
SYSTEM = re.compile(r"/usr/(include/(c\+\+|x86_64|aarch64|[a-z0-9_-]+\.h|bits|asm|linux|sys|gnu)|lib/)")
JOB = """
from awsglue.context import GlueContext
glueContext = GlueContext()
numbers = glueContext.create_dynamic_frame.from_options("counting", {"rows": "1000"})
words = glueContext.create_dynamic_frame.from_options("words", {"times": "3"})
print(numbers.count(), words.count())
glueContext.write_dynamic_frame.from_options(words, "words", {"path": "counted"})
print(open("counted").read(), end="")
"""


def guide():
    return (ROOT / "docs" / "connectors" / "writing-a-connector.md").read_text()


def blocks():
    """(marker, text) of each block that has a marker above it."""
    return re.findall(r"<!-- (.+?) -->\n```\w+\n(.*?)\n```\n", guide(), re.DOTALL)


def test_each_block_of_code_is_the_samples():
    named = [(marker, text) for marker, text in blocks() if marker != "run"]
    for marker, text in named:
        source = marker.removeprefix("from ")
        assert text in (ROOT / source).read_text(), f"a block differs from {source}: it begins {text.splitlines()[0]!r}"
    assert len(named) == guide().count("```cpp") + guide().count("```c\n"), "a block of code names no sample"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the guide's own lines have built two of the samples."""
    folder = tmp_path_factory.mktemp("guide")
    for name in ("counting.cc", "words.c"):
        shutil.copy(SAMPLES / name, folder)
    environment = {**os.environ, "BUILD": str(BUILD), "SDK": str(folder / "sdk")}
    for marker, text in blocks():
        if marker == "run":
            done = subprocess.run(["sh", "-eu", "-c", text], cwd=folder, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, f"a build line fails:\n{text}\n{done.stdout[-500:]}{done.stderr[-2000:]}"
    return folder


def test_what_the_build_lines_make_runs_in_a_job(folder):
    connectors = folder / "state" / "connectors"
    connectors.mkdir(parents=True)
    for library in ("libcounting.so", "libwords.so"):
        shutil.copy(folder / library, connectors)
    (folder / "job.py").write_text(JOB)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TENON_HOME": str(folder / "state")}
    done = subprocess.run([PROGRAM, "run", "job.py"], cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "1000 9\n9\n"), done.stderr


@pytest.mark.parametrize("compiler", ["g++", "clang++-14"])
def test_the_door_reads_no_file_of_a_third_party(compiler, tmp_path):
    assert shutil.which(compiler), f"./dev installs it: compiler={compiler}"
    unit = tmp_path / "unit.cc"
    unit.write_text("".join(f'#include "tenon/{header.name}"\n' for header in sorted((INCLUDE / "tenon").glob("*.h"))))
    done = subprocess.run([compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers",
                           "-fsyntax-only", "-MD", "-MF", "unit.d", "-I", INCLUDE, unit], cwd=tmp_path,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    read = [os.path.realpath(path) for path in (tmp_path / "unit.d").read_text().replace("\\\n", " ").split()[2:]]
    ours = str(INCLUDE.resolve()) + "/"
    assert [path for path in read if not SYSTEM.match(path) and not path.startswith(ours)] == []
    assert any(path.startswith(ours) for path in read) and any(SYSTEM.match(path) for path in read)
