"""Functions of records: what Python values a batch's become, and what columns Python's values become."""

import datetime as dt
import decimal
import json

import pytest
import tenon
from tenon import _core


class Record(dict):
    """As a script's records are: a subclass of dict."""


@pytest.fixture
def job(tmp_path):
    job = _core.Job.start({"name": "functions", "state_folder": str(tmp_path)})
    yield job
    job.end(clean=False)


def types(job, frame):
    schema = job.current_schema(frame)
    return dict(zip(schema.names, schema.types))


def rows(job, frame):
    return [json.loads(line) for line in job.show(frame, 100)]


def mapped(job, records, function=lambda record: record, **style):
    return job.map(job.from_records(records), function, Record, **style)


ALL = {"boolean": True, "small": 7, "large": 2**40, "real": 0.5, "text": "grün", "bytes": b"\x00\xff", "day": dt.date(1969, 12, 31),
       "time": dt.time(23, 59, 59, 999999), "moment": dt.datetime(1969, 12, 31, 23, 59, 59, 999999),
       "exact": decimal.Decimal("-12.5"), "list": [1, 2], "nested": {"a": {"b": ["x"]}}}


def test_values_of_every_type_come_back_as_they_were(job):
    seen = []
    frame = mapped(job, [ALL, {"small": None}], lambda record: seen.append(record) or record)
    assert types(job, frame) == {
        "boolean": "boolean", "small": "int", "large": "long", "real": "double", "text": "string", "bytes": "binary",
        "day": "date", "time": "time", "moment": "timestamp", "exact": "decimal(38,18)", "list": "array<int>",
        "nested": "struct<a:struct<b:array<string>>>"}
    assert seen[0] == ALL and type(seen[0]) is Record and type(seen[0]["nested"]["a"]) is Record
    assert seen[1] == {}


def test_nulls_are_in_the_records_of_who_wants_them(job):
    seen = []
    job.count(mapped(job, [{"a": 1, "b": 2}, {"a": None}], lambda record: seen.append(record) or record, with_nulls=True))
    assert seen == [{"a": 1, "b": 2}, {"a": None, "b": None}]


def test_a_value_keeps_the_type_of_its_column_where_it_fits(job):
    long = job.transform("apply_mapping", [job.from_records([{"n": 1, "d": 1}])], json.dumps({"mappings": [
        {"source": "n", "target": "n", "target_type": "long"}, {"source": "d", "target": "d", "target_type": "decimal(5,2)"}]}))
    frame = job.map(long, lambda record: {"n": record["n"] + 1, "d": record["d"] * 2, "new": 3}, Record)
    assert types(job, frame) == {"n": "long", "d": "decimal(5,2)", "new": "int"}
    wide = job.map(long, lambda record: {"n": "text", "d": decimal.Decimal("1.234")}, Record)
    assert job.count(wide) == 0 and job.error_count(wide) == 1
    assert "a decimal of more digits than its column has field=d" in job.errors(wide)[0]["message"]


def test_values_of_several_types_are_a_choice(job):
    frame = mapped(job, [{"n": i} for i in range(3)], lambda record: {"v": [1, "x", {"k": 2.5}][record["n"]]})
    assert types(job, frame) == {"v": "choice<int,string,struct<k:double>>"}
    assert rows(job, frame) == [{"v": 1}, {"v": "x"}, {"v": {"k": 2.5}}]


def test_fields_that_are_taken_away_are_gone_and_those_without_values_stay(job):
    frame = mapped(job, [{"a": 1, "b": 2}], lambda record: {"c": None, "a": record["a"]})
    assert types(job, frame) == {"c": "null", "a": "int"}


def test_moments_with_a_zone_are_brought_to_utc(job):
    zone = dt.timezone(dt.timedelta(hours=-5, minutes=-30))
    frame = mapped(job, [{"n": 1}], lambda record: {"at": dt.datetime(2026, 1, 31, 20, 0, 0, 1, zone)})
    seen = []
    job.count(job.map(frame, lambda record: seen.append(record["at"]) or record, Record))
    assert seen == [dt.datetime(2026, 2, 1, 1, 30, 0, 1)]


def test_sets_tuples_and_numbers_of_other_libraries(job):
    class Whole:
        def __index__(self):
            return 5

    class Real:
        def __float__(self):
            return 2.5

    frame = mapped(job, [{"n": 1}], lambda record: {"t": (1, 2), "s": {3}, "w": Whole(), "f": Real(), "e": []})
    assert rows(job, frame) == [{"t": [1, 2], "s": [3], "w": 5, "f": 2.5, "e": []}]


@pytest.mark.parametrize("value, words", [
    (None, "User-specified function returned None instead of DynamicRecord"),
    ({}, "User-specified function returned None instead of DynamicRecord"),
    ([1], "User-specified function returned list instead of DynamicRecord"),
    ({"a": 10**20}, "User-specified function returned a whole number of more than 64 bits field=a"),
    ({"a": {"b": object()}}, "User-specified function returned a value of type object, which no column can have field=b"),
    ({1: 2}, "User-specified function returned a field whose name is no text"),
    ({"a": "\ud800"}, "User-specified function returned text that is no valid Unicode field=a"),
    ({"a": decimal.Decimal("NaN")}, "User-specified function returned a decimal of more digits than its column has field=a"),
])
def test_what_can_be_no_row_is_an_error_record(job, value, words):
    frame = mapped(job, [{"n": 1}, {"n": 2}], lambda record: value if record["n"] == 1 else record)
    assert job.count(frame) == 1 and job.error_count(frame) == 1 and job.stage_error_count(frame) == 1
    error = job.errors(frame)[0]
    assert (error["message"], error["input"]) == (words, b"{'n': 1}")


def test_what_the_function_raises_is_in_the_error(job):
    frame = mapped(job, [{"n": 0}], lambda record: 1 / record["n"])
    assert job.count(frame) == 0
    assert job.errors(frame)[0]["message"] == "ZeroDivisionError: division by zero"


def test_a_filter_knows_no_and_errors(job):
    source = job.from_records([{"n": 1, "t": "x"}, {"n": 0, "t": "x"}, {"t": "5"}])
    frame = job.filter(source, lambda record: 1 / record["n"] > 0, Record)
    assert job.count(frame) == 1 and job.error_count(frame) == 1  # KeyError is a no.
    assert job.count(job.filter(source, lambda record: int(record["t"]) > 4, Record)) == 1  # So is ValueError.


def test_what_is_no_error_of_a_record_ends_the_action(job):
    class Stop(BaseException):
        pass

    def stop(record):
        raise Stop("now")

    with pytest.raises(Stop, match="now"):
        job.count(mapped(job, [{"n": 1}], stop))


def test_functions_of_partitions(job):
    source = [{"n": 1}, {"n": 2}]
    frame = mapped(job, source, lambda entries: [{"record": {"sum": sum(entry["record"]["n"] for entry in entries)}}],
                   of_partitions=True)
    assert rows(job, frame) == [{"sum": 3}]
    frame = mapped(job, source, lambda entries: [{"n": 1}, {"record": {"m": 2}}], of_partitions=True)
    assert rows(job, frame) == [{"m": 2}]
    assert job.errors(frame)[0]["message"] == "User-specified function gave an entry without a record"


def test_many_records_are_read_in_parts_and_none_is_lost(job):
    source = job.from_records([{"n": i} for i in range(10_001)])
    frame = job.map(source, lambda record: {"n": record["n"], **({"late": "x"} if record["n"] > 9_000 else {})}, Record)
    assert job.count(frame) == 10_001 and types(job, frame) == {"n": "int", "late": "string"}
    assert job.show(frame, 10_001)[-1] == '{"n": 10000, "late": "x"}'


def test_records_that_are_no_rows_are_refused_by_their_number(job):
    with pytest.raises(TypeError, match="Record 1 can be no row: no dict"):
        job.from_records([{"a": 1}, 5])
    assert job.count(job.from_records([])) == 0


def test_a_frame_of_errors(job):
    frame = mapped(job, [{"n": 1}, {"n": 2}], lambda record: None, info="why")
    assert rows(job, job.errors_frame(frame))[0] == {"error": {
        "callsite": {"site": "map", "info": "why"}, "input": "{'n': 1}",
        "msg": "User-specified function returned None instead of DynamicRecord"}}
    with pytest.raises(tenon.TenonError, match="Too many bad rows"):
        job.count(mapped(job, [{"n": 1}], lambda record: None, stage_threshold=1))


def test_ctrl_c_ends_a_function_that_does_not(job):
    import os
    import signal
    import threading
    import time

    def endless(record):
        while True:
            pass

    frame = mapped(job, [{"n": 1}, {"n": 2}], endless)
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        job.count(frame)
    assert time.monotonic() - begun < 10
    with pytest.raises(tenon.TenonError, match="cancelled"):
        job.count(job.from_records([{"n": 1}]))
