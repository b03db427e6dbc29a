"""Canaries: secrets of every origin, in jobs that fail in every way, are in no output, no file and no command line."""

import base64
import json
import os
import pathlib
import secrets
import shutil
import subprocess
import threading
import urllib.parse

import pytest

PROGRAM = os.environ.get("TENON_PROGRAM", "")
PLUGIN = pathlib.Path(os.environ.get("TENON_BUILD", "")) / "tests" / "crashes" / "libbrittle_breaking.so"

HEAD = """
from awsglue.context import GlueContext
glueContext = GlueContext()
"""
READ = """
rows = glueContext.create_dynamic_frame.from_options("custom.spark", OPTIONS)
"""
WRITE = """
glueContext.write_dynamic_frame.from_options(rows, "file", {"path": "out"}, "json")
"""

# What is left of the options, what follows the read, the exit codes that it may have.
FATES = {
    "done": ({}, WRITE, {0}),
    "unknown option": ({"pasword": "x"}, WRITE, {2}),
    "wrong value": ({"partition": "CANARY"}, WRITE, {2}),
    "wrong url": ({"url": "jdbc:x://db/${nobody}?password=CANARY"}, WRITE, {2}),
    "no right": ({}, WRITE.replace('"out"', '"/proc/out"'), {1, 2, 4, 5}),
    "wrong mode": ({}, WRITE.replace('"path": "out"', '"path": "out", "mode": "apend"'), {2}),
    "wrong column": ({}, "rows.select_fields(['numbr']).resolveChoice(specs=[('numbr', 'cast:long')]).show()" + WRITE, {0, 1}),
    "script raises": ({}, WRITE + "raise ValueError('of the script')", {1}),
    "crash": ({"breaks": "abort"}, WRITE, {-6, 134}),
    "explain": ({}, WRITE, {0}),
}


def forms_of(canary):
    """Raw, for URLs, JSON-escaped with and without ASCII alone, and base64 wherever it begins."""
    raw = canary.encode()
    forms = {canary, urllib.parse.quote(canary, safe=""), json.dumps(canary)[1:-1], json.dumps(canary, ensure_ascii=False)[1:-1]}
    for before in range(3):
        digits = base64.b64encode(b"\0" * before + raw + b"\0\0\0").decode()
        inside = digits[(before * 8 + 5) // 6:(before + len(raw)) * 8 // 6]
        forms |= {inside, inside.replace("+", "-").replace("/", "_")}
    return {form.encode() for form in forms}


def test_forms_are_what_encoders_make():
    canary = 'c4n"é/+'
    for made in (canary, urllib.parse.quote(canary, safe=""), json.dumps({"a": canary}),
                 base64.b64encode(f"u:{canary}".encode()).decode(), base64.b64encode(f"ada:{canary}!".encode()).decode()):
        assert any(form in made.encode() for form in forms_of(canary)), made


class CommandLines(threading.Thread):
    """Looks at every process's command line until it is told to stop."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen, self.stopped = set(), threading.Event()
        self.start()

    def run(self):
        while True:
            last = self.stopped.is_set()
            for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(path.read_bytes())
                except OSError:
                    pass  # It has ended.
            if last:
                return

    def stop(self):
        self.stopped.set()
        self.join()
        return b"\n".join(self.seen)


def shown_by(tmp_path, home, done):
    """All that anybody may read: output, names and contents of files, but for the sealed store and what the user wrote."""
    parts = [done.stdout, done.stderr]
    for path in [*home.rglob("*"), *(tmp_path / "out").rglob("*")]:
        parts.append(str(path).encode())
        if path.is_file() and home / "secrets" not in path.parents and path.suffix != ".so":
            parts.append(path.read_bytes())
    return b"\n".join(parts)


@pytest.mark.parametrize("level", ["text", "json"])
@pytest.mark.parametrize("origin", ["secret", "connection", "option", "url"])
@pytest.mark.parametrize("fate", FATES)
def test_no_canary_is_shown(tmp_path, fate, origin, level):
    canary = f'c4n"{secrets.token_hex(8)}/+é{secrets.token_hex(4)}'
    home = tmp_path / "state"
    (home / "connectors").mkdir(parents=True)
    shutil.copy(PLUGIN, home / "connectors" / "libbrittle.so")
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "TENON_HOME": str(home)}
    more, after, codes = FATES[fate]
    options = {name: value.replace("CANARY", canary) for name, value in more.items()}
    stored = []
    if origin == "secret":
        (tmp_path / "value.json").write_text(json.dumps({"password": canary}))
        stored.append(["secret", "create", "store", "--file", "value.json"])
        options |= {"className": "brittle", "secretId": "store"}
    elif origin == "connection":
        (tmp_path / "value.json").write_text(json.dumps({"CONNECTOR_CLASS_NAME": "brittle", "PASSWORD": canary}))
        stored.append(["conn", "create", "store", "--type", "CUSTOM", "--properties-file", "value.json"])
        options |= {"connectionName": "store"}
    elif origin == "option":
        options |= {"className": "brittle", "password": canary}
    else:  # Refused by the connector, which has no such option.
        options |= {"className": "brittle", "url": f"jdbc:x://db/x?user=ada&password={canary}"}
        codes = {2}
    (tmp_path / "job.py").write_text(HEAD + READ.replace("OPTIONS", repr(options)) + after)
    watch = CommandLines()
    shown = b""
    for words in stored:
        done = subprocess.run([PROGRAM, *words], cwd=tmp_path, env=env, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        shown += shown_by(tmp_path, home, done)
    words = ["explain", "job.py"] if fate == "explain" else ["run", "--log-level", "debug", "--log-format", level, "job.py"]
    run = ["sh", "-c", 'ulimit -c 0; exec "$@"', "sh", PROGRAM, *words]
    done = subprocess.run(run, cwd=tmp_path, env=env, capture_output=True, timeout=60)
    assert done.returncode in codes, (done.returncode, done.stderr.decode())
    shown += shown_by(tmp_path, home, done) + watch.stop()
    assert b"job.py" in shown
    for form in forms_of(canary):
        assert form not in shown, form
