"""What awsglue hands to the runtime, recorded by a job that only listens."""

import json

import pytest
import tenon
from tenon import runtime


class Recorder:
    """Stands where the native job stands; keeps the calls, answers with what it is told."""

    def __init__(self):
        self.calls = []
        self.report = {"files": 3, "bytes": 30, "failed": 0, "first_failure": ""}

    def read(self, connection_type, options, **rest):
        self.calls.append(("read", connection_type, options, rest))
        return "frame"

    def transform(self, name, inputs, arguments, **rest):
        self.calls.append((name, inputs, json.loads(arguments), rest))
        return f"{inputs[0]}.{name}"

    def write(self, frame, connection_type, options, **rest):
        self.calls.append(("write", frame, connection_type, options, rest))
        return {}

    def apply_retention(self, *what):
        self.calls.append(("apply_retention", *what))
        return self.report

    def explain(self, frame):
        return f"plan of {frame}\nsecond line"

    def commit(self):
        self.calls.append(("commit",))

    def end(self, clean):
        self.calls.append(("end", clean))


@pytest.fixture
def job(settings):
    recorder = Recorder()
    runtime.current()._job = recorder
    return recorder


@pytest.fixture
def glue(job):
    from awsglue.context import GlueContext
    return GlueContext()


@pytest.fixture
def frame(glue):
    from awsglue.dynamicframe import DynamicFrame
    return DynamicFrame("frame", glue, "orders")


def test_read_hands_over_options_as_text(glue, job):
    frame = glue.create_dynamic_frame.from_options(
        "file", {"paths": ["a.json"], "recurse": True, "groupSize": 1048576, "nothing": None, "text": "x"},
        format="json", format_options={"multiLine": False}, transformation_ctx="src", push_down_predicate="a > 1")
    assert job.calls == [("read", "file",
                          [("paths", '["a.json"]'), ("recurse", "true"), ("groupSize", "1048576"), ("text", "x")],
                          {"format": "json", "format_options": [("multiLine", "false")], "context": "src",
                           "predicate": "a > 1"})]
    assert frame.name == "ajson"


@pytest.mark.parametrize("options, name", [
    ({"paths": ["s3://bucket/in/a.json"]}, "bucketinajson"),
    ({"paths": ["s3://b/x1", "s3://b/x2"]}, "bx"),
    ({"paths": '["/data/p.json"]'}, "datapjson"),
    ({"path": "p"}, "p"),
])
def test_names_of_frames(options, name):
    from awsglue._values import frame_name
    assert frame_name(options) == name


def test_a_frame_without_paths_has_a_drawn_name():
    from awsglue._values import frame_name
    assert frame_name({}) != frame_name({}) and "-" not in frame_name({})


def test_write_names_its_sink_by_context_or_by_call_site(glue, frame, job):
    glue.write_dynamic_frame.from_options(frame, "file", {"path": "out"}, "parquet", {"compression": "zstd"}, "sink")
    (_, written, kind, options, rest), = job.calls
    # A path is a folder, as in AWS, whatever its name ends with.
    assert (written, kind, options) == ("frame", "file", [("path", "out"), ("singleFile", "false")])
    assert rest == {"format": "parquet", "format_options": [("compression", "zstd")], "context": "sink",
                    "call_site": "test_awsglue.py:test_write_names_its_sink_by_context_or_by_call_site:write"}


def test_write_gives_the_frame_back(glue, frame):
    assert glue.write_dynamic_frame.from_options(frame, "file", {"path": "out"}) is frame
    assert frame.write("file", {"path": "out"}, "json") is frame


@pytest.mark.parametrize("use, call", [
    (lambda f: f.apply_mapping([("a", "int", "b", "long"), ("c", "d"), ("e", "f", "string")]),
     ("apply_mapping", {"mappings": [{"source": "a", "source_type": "int", "target": "b", "target_type": "long"},
                                     {"source": "c", "target": "d"},
                                     {"source": "e", "target": "f", "target_type": "string"}], "case_sensitive": False})),
    (lambda f: f.applyMapping(("a", "b"), True),
     ("apply_mapping", {"mappings": [{"source": "a", "target": "b"}], "case_sensitive": True})),
    (lambda f: f.select_fields("a"), ("select_fields", {"paths": ["a"]})),
    (lambda f: f.drop_fields(("a", "b.c")), ("drop_fields", {"paths": ["a", "b.c"]})),
    (lambda f: f.rename_field("a", "b.c"), ("rename_field", {"old_name": "a", "new_name": "b.c"})),
    (lambda f: f.resolveChoice(("a", "cast:long")), ("resolve_choice", {"specs": [["a", "cast:long"]]})),
    (lambda f: f.resolveChoice(choice="make_cols"), ("resolve_choice", {"choice": "make_cols"})),
])
def test_transforms(frame, job, use, call):
    result = use(frame)
    (name, inputs, arguments, rest), = job.calls
    assert (name, arguments) == call and inputs == ["frame"] and result.name == "orders"
    assert (rest["context"], rest["stage_threshold"], rest["total_threshold"]) == ("", 0, 0)


def test_class_forms_pass_everything_on(frame, job):
    from awsglue.transforms import ApplyMapping, DropFields, RenameField, ResolveChoice, SelectFields
    common = dict(transformation_ctx="c", info="i", stageThreshold=1, totalThreshold=2)
    ApplyMapping.apply(frame=frame, mappings=[("a", "b")], case_sensitive=True, **common)
    SelectFields.apply(frame=frame, paths=["a"], **common)
    DropFields.apply(frame, ["a"], **common)
    RenameField.apply(frame=frame, old_name="a", new_name="b", **common)
    ResolveChoice.apply(frame=frame, choice="make_struct", **common)
    ApplyMapping()(frame, [("a", "b")])
    assert [call[0] for call in job.calls] == ["apply_mapping", "select_fields", "drop_fields", "rename_field",
                                               "resolve_choice", "apply_mapping"]
    for call in job.calls[:-1]:
        assert call[3] == {"context": "c", "info": "i", "stage_threshold": 1, "total_threshold": 2}
    assert job.calls[-1][3]["info"].endswith(":test_class_forms_pass_everything_on:apply_mapping")


@pytest.mark.parametrize("mappings, kind, text", [
    ([("a",)], ValueError, "Mapping tuple must be of length 2, 3, or 4. Got tuple of length 1: ('a',)"),
    ([["a", "int", "b", "int"]], TypeError, "Mapping must be specified as a tuple. Got ['a', 'int', 'b', 'int']"),
])
def test_wrong_mappings(frame, job, mappings, kind, text):
    with pytest.raises(kind) as error:
        frame.apply_mapping(mappings)
    assert str(error.value) == text and job.calls == []


def test_lzo_needs_a_format(glue):
    with pytest.raises(Exception) as error:
        glue.create_dynamic_frame.from_options("s3", {"paths": ["a"], "compressionType": "lzo"})
    assert str(error.value) == "When using compressionType lzo, the format parameter must be specified."


def test_options_must_be_a_dict():
    from awsglue._values import to_pairs
    with pytest.raises(TypeError, match="Options must be a dict. Got <class 'list'>"):
        to_pairs(["a"])


def test_job_takes_a_context_or_a_session(glue, job):
    from awsglue.job import Job
    from pyspark.sql import SparkSession
    for argument in (glue, SparkSession.builder.getOrCreate()):
        made = Job(argument)
        assert not made.isInitialized()
        made.init("test", {})
        assert made.isInitialized()
    with pytest.raises(Exception, match="cannot init Job instance given input parameter type: <class 'int'>"):
        Job(5)
    made.commit()
    assert job.calls == [("commit",)]


def test_job_name_cannot_change_after_the_first_use(glue, job):
    from awsglue.job import Job
    with pytest.raises(tenon.TenonError) as error:
        Job(glue).init("other")
    assert (error.value.number, error.value.message) == (1106, "Job was started under another name: started=test init=other")


def test_explain_prints_plans_and_writes_nothing(glue, frame, job, settings, capsys):
    settings.explain = True
    glue.write_dynamic_frame.from_options(frame, "file", {"path": "out"}, "parquet")
    runtime.current().commit()
    assert job.calls == []
    assert capsys.readouterr().out == "write file parquet out\n  plan of frame\n  second line\n"


def test_old_files_are_removed_or_moved(glue, job):
    glue.purge_s3_path("s3://b/a/")
    glue.purge_s3_path("s3://b/a/", {"retentionPeriod": "2", "excludeStorageClasses": {"GLACIER", "DEEP_ARCHIVE"},
                                     "manifestFilePath": "s3://b/m/"}, transformation_ctx="x")
    glue.purge_s3_path("/data", {"retentionPeriod": 0, "excludeStorageClasses": '["GLACIER"]'})
    glue.transition_s3_path("s3://b/a/", "GLACIER", {"accountId": "1", "roleArn": "arn:x", "retentionPeriod": 24})
    assert job.calls == [
        ("apply_retention", "s3://b/a/", 168, [], "", ""),
        ("apply_retention", "s3://b/a/", 2, ["DEEP_ARCHIVE", "GLACIER"], "", "s3://b/m/"),
        ("apply_retention", "/data", 0, ["GLACIER"], "", ""),
        ("apply_retention", "s3://b/a/", 24, [], "GLACIER", "")]


@pytest.mark.parametrize("use, number, text", [
    (lambda g: g.purge_s3_path("a", {"retention": 1}), 1001,
     "Option is not known: option=retention call=purge_s3_path. It takes retentionPeriod, excludeStorageClasses, "
     "manifestFilePath."),
    (lambda g: g.purge_s3_path("a", {"roleArn": "x"}), 1001, "option=roleArn call=purge_s3_path"),
    (lambda g: g.purge_s3_path("a", {"retentionPeriod": "week"}), 1002,
     "Option has the wrong type: option=retentionPeriod value=week expected=integer. It is a number of hours."),
    (lambda g: g.transition_s3_path("a", ""), 1003, "option=transition_to"),
])
def test_wrong_words_about_old_files_take_none(glue, job, use, number, text):
    with pytest.raises(tenon.TenonError) as error:
        use(glue)
    assert error.value.number == number and error.value.exit_code == 2 and text in str(error.value)
    assert job.calls == []


def test_files_that_could_not_be_removed_are_an_error_unless_a_manifest_lists_them(glue, job, capsys):
    job.report = {"files": 3, "bytes": 30, "failed": 2, "first_failure": "Store denies access"}
    with pytest.raises(tenon.TenonError) as error:
        glue.purge_s3_path("s3://b/a")
    assert str(error.value) == ("Files could not be removed: path=s3://b/a failed=2 done=3 first=Store denies access. "
                                "manifestFilePath makes a list of them in Failed.csv.")
    glue.transition_s3_path("s3://b/a", "GLACIER", {"manifestFilePath": "m"})
    assert ("Files could not be moved: path=s3://b/a failed=2 done=3 first=Store denies access manifest=m"
            in capsys.readouterr().err)


def test_explain_removes_no_files(glue, job, settings, capsys):
    settings.explain = True
    glue.purge_s3_path("s3://b/a", {"retentionPeriod": 1})
    glue.transition_s3_path("s3://b/a", "GLACIER")
    assert job.calls == []
    assert capsys.readouterr().out == "purge s3://b/a older than 1 h\ntransition s3://b/a older than 168 h to GLACIER\n"


@pytest.mark.parametrize("use, name", [
    (lambda g, f: g.create_dynamic_frame.from_catalog(database="a", table_name="b"), "DynamicFrameReader.from_catalog"),
    (lambda g, f: g.write_dynamic_frame.from_jdbc_conf(f, "c"), "DynamicFrameWriter.from_jdbc_conf"),
    (lambda g, f: g.create_data_frame.from_options("kafka"), "create_data_frame.from_options"),
    (lambda g, f: g.purge_table("a", "b"), "GlueContext.purge_table"),
    (lambda g, f: f.toDF(), "DynamicFrame.toDF"),
    (lambda g, f: f.fromDF(None, g, "x"), "DynamicFrame.fromDF"),
    (lambda g, f: f.resolveChoice(choice="MATCH_CATALOG"), "resolveChoice(choice='match_catalog')"),
    (lambda g, f: g.getSink("s3", path="a").setCatalogInfo("d", "t"), "DataSink.setCatalogInfo"),
    (lambda g, f: f.unbox("a", "avro"), "unbox(format='avro')"),
])
def test_what_is_not_there_names_itself_and_the_nearest(glue, frame, use, name):
    with pytest.raises(tenon.NotAvailable) as error:
        use(glue, frame)
    assert error.value.message == f"Not in this version: name={name}"
    assert error.value.hint.endswith(".") and error.value.exit_code == 2


def test_transforms_describe_themselves():
    from awsglue.transforms import ApplyMapping, describe_transform, get_transform, get_transforms
    assert get_transform("applymapping") is ApplyMapping and get_transform("nothing") is None
    assert ApplyMapping in get_transforms() and ApplyMapping.name() == "ApplyMapping"
    described = json.loads(describe_transform("ApplyMapping"))["transform"]
    assert [arg["name"] for arg in described["args"]] == [
        "frame", "mappings", "case_sensitive", "transformation_ctx", "info", "stageThreshold", "totalThreshold"]
    assert described["returns"]["type"] == "DynamicFrame" and ApplyMapping.describeErrors()[0]["type"] == "ValueError"
    with pytest.raises(ValueError, match="name=ApplyMaping. Did you mean ApplyMapping?"):
        describe_transform("ApplyMaping")


def test_runtime_ends_the_job_once(job):
    current = runtime.current()
    current.end(clean=True)
    current.end(clean=False)
    assert job.calls == [("end", True)]


def test_unknown_bookmark_option_is_refused(settings):
    settings.bookmarks = "on"
    with pytest.raises(tenon.TenonError, match="argument=--job-bookmark-option value=on"):
        runtime.job_settings(runtime.current().settings)


def test_a_declared_schema_is_one_of_glues(frame):
    with pytest.raises(TypeError, match="schema must be a StructType: type=str"):
        frame.with_frame_schema("a int")
