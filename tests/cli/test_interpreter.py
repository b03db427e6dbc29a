"""Which Python `tenon run` becomes, with a program in place of Python that says how it was called."""

import os
import shutil
import signal
import stat

import pytest

SPEAKER = """#!/bin/sh
[ "$1" = "-c" ] && exit {has_package}
echo "path=$0 pid=$$ safe=$PYTHONSAFEPATH pythonpath=$PYTHONPATH"
for word in "$@"; do echo "[$word]"; done
"""


@pytest.fixture
def place(tmp_path):
    """place(folder, has_package) makes folder/python3; the program itself is copied away from its build folder."""
    def make(folder, has_package=True):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "python3"
        path.write_text(SPEAKER.format(has_package=0 if has_package else 1))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path
    return make


@pytest.fixture
def lone(tmp_path, tenon, monkeypatch):
    """The program in a folder with nothing beside it."""
    import subprocess
    (tmp_path / "bin").mkdir()
    program = shutil.copy(os.environ["TENON_PROGRAM"], tmp_path / "bin" / "tenon")
    (tmp_path / "job.py").write_text("")

    def run(*words, **variables):
        env = {"PATH": str(tmp_path / "nothing"), "HOME": str(tmp_path / "home"), **variables}
        return subprocess.run([program, *words], cwd=tmp_path, env=env, capture_output=True, text=True)
    return run


def test_nothing_found_names_every_place(lone, tmp_path):
    done = lone("run", "job.py")
    assert done.returncode == 4
    assert done.stderr == (
        f"error[TN4002]: Python is missing\n  where: {tmp_path}/bin/python3, python3 on PATH\n"
        "  hint: Install it with: pip install tenon-etl. $TENON_PYTHON names another interpreter.\n")


def test_a_named_interpreter_that_is_not_there_is_not_replaced_by_another(lone, tmp_path, place):
    place(tmp_path / "bin")
    done = lone("run", "job.py", TENON_PYTHON="/no/python")
    assert done.returncode == 4
    assert "error[TN4002]: Python is missing\n  where: $TENON_PYTHON=/no/python\n" in done.stderr


def test_order_is_variable_environment_beside_path(lone, tmp_path, place):
    on_path = place(tmp_path / "path")
    found = lambda **variables: lone("run", "job.py", **variables).stdout.split()[0]
    assert found(PATH=str(tmp_path / "path")) == f"path={on_path}"
    beside = place(tmp_path / "bin")
    assert found(PATH=str(tmp_path / "path")) == f"path={beside}"
    environment = place(tmp_path / "venv" / "bin")
    assert found(VIRTUAL_ENV=str(tmp_path / "venv")) == f"path={environment}"
    named = place(tmp_path / "named")
    assert found(VIRTUAL_ENV=str(tmp_path / "venv"), TENON_PYTHON=str(named)) == f"path={named}"


def test_missing_package_names_the_places(lone, tmp_path, place):
    python = place(tmp_path / "bin", has_package=False)
    done = lone("run", "job.py")
    assert done.returncode == 4
    assert f"error[TN4002]: Package tenon is missing: interpreter={python}\n" in done.stderr
    assert f"{tmp_path}/bin/../lib*/python3*/site-packages/tenon/run.py, sys.path of {python}" in done.stderr


def test_words_that_reach_python(lone, tmp_path, place):
    place(tmp_path / "bin")
    done = lone("run", "--memory", "2MiB", "job.py", "--JOB_NAME", "x", "--threads=3", "--flag", "--resume", "--", "--again")
    first, *words = done.stdout.splitlines()
    assert words == ["[-m]", "[tenon.run]", f"[--state={tmp_path}/home/.local/share/tenon]", "[--resume]",
                     "[--memory=2097152]", "[--threads=3]", "[--]", "[job.py]", "[--JOB_NAME]", "[x]", "[--flag]", "[--again]"]
    assert " safe=1 " in first


def test_an_interrupt_waits_until_python_can_answer_it(lone, tmp_path, place):
    place(tmp_path / "bin").write_text("#!/bin/sh\n[ \"$1\" = -c ] && exit 0\nexec /bin/grep SigBlk /proc/self/status\n")
    blocked = int(lone("run", "job.py").stdout.split()[1], 16)
    assert blocked == 1 << (signal.SIGINT - 1)


def test_explain_is_a_run_that_explains(lone, tmp_path, place):
    place(tmp_path / "bin")
    assert lone("explain", "job.py").stdout.splitlines()[1:4] == ["[-m]", "[tenon.run]", "[--explain]"]


@pytest.mark.parametrize("variables, folders, wanted", [
    ({"TENON_HOME": "state"}, [".tenon"], "state"),
    ({}, [".tenon"], ".tenon"),
    ({"XDG_DATA_HOME": "/data"}, [], "/data/tenon"),
    ({}, [], "home/.local/share/tenon"),
])
def test_state_folder(lone, tmp_path, place, variables, folders, wanted):
    place(tmp_path / "bin")
    for folder in folders:
        (tmp_path / folder).mkdir()
    words = lone("run", "job.py", **variables).stdout.splitlines()
    assert f"[--state={os.path.join(tmp_path, wanted)}]" in words


def test_state_folder_above_and_by_option(lone, tmp_path, place):
    place(tmp_path / "bin")
    words = lone("run", "job.py", "--state", "mine").stdout.splitlines()
    assert f"[--state={tmp_path}/mine]" in words
