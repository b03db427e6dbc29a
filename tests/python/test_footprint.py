"""Functions that keep no record get only the fields that they touch, and nobody can tell."""

import datetime as dt
import json
import random
import sys

import pytest
from tenon import _core
from tenon.footprint import footprint


class Record(dict):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __setattr__(self, name, value):
        self[name] = value

    def __delattr__(self, name):
        del self[name]


def adds(rec):
    rec["z"] = rec["a"] * 2 + rec["b"]
    return rec


def changes(rec):
    rec["a"] += 1
    if "b" in rec:
        del rec["b"]
    rec.c = rec.get("d", None)
    return rec


def gives_nothing_at_times(rec):
    if rec["a"] % 3 == 0:
        return None
    rec["t"] = rec.pop("t") if "t" in rec else "none"
    return rec


def changes_what_is_inside(rec):
    rec["s"]["x"] = str(rec["a"])
    rec["l"].append(7)
    return rec


def other_types(rec):
    rec["a"] = str(rec["a"]) if rec["a"] % 2 else rec["a"]
    rec["t"] = rec["b"]
    return rec


def makes_another(rec):
    return {"a": rec["a"], "x": rec["s"]["x"], "late": rec.get("nobody", 1)}


def gives_either(rec):
    if rec["a"]:
        return {"a": 1}
    return rec


def deletes_attributes(rec):
    del rec.a
    return rec


def deletes_all(rec):
    for _ in range(1):
        del rec["a"], rec["b"], rec["t"], rec["s"], rec["l"], rec["f"]
    return rec


def takes_two(rec, more=5):
    rec["m"] = more
    return rec


def makes_new_ones_in_turns(rec):
    if rec["a"] % 2:
        rec["odd"] = 1
    else:
        rec["even"] = 1
    return rec


class Methods:
    def method(self, rec):
        rec["z"] = rec["t"]
        return rec


class Callable:
    def __call__(self, rec):
        return rec


def stores(rec):
    kept.append(rec)
    return rec


def names_it_anew(rec):
    rec = dict(rec)
    return rec


def looks_at_its_frame(rec):
    return {"a": list(locals())}


def generates(rec):
    yield rec["a"]


kept = []

WITH_ALL = [
    ("of a whole record", print), ("len", lambda r: len(r)), ("call", lambda r: str(r)), ("merge", lambda r: {**r}),
    ("or", lambda r: (r or {})["a"]), ("which", lambda r: r["a" if r["b"] else "t"]), ("items", lambda r: r.items()),
    ("in a list", lambda r: [r]), ("in a function", lambda r: [r["a"] for _ in [1]] + (lambda: [r])()),
    ("either", gives_either), ("stored", stores), ("rebound", names_it_anew), ("frame", looks_at_its_frame),
    ("generator", generates), ("object", Callable()), ("no name", lambda r: r[0]), ("name of another", lambda r, k="a": r[k]),
    ("update", lambda r: r.update(a=1)), ("if", lambda r: 1 if r else 0), ("none given", lambda *rs: rs[0]["a"]),
    ("equal", lambda r: r == {"a": 1}), ("text", lambda r: f"{r}"), ("computed", lambda r: r.get("a" + str(r["b"]))),
    ("record or field", lambda r: r["a"] if r["b"] else r), ("class", lambda r: r.__class__)]


@pytest.mark.parametrize("function", [function for _, function in WITH_ALL], ids=[name for name, _ in WITH_ALL])
def test_what_may_keep_its_record_or_see_any_field(function):
    assert footprint(function, Record) is None


# All of these are understood in every version of Python that we know; one that is not costs time only.
KNOWN = [
    (lambda r: r["a"] > 5, ("a",), False), (lambda r: r["a"] > 5 and r["b"] < 3, ("a", "b"), False),
    (lambda r: r.a == 1, ("a",), False), (lambda r: r.get("a", 0) > 1, ("a",), False), (lambda r: "a" in r, ("a",), False),
    (lambda r: "a" not in r, ("a",), False), (lambda r: [x for x in r["l"]], ("l",), False), (lambda r: True, (), False),
    (lambda r: r["s"]["x"].upper(), ("s",), False), (lambda r: r, (), True), (adds, ("a", "b", "z"), True),
    (changes, ("a", "b", "d", "c"), True), (gives_nothing_at_times, ("a", "t"), True),
    (changes_what_is_inside, ("a", "s", "l"), True), (makes_another, ("a", "s", "nobody"), False),
    (Methods().method, ("t", "z"), True), (takes_two, ("m",), True), (deletes_attributes, ("a",), True)]


@pytest.mark.parametrize("function, fields, gives_record", KNOWN, ids=[str(at) for at in range(len(KNOWN))])
def test_what_touches_some_fields(function, fields, gives_record):
    found = footprint(function, Record)
    assert (set(found.fields), found.gives_record) == (set(fields), gives_record)


def test_a_debugger_sees_whole_records():
    before = sys.gettrace()
    sys.settrace(lambda *_: None)
    try:
        assert footprint(adds, Record) is None
    finally:
        sys.settrace(before)


@pytest.fixture
def job(tmp_path):
    job = _core.Job.start({"name": "footprint", "state_folder": str(tmp_path)})
    yield job
    job.end(clean=False)


def random_records(rng, count):
    records = []
    for _ in range(count):
        record = {"a": rng.randrange(100), "b": rng.choice([1, 2.5, None, "x"]), "t": rng.choice(["", "grün", None]),
                  "s": {"x": "y", "n": rng.choice([None, 3])}, "l": [1, 2], "f": 0.5, "day": dt.date(2020, 1, 2)}
        for name in rng.sample(sorted(record), rng.randrange(3)):
            del record[name]
        records.append(record)
    return records


def outcome(job, frame):
    errors = [(error["message"], error["input"]) for error in job.errors(frame)]
    schema = job.current_schema(frame)
    rows = [json.loads(line) for line in job.show(frame, 100_000)]
    return rows, sorted(zip(schema.names, schema.types)), errors


MAPS = [adds, changes, gives_nothing_at_times, changes_what_is_inside, other_types, makes_another, deletes_attributes, deletes_all,
        takes_two, makes_new_ones_in_turns, Methods().method, lambda r: r]


@pytest.mark.parametrize("with_nulls", [False, True])
@pytest.mark.parametrize("function", MAPS, ids=[getattr(function, "__name__", "?") for function in MAPS])
def test_a_map_does_the_same_to_part_of_a_record(job, function, with_nulls, request):
    seed = random.randrange(2**32)
    print("seed", seed)
    frame = job.from_records(random_records(random.Random(seed), 4_500))
    found = footprint(function, Record)
    whole = outcome(job, job.map(frame, function, Record, with_nulls=with_nulls))
    part = outcome(job, job.map(frame, function, Record, with_nulls=with_nulls, touched=found.fields,
                                gives_record=found.gives_record))
    assert part == whole
    assert whole[0] or whole[2]


@pytest.mark.parametrize("function", [lambda r: r["a"] > 50, lambda r: r["b"] > 1, lambda r: r.get("t") or r["a"] < 9,
                                      lambda r: r["s"]["x"] == "y", lambda r: 1 // (r["a"] % 2), lambda r: "f" in r])
def test_a_filter_keeps_the_same_by_part_of_a_record(job, function):
    seed = random.randrange(2**32)
    print("seed", seed)
    frame = job.from_records(random_records(random.Random(seed), 4_500))
    whole = outcome(job, job.filter(frame, function, Record))
    part = outcome(job, job.filter(frame, function, Record, touched=footprint(function, Record).fields))
    assert part == whole


def test_a_record_that_is_kept_all_the_same_is_not_changed_later(job):
    seen = []
    frame = job.map(job.from_records([{"a": 1}, {"a": 2}, {"a": 3}]), lambda r: seen.append(r) or r, Record, touched=("a",),
                    gives_record=True)
    assert job.count(frame) == 3
    assert seen == [{"a": 1}, {"a": 2}, {"a": 3}]


@pytest.mark.parametrize("style", [{}, {"touched": ("a",)}])
def test_one_object_that_is_given_for_each_row_is_a_row_each_time(job, style):
    shared = {"n": {"x": 0}}

    def gives_the_same(rec):
        shared["a"] = rec["a"]
        return shared

    frame = job.from_records([{"a": n} for n in range(1000)])
    made = job.map(frame, gives_the_same, Record, **style)
    assert [json.loads(line)["a"] for line in job.show(made, 2000)] == list(range(1000))


def test_what_is_put_into_a_record_that_was_given_is_not_in_its_row(job):
    given = []

    def changes_the_last(rec):
        if given:
            given[-1]["n"]["late"] = 1
            given[-1]["later"] = 1
        given.append({"n": {"x": rec["a"]}})
        return given[-1]

    made = job.map(job.from_records([{"a": n} for n in range(600)]), changes_the_last, Record)
    assert dict(zip(job.current_schema(made).names, job.current_schema(made).types)) == {"n": "struct<x:int>"}


def test_fields_that_are_not_touched_keep_their_types(job):
    text = json.dumps({"mappings": [{"source": "a", "target": "a", "target_type": "float"},
                                    {"source": "b", "target": "b", "target_type": "float"}]})
    floats = job.transform("apply_mapping", [job.from_records([{"a": 0.5, "b": 0.25}])], text)
    for style in ({"touched": ("a",), "gives_record": True}, {}):
        schema = job.current_schema(job.map(floats, lambda r: r, Record, **style))
        assert dict(zip(schema.names, schema.types)) == {"a": "float", "b": "float"}
    larger = job.map(floats, lambda r: r | {"a": 0.1}, Record)
    assert dict(zip(job.current_schema(larger).names, job.current_schema(larger).types)) == {"a": "double", "b": "float"}
