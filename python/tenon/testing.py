"""What the pytest fixtures are made of: frames from records, records of frames, and how two frames differ.

Absent and null are one thing in a record, as everywhere in Tenon. Values are equal when their types are too: 1, 1.0,
True and Decimal(1) are four values; NaN equals itself.
"""

import math
import os

MAX_LINES = 20
SHOWN_ERRORS = 3


def make_frame(glue_context, records, schema=None, name="frame"):
    """A DynamicFrame of dicts. `schema`, {field: type as apply_mapping takes it}, gives fields their types and order.

    TypeError when a record is no dict; ValueError when a value is not of its field's type, or a record has a field that
    the schema lacks.
    """
    from awsglue.dynamicframe import DynamicFrame
    rows = list(records)
    for i, record in enumerate(rows):
        if not isinstance(record, dict):
            raise TypeError(f"Record is no dict: record={i} type={type(record).__name__}")
    if schema is not None:
        _refuse_unknown_fields(rows, schema)
        rows = [{field: row.get(field) for field in schema} for row in rows]
    # Maps are dicts, as structs are: only the schema tells them apart.
    types = [(field, str(text)) for field, text in (schema or {}).items()]
    frame = DynamicFrame(glue_context._runtime.job.from_records(rows, label=name, types=types), glue_context, name)
    if schema is None:
        return frame
    typed = frame.apply_mapping([(f"`{field}`", f"`{field}`", text) for field, text in schema.items()])
    _refuse_lost_values(rows, records_of(typed), schema)
    return typed


def _refuse_unknown_fields(rows, schema):
    for i, row in enumerate(rows):
        unknown = [field for field in row if field not in schema]
        if unknown:
            raise ValueError(f"Record has a field that the schema lacks: record={i} field={unknown[0]}")


def _refuse_lost_values(rows, made, schema):
    for i, (row, record) in enumerate(zip(rows, made)):
        for field in schema:
            if row[field] is not None and record.get(field) is None:
                raise ValueError(f"Value is not of its field's type: record={i} field={field} type={schema[field]} "
                                 f"value={row[field]!r}")


def records_of(frame):
    """The records of a DynamicFrame as plain dicts in the frame's order, nulls left out. Reads the frame."""
    from awsglue.gluetypes import DynamicRecord
    found = []

    def take(record):
        found.append(_plain(record))
        return {"taken": True}

    job = frame.glue_ctx._runtime.job
    one_partition = frame.coalesce(1)  # Of several, the records would come as their threads do.
    job.count(job.map(one_partition._jdf, take, DynamicRecord))
    return found


def types_of(frame):
    """{field: type} of a DynamicFrame, from all its records. Reads the frame."""
    job = frame.glue_ctx._runtime.job
    job.count(frame._jdf)
    schema = job.current_schema(frame._jdf)
    return dict(zip(schema.names, schema.types))


def assert_frames_equal(actual, expected, ignore_order=True, check_types=True, max_lines=MAX_LINES):
    """AssertionError when the frame has other records than `expected`, a DynamicFrame or a list of dicts.

    Two frames must have their fields in the same types as well, unless check_types is false. The text names missing
    and extra records, or with ignore_order=False those that stand elsewhere; `max_lines` of them. Then it tells why
    records of the actual frame became error records.
    """
    __tracebackhide__ = True
    lines = []
    is_frame = hasattr(expected, "_jdf")
    if check_types and is_frame:
        lines += _type_lines(types_of(actual), types_of(expected))
    ours = records_of(actual)
    theirs = records_of(expected) if is_frame else [_plain(record) for record in expected]
    lines += _unordered_lines(ours, theirs) if ignore_order else _ordered_lines(ours, theirs)
    if not lines:
        return
    shown = lines[:max_lines]
    if len(lines) > len(shown):
        shown.append(f"… and {len(lines) - len(shown)} more differences")
    head = f"Frames differ: actual={len(ours)} records expected={len(theirs)} records"
    raise AssertionError("\n  ".join([head, *shown, *_error_lines(actual)]))


def command_line(script, arguments):
    """sys.argv of a run of the script; JOB_NAME, JOB_ID and JOB_RUN_ID are there unless given."""
    name = arguments.get("JOB_NAME") or os.path.splitext(os.path.basename(script))[0]
    words = {"JOB_NAME": name, "JOB_ID": "j_" + name, "JOB_RUN_ID": "test", **arguments}
    argv = [script]
    for key, value in words.items():
        argv += ["--" + key, str(value)]
    return argv


def run_script(path):
    """Runs the file as __main__; gives its variables. sys.exit(0) is an end like any other; another exit is raised."""
    import sys

    from tenon.run import execute
    try:
        execute(path)
    except SystemExit as error:
        if error.code not in (None, 0):
            raise
    return vars(sys.modules["__main__"])


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items() if member is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(member) for member in value]
    return value


def _key(value):
    """Equal keys are equal values of equal types. The order of a record's fields does not count."""
    if isinstance(value, dict):
        return ("dict", frozenset((name, _key(member)) for name, member in value.items()))
    if isinstance(value, list):
        return ("list", tuple(_key(member) for member in value))
    if isinstance(value, float) and math.isnan(value):
        return ("float", "nan")
    return (type(value).__name__, value)


def _type_lines(ours, theirs):
    lines = [f"type: {field} is {ours[field]}, expected {text}" for field, text in theirs.items()
             if field in ours and ours[field] != text]
    lines += [f"field is missing: {field} {text}" for field, text in theirs.items() if field not in ours]
    return lines + [f"field is extra: {field} {text}" for field, text in ours.items() if field not in theirs]


def _error_lines(frame):
    job = frame.glue_ctx._runtime.job
    return [f"error record: {error['message']}" for error in job.errors(frame._jdf)[:SHOWN_ERRORS]]


def _unordered_lines(ours, theirs):
    return ([f"missing: {record!r}" for record in _without(theirs, ours)] +
            [f"extra:   {record!r}" for record in _without(ours, theirs)])


def _without(records, others):
    """The records that the others do not have, each as often as it is more often there."""
    from collections import Counter
    there = Counter(_key(record) for record in others)
    left = []
    for record in records:
        key = _key(record)
        if there[key] > 0:
            there[key] -= 1
        else:
            left.append(record)
    return left


def _ordered_lines(ours, theirs):
    lines = [f"record {i}: is {mine!r}, expected {other!r}" for i, (mine, other) in enumerate(zip(ours, theirs))
             if _key(mine) != _key(other)]
    lines += [f"missing: {record!r}" for record in theirs[len(ours):]]
    return lines + [f"extra:   {record!r}" for record in ours[len(theirs):]]
