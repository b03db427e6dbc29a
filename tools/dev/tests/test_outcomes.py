import json

from dev import outcomes

REPORT = json.dumps({"testsuites": [{"name": "JsonTest", "testsuite": [
    {"name": "Reads", "status": "RUN", "result": "COMPLETED"},
    {"name": "Fails", "status": "RUN", "result": "COMPLETED", "failures": [{"failure": "no"}]},
    {"name": "Skips", "status": "RUN", "result": "SKIPPED"},
    {"name": "DISABLED_Off", "status": "NOTRUN", "result": "SUPPRESSED"},
]}]})
OUTPUT = "[ RUN      ] JsonTest.Skips\na_test.cc:7: Skipped\nNo server\n[  SKIPPED ] JsonTest.Skips (0 ms)\n"


def test_googletest_counts_and_names_failures_and_reasons():
    outcome = outcomes.from_gtest("json_test", 1, REPORT, OUTPUT)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 1, 2)
    assert outcome.notes == ["failed: JsonTest.Fails", "skipped: No server"]
    assert outcome.output == OUTPUT


def test_a_program_that_crashes_names_the_test_it_was_in():
    outcome = outcomes.from_gtest("json_test", -11, "", "[ RUN      ] A.One\n[ RUN      ] A.Two\n")
    assert outcome.failed == 1
    assert outcome.notes == ["failed: json_test ended in A.Two: exit=-11"]


def test_a_crash_under_a_sanitizer_is_told_with_its_seed_in_one_line():
    output = "[ RUN      ] A.One\nTENON_TEST_SEED=7\n==1==ERROR\nSUMMARY: AddressSanitizer: SEGV a.cc:7 in F\n"
    outcome = outcomes.from_gtest("json_test", 1, "", output)
    assert outcome.notes == [
        "failed: json_test ended in A.One: exit=1 TENON_TEST_SEED=7 SUMMARY: AddressSanitizer: SEGV a.cc:7 in F"]


def test_a_leak_after_passing_tests_is_a_failure():
    passing = json.dumps({"testsuites": [{"name": "A", "testsuite": [{"name": "B", "result": "COMPLETED"}]}]})
    outcome = outcomes.from_gtest("a_test", 23, passing, "LeakSanitizer")
    assert (outcome.passed, outcome.failed) == (1, 1)
    assert outcome.output == "LeakSanitizer"


def test_pytest_counts_and_names_failures_and_reasons():
    report = """<testsuites><testsuite>
      <testcase classname="t" name="good"/>
      <testcase classname="t" name="bad"><failure message="x"/></testcase>
      <testcase classname="t" name="broken"><error message="x"/></testcase>
      <testcase classname="t" name="off"><skipped message="no java"/></testcase>
    </testsuite></testsuites>"""
    outcome = outcomes.from_pytest(1, report, "log")
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 2, 1)
    assert outcome.notes == ["failed: t::bad", "failed: t::broken", "skipped: no java"]


def test_pytest_that_ends_early_is_a_failure_and_an_empty_folder_is_not():
    assert outcomes.from_pytest(2, "", "usage").failed == 1
    assert outcomes.from_pytest(2, "<testsuites/>", "usage").failed == 1
    assert outcomes.from_pytest(5, "<testsuites/>", "").failed == 0


def test_findings_are_failures_and_none_is_one_pass():
    assert outcomes.from_findings([]).passed == 1
    outcome = outcomes.from_findings(["a:1: x", "b:2: y"], "2 files")
    assert (outcome.failed, outcome.output, outcome.notes) == (2, "a:1: x\nb:2: y\n", ["looked at: 2 files"])
