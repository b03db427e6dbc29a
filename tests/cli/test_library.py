"""The commands that open libtenon.so."""

import json
import os
import shutil
import subprocess


def test_help_explains_an_error_number(tenon):
    done = tenon("help", "TN1010")
    assert done.code == 0 and done.out.startswith("TN1010: Connection type is not known\n") and "Exit code: 2" in done.out
    assert tenon("help", "tn1010").out == done.out


def test_unknown_error_number(tenon):
    done = tenon("help", "TN1999")
    assert (done.code, done.out) == (2, "")
    assert done.err == "error[TN1101]: Error number is not known: number=TN1999\n  hint: docs/errors.md lists them all.\n"


def test_doctor_names_library_state_folder_and_connectors(tenon, tmp_path):
    done = tenon("doctor")
    assert done.code == 0 and done.out.endswith("Nothing is wrong.\n")
    for word in ("libtenon.so", f"{tmp_path}/.local/share/tenon", "connector files", "connector sequence"):
        assert word in done.out
    facts = json.loads(tenon("doctor", "--json").out)
    assert facts["problems"] == [] and "cores" in facts["facts"] and facts["host"]


def test_doctor_says_what_is_wrong(tenon, tmp_path):
    (tmp_path / "file").write_text("")
    done = tenon("doctor", TENON_HOME=str(tmp_path / "file" / "state"))
    assert done.code == 4
    assert (f"problem: The state folder cannot be written: path={tmp_path}/file. Name another one with TENON_HOME or --state.\n"
            in done.out)


def test_missing_library_names_every_place(tmp_path):
    program = shutil.copy(os.environ["TENON_PROGRAM"], tmp_path / "tenon")
    done = subprocess.run([program, "doctor"], capture_output=True, text=True)
    assert done.returncode == 4
    assert done.stderr == (
        "error[TN4004]: Library of tenon cannot be opened: file=libtenon.so\n"
        f"  where: {tmp_path}/python/tenon/libtenon.so, {tmp_path}/../lib*/python3*/site-packages/tenon/libtenon.so, "
        f"{tmp_path}/libtenon.so, {tmp_path}/../lib/libtenon.so\n"
        "  hint: Install it again: pip install --force-reinstall tenon-etl.\n")
