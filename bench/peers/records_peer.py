"""A function of records over a million documents of ten columns: by a loop around a JSON parser, or a frame of Polars.

    records_peer.py json|orjson|polars WORK ROWS

WORK: map, few, filter (bench/records_run.py has the functions). Prints one JSON object.
"""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import records_data  # noqa: E402


def by_polars(work, rows):
    """The frame is there; the function gets each row as a dict."""
    import polars as pl
    frame = pl.DataFrame([records_data.record(n) for n in range(rows)], infer_schema_length=None)
    function = records_data.FUNCTIONS[work]
    begun, cpu = time.perf_counter(), time.process_time()
    if work == "filter":
        made = frame.filter(pl.struct(pl.all()).map_elements(function, return_dtype=pl.Boolean))
    else:
        record = pl.Struct({**frame.schema, "z": pl.Float64})
        made = frame.select(pl.struct(pl.all()).map_elements(function, return_dtype=record).alias("made")).unnest("made")
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    if work == "filter":
        return [made.height, made["i1"].sum(), made["d2"].sum()], seconds, cpu
    lengths = int(made["t1"].str.len_chars().sum())
    return [made.height, made["z"].sum(), made["i2"].sum(), lengths, made["who"].struct.field("age").sum()], seconds, cpu


def by_parser(tool, work, rows):
    if tool == "orjson":
        import orjson
        loads = orjson.loads
    else:
        loads = json.loads
    lines = [line.encode() for line in records_data.lines(int(rows))]
    function = records_data.FUNCTIONS[work]
    begun, cpu = time.perf_counter(), time.process_time()
    if work == "filter":
        made = [record for record in map(loads, lines) if function(record)]
    else:
        made = [function(loads(line)) for line in lines]
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    return records_data.answer(work, made), seconds, cpu


def main(tool, work, rows):
    if tool == "polars":
        answer, seconds, cpu = by_polars(work, int(rows))
    else:
        answer, seconds, cpu = by_parser(tool, work, rows)
    print(json.dumps({"answer": answer, "seconds": seconds, "cpu_seconds": cpu}))


if __name__ == "__main__":
    main(*sys.argv[1:])
