"""What other tools read of sqlite_bench's table: sqlite_peer.py pandas|polars|duckdb PATH [THREADS].

Prints one JSON object as it does.
"""

import json
import pathlib
import resource
import sqlite3
import sys
import time

WHOLE, REAL, TEXT = ([f"c{i}" for i in numbers] for numbers in (range(6), range(6, 10), range(10, 16)))


def pandas_totals(connection):
    import pandas
    rows = whole = size = 0
    real = 0.0
    for frame in pandas.read_sql_query("SELECT * FROM t", connection, chunksize=65_536):
        rows += len(frame)
        whole += int(sum(frame[name].sum() for name in WHOLE))
        real += float(sum(frame[name].sum() for name in REAL))
        size += int(sum(frame[name].str.len().sum() for name in TEXT))
    return [rows, whole, size, round(real)]


def polars_totals(connection):
    import polars
    frame = polars.read_database("SELECT * FROM t", connection)
    sums = frame.select([polars.col(name).sum() for name in WHOLE + REAL]
                        + [polars.col(name).str.len_bytes().cast(polars.Int64).sum() for name in TEXT]).row(0)
    return [frame.height, sum(sums[:6]), sum(sums[10:]), round(sum(sums[6:10]))]


def duckdb_totals(path, threads):
    """By its scanner, into Arrow batches."""
    import duckdb
    import duckdb_extension_sqlite_scanner as scanner
    import pyarrow.compute as pc
    connection = duckdb.connect(config={"threads": threads, "preserve_insertion_order": "false"})
    (extension,) = pathlib.Path(scanner.__file__).parent.glob("extensions/*/*.duckdb_extension")
    connection.load_extension(str(extension))
    connection.execute(f"ATTACH '{path}' AS there (TYPE sqlite, READ_ONLY)")
    rows = whole = size = 0
    real = 0.0
    for batch in connection.sql("SELECT * FROM there.t").to_arrow_reader(65_536):
        rows += batch.num_rows
        whole += sum(pc.sum(batch.column(name)).as_py() for name in WHOLE)
        real += sum(pc.sum(batch.column(name)).as_py() for name in REAL)
        size += sum(pc.sum(pc.binary_length(batch.column(name))).as_py() for name in TEXT)
    return [rows, whole, size, round(real)]


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main(tool, path, threads="1"):
    begun, cpu = time.perf_counter(), cpu_seconds()
    if tool == "duckdb":
        totals = duckdb_totals(path, int(threads))
    else:
        totals = {"pandas": pandas_totals, "polars": polars_totals}[tool](sqlite3.connect(path))
    print(json.dumps({"answer": totals, "seconds": time.perf_counter() - begun, "cpu_seconds": cpu_seconds() - cpu}))


if __name__ == "__main__":
    main(*sys.argv[1:])
