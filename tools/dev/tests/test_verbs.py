import os
import subprocess

import pytest

from dev import console, doctor, environment, fuzz, main, paths, testing


def run_dev(*words, cwd=None):
    return subprocess.run([paths.ROOT / "dev", *words], capture_output=True, text=True, cwd=cwd)


def test_an_unknown_verb_suggests_the_nearest():
    done = run_dev("tset")
    assert done.returncode == 2
    assert done.stderr == "error: Verb is not known: verb=tset\n  hint: Did you mean test?\n"


def test_without_a_verb_the_usage_is_shown():
    done = run_dev()
    assert done.returncode == 2
    assert all(f"\n  {verb}" in done.stdout for verb in main.VERBS)
    assert run_dev("--help").returncode == 0


def test_it_runs_from_any_folder_and_through_a_link(tmp_path):
    link = tmp_path / "here"
    link.symlink_to(paths.ROOT)
    assert subprocess.run([link / "dev", "--help"], capture_output=True, cwd=tmp_path).returncode == 0


def test_children_do_not_see_the_tools_on_their_path(monkeypatch, tmp_path):
    monkeypatch.setenv("TENON_BASE_PYTHON", str(tmp_path / "missing"))  # Falls through to the next.
    done = run_dev("--help")
    assert done.returncode == 0
    assert "PYTHONPATH" not in (paths.ROOT / "dev").read_text()


def test_every_verb_documents_itself():
    for name, verb in main.VERBS.items():
        assert verb.__doc__.startswith(name), name


@pytest.mark.parametrize("verb", ["fmt", "demo", "doctor"])
def test_verbs_without_arguments_refuse_them(verb, capsys):
    assert main.main([verb, "extra"]) == 2
    assert f"verb={verb} argument=extra" in capsys.readouterr().err


def test_arguments_of_test_are_split():
    assert testing.split_arguments(["door", "base", "--", "--gtest_filter=A"]) == (["door", "base"], "", ["--gtest_filter=A"])
    assert testing.split_arguments(["--preset", "tsan", "x"]) == (["x"], "tsan", [])
    assert testing.split_arguments(["x", "--preset=asan", "--", "-k"]) == (["x"], "asan", ["-k"])


@pytest.mark.parametrize("args, words", [(["--pre"], "Option is not known"), (["--preset", "asn"], "Preset is not known"),
                                          (["--preset", "release"], "Preset builds no tests")])
def test_wrong_options_of_test_are_refused(args, words):
    with pytest.raises(console.Failure, match=words) as raised:
        testing.split_arguments(args)
    assert raised.value.code == 2


def test_an_unknown_suite_suggests_the_nearest():
    from dev.suites import Suite
    with pytest.raises(console.Failure) as raised:
        testing.choose(["dor"], [Suite("door", "", (), None), Suite("base", "", (), None)])
    assert (raised.value.hint, raised.value.code) == ("Did you mean door?", 2)


def test_a_group_stands_for_all_its_suites():
    from dev.suites import Suite
    known = [Suite("door", "", (), None, group="rooms"), Suite("base", "", (), None, group="rooms"),
             Suite("tidy", "", (), None, group="checks")]
    assert [suite.name for suite in testing.choose(["rooms"], known)] == ["door", "base"]
    assert [suite.name for suite in testing.choose(["tidy", "base"], known)] == ["base", "tidy"]


def test_fuzz_takes_names_with_or_without_their_ending():
    known = ["json_fuzz", "options_fuzz"]
    assert fuzz.parse(["json", "--seconds", "5"], known) == (["json_fuzz"], 5)
    assert fuzz.parse([], known) == (known, 60)
    with pytest.raises(console.Failure, match="not known"):
        fuzz.parse(["jsn"], known)
    with pytest.raises(console.Failure, match="positive"):
        fuzz.parse(["--seconds", "none"], known)


def test_pins_name_a_probe_for_every_package():
    pins = environment.load_pins()
    names = {name for group in pins["debian"].values() for name in group}
    assert names == set(environment.PROBES)


def test_a_probe_is_a_file_or_a_program():
    assert environment.is_there("/bin/sh") and environment.is_there("sh")
    assert not environment.is_there("/bin/no-such-file") and not environment.is_there("no-such-program")


def test_the_stamp_changes_with_the_pins():
    assert environment.stamp_of("a") != environment.stamp_of("b")
    assert environment.stamp_of("a") == environment.stamp_of("a")


def test_missing_packages_without_root_give_the_exact_command(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(console.Failure) as raised:
        environment.install_debian(["lld"])
    assert raised.value.hint == "Run: sudo apt-get install -y --no-install-recommends lld"


def test_an_environment_that_is_whole_asks_nobody(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "missing_debian", lambda pins, groups: [])
    monkeypatch.setattr(environment, "make_venv", lambda pins: pytest.fail("asked the registry"))
    monkeypatch.setattr(paths, "DEPS", tmp_path)
    monkeypatch.setattr(paths, "VENV_PYTHON", tmp_path / "python")
    (tmp_path / "python").write_text("")
    library = environment.duckdb_folder(environment.load_pins()) / "lib" / "libduckdb.so"
    library.parent.mkdir(parents=True)
    library.write_text("")
    (tmp_path / "stamp").write_text(environment.stamp_of(paths.PINS.read_text()))
    environment.ensure()


def test_the_doctor_reads_versions():
    assert doctor.version_of(["python3", "--version"]).startswith("3.")
    assert doctor.version_of(["no-such-program"]) == ""
