"""The pytest plugin as a user has it: pytest in a process of its own, in a folder that holds only the user's tests."""

import os
import pathlib
import subprocess
import sys
import textwrap

import pytest
import tenon

PACKAGE = str(pathlib.Path(os.path.abspath(tenon.__file__)).parents[1])


@pytest.fixture
def run(tmp_path):
    """Runs pytest on the text of a test file; gives its exit code and output."""
    work = tmp_path / "work"
    work.mkdir()

    def run(text, *words, plugin=True, **files):
        (work / "test_it.py").write_text(textwrap.dedent(text))
        for name, content in files.items():
            (work / ".".join(name.rsplit("_", 1))).write_text(textwrap.dedent(content))
        env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path / "home"), "LC_ALL": "C.UTF-8",
               "PYTHONPATH": f"{PACKAGE}:{work}/installed"}
        if plugin:
            env["PYTEST_PLUGINS"] = "tenon.pytest_plugin"
        done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words], cwd=work,
                              env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        assert not (tmp_path / "home").exists(), "the home was touched"
        return done.returncode, done.stdout
    return run


def failure_of(run, body, *words):
    """The lines of the error of a test with this body."""
    code, output = run("from decimal import Decimal\n\ndef test_it(dynamic_frame, assert_frames_equal):\n" +
                       textwrap.indent(textwrap.dedent(body), "    "), *words)
    assert code == 1, output
    return [line[1:].strip() for line in output.splitlines() if line.startswith("E ")]


def test_loading_the_plugin_loads_nothing_native_and_no_glue(run):
    code, output = run("""
        import sys
        def test_it():
            assert "tenon.pytest_plugin" in sys.modules
            assert not {"tenon._core", "tenon.testing", "pyarrow", "awsglue"} & set(sys.modules)
    """)
    assert code == 0, output


def test_without_the_plugin_there_are_no_fixtures(run):
    code, output = run("def test_it(glue_context): pass", plugin=False)
    assert code == 1 and "fixture 'glue_context' not found" in output


def test_modules_under_test_import_glue_when_they_are_collected(run):
    code, output = run("""
        from job import renamed
        def test_it(dynamic_frame, assert_frames_equal):
            assert_frames_equal(renamed(dynamic_frame([{"a": 1}])), [{"b": 1}])
    """, job_py="""
        from awsglue.transforms import RenameField
        from pyspark.context import SparkContext
        def renamed(frame):
            return RenameField.apply(frame, "a", "b")
    """)
    assert code == 0, output


def test_installed_modules_come_first_unless_the_setting_says_otherwise(run, tmp_path):
    text = """
        def test_it():
            import awsglue
            assert hasattr(awsglue, "OWN") == ("tenon_glue_first" not in open("pytest.ini").read())
    """
    installed = tmp_path / "work" / "installed"
    installed.mkdir()
    (installed / "awsglue.py").write_text("OWN = True\n")
    for setting in ("", "tenon_glue_first = true\n"):
        code, output = run(text, pytest_ini="[pytest]\n" + setting)
        assert code == 0, output


def test_tests_follow_the_glue_version_of_the_setting(run):
    text = """
        import sys
        from awsglue.utils import getResolvedOptions
        def test_it(glue_context, glue_job_args):
            assert glue_context.spark_session.version == "3.5.6"
            glue_job_args(OUTPUT="x")
            assert getResolvedOptions([word.replace("PUT", "") for word in sys.argv], ["OUTPUT"])["OUTPUT"] == "x"
    """
    code, output = run(text, pytest_ini="[pytest]\nglue_version = 5.1\n")
    assert code == 0, output
    code, output = run(text, pytest_ini="[pytest]\nglue_version = 4.0\n")
    assert code == 1 and "AWS Glue version is not known: glue_version=4.0. It takes: 5.0, 5.1, 6.0." in output, output


def test_each_test_has_a_run_and_a_state_of_its_own(run):
    code, output = run("""
        import os
        import pytest
        from awsglue.context import GlueContext
        from awsglue.job import Job
        seen = set()
        @pytest.mark.parametrize("name", ["first", "second"])
        def test_it(name, glue_context, glue_state, dynamic_frame):
            assert os.environ["TENON_HOME"] == str(glue_state)
            assert dynamic_frame([{"a": 1}]).count() == 1
            assert (glue_state / "state.db").exists()
            job = Job(GlueContext())
            job.init(name, {})
            job.commit()
            seen.add((str(glue_state), glue_context._runtime.job.run))
        def test_after():
            assert len(seen) == 2
            assert len({run for _, run in seen}) == 2
            assert "TENON_HOME" not in os.environ
    """)
    assert code == 0 and "3 passed" in output, output


def test_a_test_that_fails_leaves_nothing_behind_for_the_next(run):
    code, output = run("""
        def test_first(dynamic_frame):
            dynamic_frame([{"a": 1}]).map(lambda record: 1 / 0).count()
            raise RuntimeError("on purpose")
        def test_second(dynamic_frame, assert_frames_equal):
            assert_frames_equal(dynamic_frame([{"a": 1}]), [{"a": 1}])
    """)
    assert code == 1 and "1 failed, 1 passed" in output and "on purpose" in output, output


def test_arguments_are_there_until_the_test_ends(run):
    code, output = run("""
        import sys
        from awsglue.utils import getResolvedOptions
        before = list(sys.argv)
        def test_it(glue_job_args):
            glue_job_args(JOB_NAME="orders", COUNT=3)
            args = getResolvedOptions(sys.argv, ["JOB_NAME", "COUNT"])
            assert (args["JOB_NAME"], args["COUNT"]) == ("orders", "3")
            glue_job_args("folder/other.py")
            assert getResolvedOptions(sys.argv, ["JOB_NAME"])["JOB_NAME"] == "other"
        def test_after():
            assert sys.argv == before
    """)
    assert code == 0, output


def test_a_script_is_run_whole(run):
    code, output = run("""
        import sys
        import pytest
        def test_it(run_glue_script):
            main = sys.modules["__main__"]
            assert run_glue_script("job.py", CODE="0")["rows"] == 2
            with pytest.raises(SystemExit) as end:
                run_glue_script("job.py", CODE="3")
            assert end.value.code == 3
            kept.append(main)
        kept = []
        def test_after():
            assert sys.modules["__main__"] is kept[0]
    """, job_py="""
        import sys
        from awsglue.context import GlueContext
        from awsglue.utils import getResolvedOptions
        from beside import PATH
        args = getResolvedOptions(sys.argv, ["CODE"])
        frame = GlueContext().create_dynamic_frame.from_options("file", {"paths": [PATH]}, "json")
        rows = frame.count()
        sys.exit(int(args["CODE"]))
    """, beside_py="PATH = 'rows.json'\nopen(PATH, 'w').write('{}\\n{}\\n'.replace('{}', '{\"a\": 1}'))\n")
    assert code == 0, output


def test_a_difference_names_missing_and_extra_records(run):
    assert failure_of(run, """
        assert_frames_equal(dynamic_frame([{"id": 1}, {"id": 1}, {"id": 2, "t": ["x"]}]),
                            [{"id": 2, "t": ["y"]}, {"id": 1}, {"id": 3}])
    """) == ["AssertionError: Frames differ: actual=3 records expected=3 records",
             "missing: {'id': 2, 't': ['y']}", "missing: {'id': 3}", "extra:   {'id': 1}",
             "extra:   {'id': 2, 't': ['x']}"]


def test_a_difference_in_order_names_the_place(run):
    assert failure_of(run, """
        frame = dynamic_frame([{"id": 1}, {"id": 2}])
        assert_frames_equal(frame, [{"id": 2}, {"id": 1}])
        assert_frames_equal(frame, [{"id": 1}, {"id": 3}, {"id": 4}], ignore_order=False)
    """) == ["AssertionError: Frames differ: actual=2 records expected=3 records",
             "record 1: is {'id': 2}, expected {'id': 3}", "missing: {'id': 4}"]


def test_a_difference_of_types_names_the_field(run):
    assert failure_of(run, """
        frame = dynamic_frame([{"id": 1, "s": "x"}])
        other = dynamic_frame([{"id": 1, "s": "x"}], schema={"id": "long", "s": "string", "more": "date"})
        assert_frames_equal(frame, other, check_types=False)
        assert_frames_equal(frame, other)
    """) == ["AssertionError: Frames differ: actual=1 records expected=1 records",
             "type: id is int, expected long", "field is missing: more date"]


def test_long_differences_are_cut(run):
    lines = failure_of(run, """
        assert_frames_equal(dynamic_frame([{"id": i} for i in range(100)]), [], max_lines=2)
    """)
    assert lines == ["AssertionError: Frames differ: actual=100 records expected=0 records", "extra:   {'id': 0}",
                     "extra:   {'id': 1}", "… and 98 more differences"]


def test_a_difference_tells_why_records_became_errors(run):
    assert failure_of(run, """
        frame = dynamic_frame([{"id": 1}, {"id": 0}]).map(lambda record: {"id": 1 // record["id"]})
        assert_frames_equal(frame, [{"id": 1}, {"id": 0}])
    """) == ["AssertionError: Frames differ: actual=1 records expected=2 records", "missing: {'id': 0}",
             "error record: ZeroDivisionError: integer division or modulo by zero"]


def test_records_are_dicts(run):
    assert failure_of(run, "dynamic_frame([{}, 7])") == ["TypeError: Record is no dict: record=1 type=int"]


@pytest.mark.parametrize("actual, expected", [
    ("1", "1.0"), ("1", "True"), ("1", "'1'"), ("1", "Decimal(1)"), ("[1, None]", "[1]"), ("{'a': 1}", "{'a': 2}"),
])
def test_values_of_other_types_differ(run, actual, expected):
    lines = failure_of(run, f'assert_frames_equal(dynamic_frame([{{"v": {actual}}}]), [{{"v": {expected}}}])')
    assert len(lines) == 3 and lines[1].startswith("missing:") and lines[2].startswith("extra:")


def test_equal_frames(run):
    code, output = run("""
        def test_it(dynamic_frame, assert_frames_equal):
            nan = float("nan")
            assert_frames_equal(dynamic_frame([{"a": None, "b": {"c": None, "d": [nan, 1.5]}}, {}]),
                                [{}, {"b": {"d": [float("nan"), 1.5]}}])
            assert_frames_equal(dynamic_frame([]), [])
            assert_frames_equal(dynamic_frame([], schema={"a": "int"}), dynamic_frame([], schema={"a": "int"}))
            assert_frames_equal(dynamic_frame([{"x.y": 1}], schema={"x.y": "long"}), [{"x.y": 1}])
            halves = [dynamic_frame([{"i": i}]) for i in range(9)]
            whole = halves[0]
            for half in halves[1:]:
                whole = whole.union(half)
            assert_frames_equal(whole, [{"i": i} for i in range(9)], ignore_order=False)
    """)
    assert code == 0, output


@pytest.mark.parametrize("records, words", [
    ('[{"a": 1}, {"a": "x"}]', "ValueError: Value is not of its field's type: record=1 field=a type=int value='x'"),
    ('[{"b": 1}]', "ValueError: Record has a field that the schema lacks: record=0 field=b"),
])
def test_records_that_do_not_fit_their_schema_are_refused(run, records, words):
    assert failure_of(run, f'dynamic_frame({records}, schema={{"a": "int"}})') == [words]
