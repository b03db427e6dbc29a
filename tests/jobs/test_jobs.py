"""Runs each script of scripts/ and compares with its text file."""

import importlib.util
import os
import pathlib
import shlex
import subprocess

import pytest

HERE = pathlib.Path(__file__).parent
_spec = importlib.util.spec_from_file_location("tests_jobs_case_file", HERE / "case_file.py")
case_file = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(case_file)
NAMES = sorted(path.stem for path in (HERE / "scripts").glob("*.py"))


def words_of(sections, name):
    return [word for (kind, _), body in sections if kind == name for word in shlex.split(body)]


@pytest.mark.parametrize("name", NAMES)
def test_job(name, tmp_path):
    script = HERE / "scripts" / f"{name}.py"
    sections = case_file.parse((HERE / "scripts" / f"{name}.txt").read_text())
    for (kind, path), body in sections:
        if kind == "input":
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(body)
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "TENON_HOME": str(tmp_path / "state")}
    for words in (shlex.split(body) for (kind, _), body in sections if kind == "before"):
        subprocess.run([os.environ["TENON_PROGRAM"], *words], cwd=tmp_path, env=env, check=True, timeout=60)
    words = [os.environ["TENON_PROGRAM"], "run", *words_of(sections, "options"), str(script), *words_of(sections, "args")]
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60)
    said = f"exit {done.returncode}\nstdout:\n{done.stdout}\nstderr:\n{done.stderr}"
    assert done.returncode == int((words_of(sections, "exit") or ["0"])[0]), said
    for (kind, path), body in sections:
        if kind in ("stdout", "stderr"):
            # Where a test runs is not its affair.
            text = getattr(done, kind).replace(f"{tmp_path}/", "").replace(f"{script.parent}/", "")
            assert text.replace(str(tmp_path), "{here}") == body, said
        elif kind == "rows":
            wanted = case_file.sorted_rows(map(case_file.json.loads, body.splitlines()))
            assert case_file.sorted_rows(case_file.read_rows(tmp_path / path)) == wanted
        elif kind == "types":
            assert case_file.read_types(tmp_path / path) == body.splitlines()
        elif kind == "absent":
            assert not (tmp_path / path).exists()


def test_every_script_has_its_text():
    assert NAMES == sorted(path.stem for path in (HERE / "scripts").glob("*.txt")) and len(NAMES) >= 15
