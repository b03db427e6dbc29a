"""python -m tenon.run: options, what the script sees, how its end becomes an exit code. No job is started here."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
import tenon
from tenon import run as runner
from tenon.runtime import RunSettings


def test_options_are_read_in_both_forms():
    settings, rest = runner.parse(["--state=/s", "--memory", "1048576", "--threads=2", "--again", "--log-format=json",
                                   "--glue-version=5.1", "--engine=local", "--", "a.py", "--x"])
    assert (settings.state_folder, settings.memory_bytes, settings.threads) == ("/s", 1048576, 2)
    assert (settings.rerun, settings.json_messages, settings.glue_version) == ("again", True, "5.1")
    assert rest == ["a.py", "--x"]


@pytest.mark.parametrize("words, message", [
    (["--memroy=1", "a.py"], "Option is not known: option=--memroy=1"),
    (["--memory"], "Option needs a value: option=--memory"),
    (["--memory=lots", "a.py"], "Value of an option is wrong: option=--memory value=lots"),
    ([], "Argument is missing: argument=SCRIPT"),
    (["--glue-version=4.0", "a.py"], "AWS Glue version is not known: --glue-version=4.0"),
])
def test_wrong_use(words, message):
    with pytest.raises(tenon.TenonError) as error:
        runner.parse(words)
    assert error.value.message == message and error.value.exit_code == 2


@pytest.mark.parametrize("words, variable, version", [
    ([], "", "6.0"), ([], "5.0", "5.0"), (["--glue-version=5.1"], "5.0", "5.1"), (["--glue-version=6.0"], "4.0", "6.0")])
def test_the_glue_version_is_the_options_else_the_variables(words, variable, version, monkeypatch):
    monkeypatch.setenv("GLUE_VERSION", variable)
    assert runner.parse([*words, "a.py"])[0].glue_version == version


def test_a_wrong_glue_version_of_the_variable_names_those_there_are(monkeypatch):
    monkeypatch.setenv("GLUE_VERSION", "4.0")
    with pytest.raises(tenon.TenonError) as error:
        runner.parse(["a.py"])
    assert (error.value.message, error.value.hint, error.value.number, error.value.exit_code) == (
        "AWS Glue version is not known: GLUE_VERSION=4.0", "It takes: 5.0, 5.1, 6.0.", 1103, 2)


@pytest.mark.parametrize("words, value", [
    (["--JOB_NAME", "x"], "x"), (["--JOB_NAME=y"], "y"), (["--OTHER", "--JOB_NAME"], None), ([], None)])
def test_arguments_of_the_script(words, value):
    assert runner.argument(words, "JOB_NAME") == value


@pytest.fixture
def script(tmp_path):
    """script(text, *words) runs it; gives the finished process."""
    def run(text, *words, options=()):
        (tmp_path / "job.py").write_text(text)
        return subprocess.run([sys.executable, "-m", "tenon.run", *options, "--", "job.py", *words], cwd=tmp_path,
                              capture_output=True, text=True, env={**os.environ, "TENON_HOME": str(tmp_path / "state")})
    return run


def test_what_the_script_sees(script, tmp_path):
    (tmp_path / "beside.py").write_text("VALUE = 7\n")
    done = script("import sys, beside, awsglue, pyspark, os\n"
                  "print(__name__, sys.argv, beside.VALUE, os.path.basename(sys.path[0]) == os.path.basename(os.getcwd()))\n"
                  "print('PYTHONSAFEPATH' in os.environ)\n", "--A", "1")
    assert re.fullmatch(r"__main__ \['job.py', '--JOB_NAME', 'job', '--JOB_ID', 'j_job', '--JOB_RUN_ID', 'r\d{8}-\d{6}-[0-9a-f]{6}', "
                        r"'--A', '1'\] 7 True\nFalse\n", done.stdout), done.stderr


def test_what_the_caller_gives_is_not_given_again(script):
    done = script("import sys; print(sys.argv[1:])", "--JOB_RUN_ID", "jr_1", "--JOB_ID=j_1", "--JOB_NAME", "x")
    assert done.stdout == "['--JOB_RUN_ID', 'jr_1', '--JOB_ID=j_1', '--JOB_NAME', 'x']\n", done.stderr


@pytest.mark.parametrize("text, code", [
    ("", 0), ("import sys; sys.exit()", 0), ("import sys; sys.exit(5)", 5), ("import sys; sys.exit('why')", 1),
    ("raise ValueError('x')", 1), ("import pyspark.sql.window", 2), ("import nothing_like_it", 1),
    ("raise KeyboardInterrupt", 130),
])
def test_exit_codes(script, text, code):
    assert script(text).returncode == code


def test_a_syntax_error_is_shown_with_its_line(script):
    done = script("x = 1\ny = (\n")
    assert done.returncode == 1 and "line 2" in done.stderr and "error[TN2100]: Script failed: exception=SyntaxError" in done.stderr


def test_a_script_that_cannot_be_read_is_not_taken_for_one_that_failed(capsys, tmp_path):
    (tmp_path / "loop.py").symlink_to("loop.py")  # Nobody can read that, root neither.
    code, number = runner.run_script(str(tmp_path / "loop.py"), False)
    assert (code, number) == (2, 1105)
    assert capsys.readouterr().err == (f"error[TN1105]: Script cannot be read: path={tmp_path}/loop.py "
                                       "error=Too many levels of symbolic links\n")


def test_an_interrupt_while_python_starts_is_answered_like_any_other(tmp_path):
    (tmp_path / "job.py").write_text("import time; time.sleep(60)")

    def interrupted_already():
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # As `tenon` starts it.
        os.kill(os.getpid(), signal.SIGINT)
    done = subprocess.run([sys.executable, "-m", "tenon.run", "--", "job.py"], cwd=tmp_path, capture_output=True, text=True,
                          preexec_fn=interrupted_already, timeout=30)
    assert done.returncode == 130, done.stderr
    assert done.stderr == "interrupted: stopping; nothing half-done stays. Ctrl-C again ends at once.\n"


def test_errors_are_json_on_request(script):
    done = script("raise ValueError('x')", options=["--log-format=json"])
    event = json.loads(done.stderr)
    assert (event["event"], event["number"]) == ("error", 2100) and event["message"] == "Script failed: exception=ValueError text=x"
    assert event["where"] == "script=job.py line=1"


def test_a_chained_exception_shows_only_the_last_and_no_frame_of_ours(script):
    done = script("from awsglue.context import GlueContext\nGlueContext().purge_table('a', 'b')\n")
    assert "Traceback" not in done.stderr and "where: script=job.py line=2" in done.stderr


@pytest.mark.parametrize("number, code, words", [
    (signal.SIGINT, 130, "interrupted: stopping; nothing half-done stays. Ctrl-C again ends at once.\n"),
    (signal.SIGTERM, 143, ""),
])
def test_signals_outside_an_action(tmp_path, number, code, words):
    (tmp_path / "job.py").write_text("import time\nprint('ready', flush=True)\nwhile True:\n    time.sleep(0.05)\n")
    process = subprocess.Popen([sys.executable, "-m", "tenon.run", "job.py"], cwd=tmp_path, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    _, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (code, words)


def test_second_interrupt_ends_at_once(tmp_path):
    (tmp_path / "job.py").write_text(
        "import time\n"
        "try:\n    print('ready', flush=True)\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('caught', flush=True)\n    time.sleep(60)\n")
    process = subprocess.Popen([sys.executable, "-m", "tenon.run", "job.py"], cwd=tmp_path, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for line in ("ready\n", "caught\n"):
        assert process.stdout.readline() == line
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode == -signal.SIGINT


def test_settings_have_defaults_that_start_anything():
    settings = RunSettings()
    assert settings.glue_version == "6.0" and settings.progress == "none" and not settings.explain


def test_state_folder_is_that_of_the_program(tmp_path, monkeypatch):
    from tenon.home import state_folder
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/h")
    monkeypatch.delenv("TENON_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert state_folder() == "/h/.local/share/tenon"
    monkeypatch.setenv("XDG_DATA_HOME", "/d")
    assert state_folder() == "/d/tenon"
    (tmp_path / ".tenon").mkdir()
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert state_folder() == str(tmp_path / ".tenon")
    monkeypatch.setenv("TENON_HOME", "x")
    assert state_folder() == str(tmp_path / "deep" / "x")


def test_wrong_pyarrow_is_named(monkeypatch):
    from tenon import native
    monkeypatch.setattr(native, "_found_pyarrow", lambda: "25.0.0")
    error = native._explain(ImportError("libarrow.so.2600: cannot open shared object file"))
    assert error.number == 4003 and error.exit_code == 4
    assert error.message == "pyarrow of another version is installed: needed=26.0.* found=25.0.0"
    assert error.hint.endswith("-m pip install 'pyarrow==26.0.*'")
