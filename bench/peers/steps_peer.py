"""What DuckDB and Polars do with the steps of steps_bench.cc: rows in memory in, every value of what comes out consumed.

    steps_peer.py duckdb|polars cast|join|group ROWS THREADS

Prints one JSON object: answer, seconds and cpu_seconds of the step alone.
"""

import json
import os
import resource
import sys
import time

WORK = {
    "cast": ("""SELECT (i * 7919 % 1000003)::VARCHAR AS whole, (i % 9973 / 4.0)::DOUBLE::VARCHAR AS real,
(i % 100000 / 100.0)::DECIMAL(10,2)::VARCHAR AS money, (DATE '2000-01-01' + (i % 8000)::INT)::DATE::VARCHAR AS day,
strftime(TIMESTAMP '2000-01-01' + to_seconds(i % 100000), '%Y-%m-%d %H:%M:%S') AS moment, i AS number FROM range({rows}) t(i)""", None,
             """SELECT TRY_CAST(whole AS BIGINT) AS whole, TRY_CAST(real AS DOUBLE) AS real, TRY_CAST(money AS DECIMAL(10,2)) AS money,
TRY_CAST(day AS DATE) AS day, TRY_CAST(moment AS TIMESTAMP) AS moment, number::VARCHAR AS number FROM l"""),
    "join": ("SELECT i * 7919 % {keys} AS key, (i % 1000)::DOUBLE / 4 AS value FROM range({rows}) t(i)",
             "SELECT i AS id, i % 97 AS weight, 'name ' || i % 5000 AS name FROM range({keys}) t(i)",
             "SELECT l.*, r.* FROM l JOIN r ON l.key = r.id"),
    "group": ("SELECT i * 7919 % {keys} AS key, (i % 1000)::DOUBLE / 4 AS value FROM range({rows}) t(i)", None,
              "SELECT key, count(*) AS rows, sum(value) AS sum, max(value) AS largest FROM l GROUP BY key"),
}


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def sums(table):
    """Of each column; of texts, their bytes; of decimals, the hundredths; of times, the seconds."""
    import pyarrow as pa
    import pyarrow.compute as pc
    found = []
    for column in table.columns:
        kind = column.type
        if pa.types.is_large_string(kind) or pa.types.is_string(kind) or pa.types.is_string_view(kind):
            found.append(pc.sum(pc.binary_length(column.cast(pa.large_string()))).as_py())
        elif pa.types.is_decimal(kind):
            found.append(int(pc.sum(column).as_py() * 100))
        elif pa.types.is_date32(kind):
            found.append(pc.sum(column.cast(pa.int32())).as_py())
        elif pa.types.is_timestamp(kind):
            found.append(pc.sum(pc.divide(column.cast(pa.int64()), 1_000_000)).as_py())
        else:
            found.append(pc.sum(column).as_py())
    return found


def consume(batches):
    import pyarrow as pa
    rows, total = 0, []
    for batch in batches:
        part = sums(pa.Table.from_batches([batch]))
        rows += batch.num_rows
        total = part if not total else [a + b for a, b in zip(total, part)]
    return [rows, *map(int, total)]


def duckdb_step(step, rows, threads):
    import duckdb
    left, right, query = WORK[step]
    connection = duckdb.connect(config={"threads": threads, "preserve_insertion_order": "false"})
    sizes = {"rows": rows, "keys": max(rows // 10, 1)}
    connection.execute(f"CREATE TABLE l AS {left.format(**sizes)}")
    if right:
        connection.execute(f"CREATE TABLE r AS {right.format(**sizes)}")
    begun, cpu = time.perf_counter(), cpu_seconds()
    answer = consume(connection.sql(query).to_arrow_reader(65536))
    return answer, time.perf_counter() - begun, cpu_seconds() - cpu


def polars_step(step, rows, threads):
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import duckdb
    import polars as pl
    left, right, _ = WORK[step]
    sizes = {"rows": rows, "keys": max(rows // 10, 1)}
    with duckdb.connect() as connection:
        tables = [pl.from_arrow(connection.execute(query.format(**sizes)).to_arrow_table()) for query in (left, right) if query]
    begun, cpu = time.perf_counter(), cpu_seconds()
    if step == "cast":
        made = tables[0].select(pl.col("whole").cast(pl.Int64), pl.col("real").cast(pl.Float64), pl.col("money").cast(pl.Decimal(10, 2)),
                                pl.col("day").str.to_date("%Y-%m-%d"), pl.col("moment").str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us"),
                                pl.col("number").cast(pl.String))
    elif step == "join":
        made = tables[0].join(tables[1], left_on="key", right_on="id", coalesce=False)
    else:
        made = tables[0].group_by("key").agg(pl.len().cast(pl.Int64), pl.col("value").sum(), pl.col("value").max().alias("largest"))
    table = made.to_arrow()
    answer = [table.num_rows, *map(int, sums(table))]
    return answer, time.perf_counter() - begun, cpu_seconds() - cpu


def main(tool, step, rows, threads):
    answer, seconds, cpu = {"duckdb": duckdb_step, "polars": polars_step}[tool](step, int(rows), int(threads))
    print(json.dumps({"answer": answer, "seconds": seconds, "cpu_seconds": cpu}))


if __name__ == "__main__":
    main(*sys.argv[1:])
