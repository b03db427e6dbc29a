"""Runs the documents: blocks with a file name are written, console blocks are run and their output compared.

    ```python job.py        the file job.py in the page's folder
    ```console              lines with `$ ` are run there; what follows must be printed, `…` alone stands for any lines
"""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(os.environ["TENON_SOURCE"])
PAGES = ["docs/getting-started.md", "docs/writing-a-job.md", "docs/testing-a-job.md"]
# pip registers the plugin of an installed wheel; a build's package is told to pytest by name.
PLUGIN = {"PYTHONPATH": str(pathlib.Path(os.environ["TENON_PROGRAM"]).parent / "python"),
          "PYTEST_PLUGINS": "tenon.pytest_plugin"}
BLOCK = re.compile(r"^```(\S+)(?: (\S+))?\n(.*?)^```$", re.S | re.M)


@pytest.fixture
def shell(tmp_path):
    """Runs a line as a reader would, with tenon and python on the path."""
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "tenon").symlink_to(os.environ["TENON_PROGRAM"])
    python = pathlib.Path(os.environ["TENON_PROGRAM"]).parent / "python3"
    (tools / "python").symlink_to(python)
    work = tmp_path / "work"
    work.mkdir()
    env = {"PATH": f"{tools}:/usr/bin:/bin", "HOME": str(tmp_path / "home"), "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}

    def run(line):
        variables = {**env, **PLUGIN} if " -m pytest" in line else env
        done = subprocess.run(["bash", "-c", line], cwd=work, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=60)
        return done.stdout
    run.work = work
    return run


def steps(body):
    """Pairs of command and wanted output of a console block."""
    found = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def matches(wanted, printed):
    """Whether the lines are these; a line `…` stands for any number of lines."""
    pattern = "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in wanted)
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed)) is not None


@pytest.mark.parametrize("page", PAGES)
def test_page_does_what_it_says(page, shell):
    blocks = BLOCK.findall((ROOT / page).read_text())
    assert any(kind == "console" for kind, _, _ in blocks)
    for kind, name, body in blocks:
        if name:
            (shell.work / name).parent.mkdir(parents=True, exist_ok=True)
            (shell.work / name).write_text(body)
        elif kind == "console":
            for command, wanted in steps(body):
                printed = [line.rstrip() for line in shell(command).splitlines()]
                assert matches(wanted, printed), f"$ {command}\n" + "\n".join(printed)


def test_matching():
    assert matches(["a", "…", "d"], ["a", "b", "c", "d"]) and matches(["…"], [])
    assert not matches(["a"], ["a", "b"]) and not matches(["a.c"], ["abc"])
