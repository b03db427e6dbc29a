"""How these tests run the program: with a plain environment, in a folder of their own."""

import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from copied import PEOPLE, PROGRAM, environment, write_rows  # noqa: E402


class Answer:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr


@pytest.fixture
def tenon(tmp_path):
    """tenon(*words, **variables) -> code, out, err; out is bytes with binary=True."""
    def run(*words, binary=False, **variables):
        return Answer(subprocess.run([PROGRAM, *words], cwd=tmp_path, env=environment(tmp_path, **variables),
                                     capture_output=True, text=not binary, timeout=120))
    return run


@pytest.fixture
def start(tmp_path):
    """start(*words) begins the program; at the end what still runs is killed."""
    running = []

    def begin(*words, **options):
        usual = {"env": environment(tmp_path), "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen([PROGRAM, *words], cwd=tmp_path, text=True, **{**usual, **options})
        running.append(process)
        return process
    yield begin
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def people(tmp_path):
    write_rows(tmp_path / "people.json", PEOPLE)
    return PEOPLE
