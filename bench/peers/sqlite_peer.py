"""What other tools read of sqlite_bench's table: sqlite_peer.py pandas|polars PATH. Prints one JSON object as it does."""

import json
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


def main(tool, path):
    begun, cpu = time.perf_counter(), time.process_time()
    totals = {"pandas": pandas_totals, "polars": polars_totals}[tool](sqlite3.connect(path))
    print(json.dumps({"answer": totals, "seconds": time.perf_counter() - begun, "cpu_seconds": time.process_time() - cpu}))


if __name__ == "__main__":
    main(*sys.argv[1:])
