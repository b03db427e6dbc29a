"""getResolvedOptions, rule by rule."""

import pytest
from awsglue.utils import GlueArgumentError, getResolvedOptions


@pytest.fixture(autouse=True)
def as_glue_6(settings):
    settings.glue_version = "6.0"
    return settings


def resolve(words, options, **more):
    return getResolvedOptions(["job.py", *words], options, **more)


def test_both_forms_and_unknown_arguments():
    args = resolve(["--A", "1", "--B=2", "--other", "x", "stray"], ["A", "B"])
    assert (args["A"], args["B"]) == ("1", "2") and "other" not in args


def test_missing_arguments_are_named_in_argparses_words():
    with pytest.raises(GlueArgumentError) as error:
        resolve(["--A", "1"], ["A", "B", "C"])
    assert str(error.value) == "the following arguments are required: --B, --C"


def test_argument_without_a_value():
    with pytest.raises(GlueArgumentError) as error:
        resolve(["--A"], ["A"])
    assert str(error.value) == "argument --A: expected one argument"


@pytest.mark.parametrize("name", ["job-bookmark-option", "continuation-option", "job-bookmark-from", "job-bookmark-to"])
def test_reserved_names_are_refused(name):
    with pytest.raises(RuntimeError, match=f"^Using reserved arguments {name}$"):
        resolve([], [name])


def test_known_arguments_are_none_when_absent_and_job_name_only_when_asked_for():
    args = resolve(["--JOB_NAME", "x"], [])
    assert "JOB_NAME" not in args
    for name in ("JOB_ID", "JOB_RUN_ID", "SECURITY_CONFIGURATION", "encryption_type", "enable_data_lineage",
                 "RedshiftTempDir", "TempDir", "job_bookmark_from", "job_bookmark_to", "continuation_option"):
        assert args[name] is None
    assert resolve(["--JOB_RUN_ID", "jr_1"], [])["JOB_RUN_ID"] == "jr_1"


def test_asking_for_a_known_argument_makes_it_required():
    assert resolve(["--JOB_RUN_ID", "jr_1"], ["JOB_RUN_ID"])["JOB_RUN_ID"] == "jr_1"
    with pytest.raises(GlueArgumentError, match="the following arguments are required: --JOB_RUN_ID"):
        resolve([], ["JOB_RUN_ID"])


@pytest.mark.parametrize("words, value", [
    (["--TempDir", "a"], "a"), (["--RedshiftTempDir", "b"], "b"),
    (["--RedshiftTempDir", "b", "--TempDir", "a"], "a"), ([], None),
])
def test_temporary_folders_are_never_required_and_mirror_each_other(words, value):
    args = resolve(words, ["TempDir", "RedshiftTempDir"])
    assert args["TempDir"] == args["RedshiftTempDir"] == value


def test_hyphens_become_underscores():
    assert resolve(["--additional-python-modules", "x"], ["additional-python-modules"])["additional_python_modules"] == "x"


@pytest.mark.parametrize("words, value", [
    ([], "job-bookmark-disable"),
    (["--job-bookmark-option", "job-bookmark-enable"], "job-bookmark-enable"),
    (["--continuation-option", "continuation-enabled"], "job-bookmark-enable"),
    (["--continuation-option", "continuation-readonly"], "job-bookmark-pause"),
    (["--continuation-option", "continuation-ignore"], "job-bookmark-disable"),
    (["--continuation-option", "continuation-enabled", "--job-bookmark-option", "job-bookmark-pause"], "job-bookmark-pause"),
])
def test_bookmark_option_is_always_there(words, value):
    assert resolve(words, [])["job_bookmark_option"] == value


def test_bookmark_option_takes_known_words():
    with pytest.raises(GlueArgumentError, match="argument --job-bookmark-option: invalid choice: 'on'"):
        resolve(["--job-bookmark-option", "on"], [])


def test_bookmark_ranges():
    pause = ["--job-bookmark-option", "job-bookmark-pause"]
    args = resolve([*pause, "--job-bookmark-from", "jr_1", "--job-bookmark-to", "jr_2"], [])
    assert (args["job_bookmark_from"], args["job_bookmark_to"]) == ("jr_1", "jr_2")
    with pytest.raises(RuntimeError, match="^Missing option or value for --job-bookmark-to"):
        resolve([*pause, "--job-bookmark-from", "jr_1"], [])
    with pytest.raises(RuntimeError, match="^Missing option or value for --job-bookmark-from"):
        resolve([*pause, "--job-bookmark-to", "jr_1"], [])
    with pytest.raises(RuntimeError, match=r"^Invalid option\(s\).*--job-bookmark-from.*--job-bookmark-to"):
        resolve(["--job-bookmark-from", "jr_1", "--job-bookmark-to", "jr_2"], [])


def test_abbreviations_are_refused_since_6_and_taken_before_or_on_request(as_glue_6):
    with pytest.raises(GlueArgumentError):
        resolve(["--SRC", "x"], ["SRC_PATH"])
    assert resolve(["--SRC", "x"], ["SRC_PATH"], allow_abbrev=True)["SRC_PATH"] == "x"
    as_glue_6.glue_version = "5.1"
    assert resolve(["--SRC", "x"], ["SRC_PATH"])["SRC_PATH"] == "x"


def test_values_are_text_and_percent_signs_mean_nothing():
    args = resolve(["--N", "5", "--P", "100%", "--E=", "--D=--x"], ["N", "P", "E", "D"])
    assert (args["N"], args["P"], args["E"], args["D"]) == ("5", "100%", "", "--x")
    with pytest.raises(GlueArgumentError):
        resolve(["--D", "--x"], ["D"])


def test_the_result_is_kept_for_transforms():
    from awsglue import utils
    resolve(["--TempDir", "there"], [])
    assert utils._global_args["TempDir"] == "there"
