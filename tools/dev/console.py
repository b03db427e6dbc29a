"""What ./dev prints, and the errors it ends with."""

import difflib
import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence


class Failure(Exception):
    """Ends ./dev with `error: message`, an optional `hint:`, and the exit code."""

    def __init__(self, message: str, hint: str = "", code: int = 1):
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


def say(text: str) -> None:
    print(f"dev: {text}", file=sys.stderr, flush=True)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is none of `known`."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=3, cutoff=0.5)
    if close:
        return "Did you mean " + " or ".join(close) + "?"
    return "Known: " + " ".join(names)


def run(command: Sequence[object], *, env: Mapping[str, str] | None = None, cwd=None) -> int:
    """Runs a command whose output goes to ours; gives its exit code."""
    words = [str(word) for word in command]
    try:
        return subprocess.run(words, env={**os.environ, **(env or {})}, cwd=cwd).returncode
    except FileNotFoundError:
        raise Failure(f"Program is missing: name={words[0]}", "Run ./dev doctor.") from None


def check(command: Sequence[object], what: str, *, env: Mapping[str, str] | None = None, cwd=None) -> None:
    """As run(), and ends ./dev when the command fails."""
    code = run(command, env=env, cwd=cwd)
    if code != 0:
        words = shlex.join(str(word) for word in command)
        raise Failure(f"{what} failed: exit={code} command={words}", code=1)
