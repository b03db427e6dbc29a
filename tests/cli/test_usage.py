"""Wrong use: exit 2, what is wrong, the nearest that is right; the library is never loaded for it."""

import os
import re
import subprocess

import pytest


@pytest.mark.parametrize("words, text", [
    (["rnu"], "error[TN1101]: Command is not known: command=rnu\n  hint: Did you mean run? `tenon help` lists all commands.\n"),
    (["frobnicate"], "error[TN1101]: Command is not known: command=frobnicate\n  hint: `tenon help` lists all commands.\n"),
    (["run"], "error[TN1104]: Argument is missing: command=run\n  hint: Usage: tenon run SCRIPT [OPTION…] [ARG…]\n"),
    (["run", "--memroy", "4", "x.py"],
     "error[TN1102]: Option is not known: option=--memroy command=run\n"
     "  hint: Did you mean --memory? `tenon run --help` lists its options.\n"),
    (["run", "x.py", "--memory", "4q"],
     "error[TN1103]: Value of an option is wrong: option=--memory value=4q\n"
     "  hint: Give a number with a unit: 512MiB, 2GB.\n"),
    (["run", "x.py", "--threads", "0"],
     "error[TN1103]: Value of an option is wrong: option=--threads value=0\n"
     "  hint: Give a whole number from 1 to 9999.\n"),
    (["run", "x.py", "--progress", "plian"],
     "error[TN1103]: Value of an option is wrong: option=--progress value=plian\n"
     "  hint: Did you mean plain? It takes: auto, plain, json, none.\n"),
    (["run", "x.py", "--memory"],
     "error[TN1103]: Option needs a value: option=--memory command=run\n"
     "  hint: `tenon run --help` lists its options.\n"),
    (["run", "--resume=yes", "x.py"],
     "error[TN1103]: Option takes no value: option=--resume=yes command=run\n"
     "  hint: `tenon run --help` lists its options.\n"),
    (["run", "x.py", "--resume", "--again"],
     "error[TN1103]: Options exclude each other: option=--resume option=--again\n"
     "  hint: --resume finishes the cut run, --again starts anew.\n"),
    (["run", "x.py", "--write-anyway", "--treat-as-written"],
     "error[TN1103]: Options exclude each other: option=--treat-as-written option=--write-anyway\n"
     "  hint: --treat-as-written skips the call, --write-anyway writes its rows beside those that are there.\n"),
    (["run", "x.py", "--accept-changed", "--again"],
     "error[TN1103]: Options exclude each other: option=--again option=--accept-changed\n"
     "  hint: --again finishes nothing: every source is read as it is.\n"),
    (["run", "gone.py"],
     "error[TN1105]: Script is not there: path=gone.py\n  hint: Relative paths start from the folder you are in.\n"),
    (["run", "lst"],
     "error[TN1105]: Script is not there: path=lst\n  hint: Did you mean tenon run list?\n"),
    (["copy", "a.json"],
     "error[TN1104]: Argument is missing: command=copy\n  hint: Usage: tenon copy SRC DST\n"),
    (["copy", "a.json", "b.json", "out"],
     "error[TN1104]: Argument is one too many: command=copy argument=out\n  hint: Usage: tenon copy SRC DST\n"),
    (["copy", "a.json", "out", "--were", "id = 1"],
     "error[TN1102]: Option is not known: option=--were command=copy\n"
     "  hint: Did you mean --where? `tenon copy --help` lists its options.\n"),
    (["copy", "a.json", "out", "--mode", "overwite"],
     "error[TN1103]: Value of an option is wrong: option=--mode value=overwite\n"
     "  hint: Did you mean overwrite? It takes: append, overwrite, create.\n"),
    (["copy", "a.json", "out", "--limit", "0"],
     "error[TN1103]: Value of an option is wrong: option=--limit value=0\n  hint: Give a whole number, at least 1.\n"),
    (["copy", "a.json", "out", "--option", "separator"],
     "error[TN1103]: Value of an option is wrong: option=--option value=separator\n"
     "  hint: Give a name and a value: separator=;\n"),
    (["preview", "a.json", "-o", "tabel"],
     "error[TN1103]: Value of an option is wrong: option=--output value=tabel\n"
     "  hint: Did you mean table? It takes: table, csv, json, arrow.\n"),
    (["schema", "a.json", "-o", "ddx"],
     "error[TN1103]: Value of an option is wrong: option=--output value=ddx\n"
     "  hint: Did you mean ddl? It takes: tree, json, ddl.\n"),
    (["run", "list", "a", "b"],
     "error[TN1104]: Argument is one too many: command=run list argument=b\n  hint: Usage: tenon run list [JOB]\n"),
    (["conn", "lst"],
     "error[TN1101]: Command is not known: command=conn lst\n"
     "  hint: Did you mean conn list? `tenon help conn` lists its commands.\n"),
    (["secret", "show", "a"],
     "error[TN1101]: Command is not known: command=secret show\n  hint: `tenon help secret` lists its commands.\n"),
    (["secret", "create"],
     "error[TN1104]: Argument is missing: command=secret create\n  hint: Usage: tenon secret create NAME\n"),
    (["secret", "create", "a", "hunter2"],
     "error[TN1104]: Argument is one too many: command=secret create argument=hunter2\n"
     "  hint: Usage: tenon secret create NAME\n"),
    (["conn", "create", "a", "--typ", "JDBC"],
     "error[TN1102]: Option is not known: option=--typ command=conn create\n"
     "  hint: Did you mean --type? `tenon conn create --help` lists its options.\n"),
    (["conn", "show", "a", "-o", "jsn"],
     "error[TN1103]: Value of an option is wrong: option=--output value=jsn\n"
     "  hint: Did you mean json? It takes: text, json.\n"),
    (["completion", "tcsh"], "error[TN1103]: Shell is not known: shell=tcsh\n  hint: It takes: bash, zsh, fish.\n"),
    (["help", "rum"],
     "error[TN1101]: Command is not known: command=rum\n  hint: Did you mean run? `tenon help` lists all commands.\n"),
])
def test_wrong_use_is_exit_2_with_these_words(tenon, words, text):
    answer = tenon(*words)
    assert (answer.code, answer.out, answer.err) == (2, "", text)


def test_a_folder_is_no_script(tenon, tmp_path):
    (tmp_path / "jobs").mkdir()
    answer = tenon("run", "jobs")
    assert (answer.code, answer.err) == (
        2, "error[TN1105]: Script is a folder: path=jobs\n  hint: Name the script in it: tenon run jobs/SCRIPT.py\n")


def test_a_script_that_is_not_there_is_answered_with_the_nearest(tenon, tmp_path):
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "nightly.py").touch()
    (tmp_path / "jobs" / "nightly.txt").touch()
    (tmp_path / "load.py").touch()
    answer = tenon("run", "jobs/nigthly.py")
    assert (answer.code, answer.err) == (
        2, "error[TN1105]: Script is not there: path=jobs/nigthly.py\n  hint: Did you mean jobs/nightly.py?\n")
    assert "hint: Did you mean load.py?" in tenon("run", "laod.py").err
    assert "hint: Relative paths start from the folder you are in." in tenon("run", "gone/load.py").err


def test_option_after_the_script_that_looks_misspelt_goes_to_the_script_with_a_warning(tenon):
    answer = tenon("run", "gone.py", "--resum")
    assert "warning: Option was passed to the script: option=--resum\n  hint: If tenon's own was meant, write --resume.\n" in answer.err


def test_no_command_prints_the_overview_and_is_wrong_use(tenon):
    answer = tenon()
    assert answer.code == 2 and "usage: tenon COMMAND" in answer.out


def test_wrong_use_and_help_load_nothing_but_libc(tenon):
    program = os.environ["TENON_PROGRAM"]
    needed = subprocess.run(["readelf", "-d", program], capture_output=True, text=True).stdout
    assert re.findall(r"NEEDED.*\[(.*)\]", needed) == ["libc.so.6"]
    for words in (["rnu"], ["version"], ["help", "run"], ["completion", "bash"]):
        traced = tenon(*words, LD_DEBUG="files").err
        assert "libtenon" not in traced and "libstdc++" not in traced


def test_colour_only_on_request_when_it_is_no_terminal(tenon):
    assert "\x1b" not in tenon("rnu").err
    assert "\x1b[1;31merror[TN1101]\x1b[0m: " in tenon("rnu", CLICOLOR_FORCE="1").err
    assert "\x1b" not in tenon("rnu", CLICOLOR_FORCE="1", NO_COLOR="1").err
