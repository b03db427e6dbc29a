"""How the tests of the program run it: with a plain environment, in a folder of their own."""

import os
import subprocess

import pytest

PROGRAM = os.environ.get("TENON_PROGRAM", "")


class Answer:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr


@pytest.fixture
def tenon(tmp_path):
    """tenon(*words, **variables) -> code, out, err; run in tmp_path with only these variables set."""
    def run(*words, **variables):
        env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **variables}
        return Answer(subprocess.run([PROGRAM, *words], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60))
    return run
