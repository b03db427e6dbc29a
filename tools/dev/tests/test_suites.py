import pathlib
import time

from dev import outcomes, suites


def test_the_listing_of_a_build_is_read():
    rooms, tsan = suites.parse_listing("base base_test /b/base_test\nbase more_test /b/more_test\n\ntsan base\n")
    assert rooms == {"base": [("base_test", pathlib.Path("/b/base_test")), ("more_test", pathlib.Path("/b/more_test"))]}
    assert tsan == {"base"}


def test_rooms_become_suites_and_only_flagged_ones_run_under_tsan():
    listing = "base base_test /b/base_test\nengine engine_test /b/engine_test\ntsan engine\n"
    assert [suite.name for suite in suites.room_suites("asan", listing, False, [])] == ["base", "engine"]
    (only,) = suites.room_suites("tsan", listing, True, [])
    assert only.name == "tsan:engine"
    assert only.builds == (suites.Build("tsan", ("engine_test",)),)


def test_folders_of_tests_become_suites_and_say_what_they_need(tree):
    root = tree({
        "tests/python/test_a.py": "",
        "tests/crash/deep/test_b.py": "",
        "tests/crash/suite.toml": 'builds = ["dev"]\nalone = true\nabout = "kills"\n',
        "tests/data/rows.json": "",
    })
    found = {suite.name: suite for suite in suites.pytest_suites(root, "release", [])}
    assert set(found) == {"tools", "python", "crash"}
    assert found["python"].builds == (suites.Build("release", ("all",)),)
    assert found["crash"].builds == (suites.Build("dev", ("all",)),)
    assert found["crash"].alone and found["crash"].about == "kills"


def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path):
    started = time.monotonic()
    code, output = suites.run_captured(["sh", "-c", "echo started; sleep 300 & wait"], env={}, cwd=tmp_path, timeout_s=3)
    assert code == 124
    assert output.startswith("started") and "ended after 3 s" in output
    assert time.monotonic() - started < 200  # The pipe closes only when the grandchild is gone too.


def test_a_googletest_program_is_run_and_counted(tree):
    root = tree({"x_test": "#!/bin/sh\nfor a in \"$@\"; do case $a in --gtest_output=json:*) "
                 "echo '{\"testsuites\":[{\"name\":\"A\",\"testsuite\":[{\"name\":\"B\",\"result\":\"COMPLETED\"}]}]}' "
                 "> \"${a#--gtest_output=json:}\";; esac; done\n"})
    (root / "x_test").chmod(0o755)
    assert suites.run_program(root / "x_test", "dev", []) == outcomes.Outcome(passed=1)
