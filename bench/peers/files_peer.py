"""What other tools do with the files of files_bench: read every value into totals, or copy them.

    files_peer.py TOOL read|copy WORK PATH [TARGET]

WORK names the schema and the way: orders (declared types), orders_infer, nested, nested_sampled, parquet. A target that ends
in .csv is written as CSV, others as Parquet. Prints one JSON object as files_bench does.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from decimal import Decimal

LONGS, INTS = ["order_id"], ["part", "supplier", "line"]
DECIMALS = ["quantity", "price", "discount", "tax"]
DATES = ["shipped", "promised", "received"]
TEXTS = ["returned", "status", "instruct", "mode", "comment"]
ORDER = ["order_id", "part", "supplier", "line", "quantity", "price", "discount", "tax", "returned", "status", "shipped",
         "promised", "received", "instruct", "mode", "comment"]


def whole(value) -> str:
    return str(int(value or 0))


def cents(value) -> str:
    return str(int(Decimal(str(value or 0)).scaleb(2)))


def answer(rows: int, totals: dict[str, tuple]) -> dict:
    return {"rows": rows, "columns": {name: [values, text] for name, (values, text) in totals.items()}}


# DuckDB

def duckdb_type(name: str) -> str:
    return ("BIGINT" if name in LONGS else "INTEGER" if name in INTS else "DECIMAL(15,2)" if name in DECIMALS
            else "DATE" if name in DATES else "VARCHAR")


def duckdb_source(work: str, path: str) -> str:
    if work == "orders":
        types = ", ".join(f"'{name}': '{duckdb_type(name)}'" for name in ORDER)
        return f"read_csv('{path}', header=true, auto_detect=false, delim=',', quote='\"', escape='\"', columns={{{types}}})"
    if work == "orders_infer":
        return f"read_csv('{path}', header=true, sample_size=-1)"
    if work == "nested":
        return f"read_json('{path}', format='newline_delimited', sample_size=-1)"
    if work == "nested_sampled":
        return f"read_json('{path}', format='newline_delimited')"
    return f"read_parquet('{path}')"


def duckdb_totals(connection, source: str) -> dict:
    parts = ["count(*)"]
    for name in ORDER:
        parts.append(f"count({name})")
        if name in TEXTS:
            parts.append(f"sum(strlen({name}))")
        elif name in DATES:
            parts.append(f"sum({name} - DATE '1970-01-01')")
        else:
            parts.append(f"sum({name})")
    row = connection.execute(f"SELECT {', '.join(parts)} FROM {source}").fetchone()
    totals = {}
    for i, name in enumerate(ORDER):
        values, total = row[1 + 2 * i], row[2 + 2 * i]
        totals[name] = (values, cents(total) if name in DECIMALS else whole(total))
    return answer(row[0], totals)


def duckdb_nested(connection, source: str) -> dict:
    connection.execute(f"CREATE TABLE documents AS SELECT * FROM {source}")
    row = connection.execute(
        "SELECT count(*), count(id), sum(id), count(user.age), sum(user.age), count(user.name), sum(strlen(user.name)), "
        "count(active), sum(active::INT) FROM documents").fetchone()
    return answer(row[0], {"id": (row[1], whole(row[2])), "user.age": (row[3], whole(row[4])),
                           "user.name": (row[5], whole(row[6])), "active": (row[7], whole(row[8]))})


def run_duckdb(verb: str, work: str, path: str, target: str):
    import duckdb
    connection = duckdb.connect(config={"threads": os.environ.get("THREADS", "2")})
    started, cpu = time.perf_counter(), cpu_seconds()
    source = duckdb_source(work, path)
    if verb == "copy":
        form = "FORMAT csv, HEADER" if target.endswith(".csv") else "FORMAT parquet, COMPRESSION snappy"
        rows = connection.execute(f"COPY (SELECT * FROM {source}) TO '{target}' ({form})").fetchone()[0]
        return rows, started, cpu
    if work.startswith("nested"):
        return duckdb_nested(connection, source), started, cpu
    return duckdb_totals(connection, source), started, cpu


# Polars

def polars_source(work: str, path: str):
    import polars
    if work == "parquet":
        return polars.scan_parquet(path)
    types = {}
    for name in ORDER:
        types[name] = (polars.Int64 if name in LONGS else polars.Int32 if name in INTS else
                       polars.Decimal(15, 2) if name in DECIMALS else polars.Date if name in DATES else polars.String)
    if work == "orders":
        return polars.scan_csv(path, schema=types)
    if work == "orders_infer":
        return polars.scan_csv(path, infer_schema_length=None, try_parse_dates=True)
    return polars.scan_ndjson(path, infer_schema_length=None)


def run_polars(verb: str, work: str, path: str, target: str):
    os.environ["POLARS_MAX_THREADS"] = os.environ.get("THREADS", "2")
    import polars
    started, cpu = time.perf_counter(), cpu_seconds()
    frame = polars_source(work, path)
    if verb == "copy":
        if target.endswith(".csv"):
            frame.sink_csv(target)
            return int(frame.select(polars.len()).collect().item()), started, cpu
        frame.sink_parquet(target, compression="snappy")
        return int(polars.scan_parquet(target).select(polars.len()).collect().item()), started, cpu
    wanted = [polars.len().alias("#")]
    for name in ORDER:
        column = polars.col(name)
        wanted.append(column.count().alias(name + "#"))
        if name in TEXTS:
            column = column.str.len_bytes()
        elif name in DATES:
            column = column.to_physical().cast(polars.Int64)
        elif name in INTS:
            column = column.cast(polars.Int64)
        wanted.append(column.sum().alias(name))
    row = frame.select(wanted).collect(engine="streaming").row(0, named=True)
    totals = {name: (row[name + "#"], cents(row[name]) if name in DECIMALS else whole(row[name])) for name in ORDER}
    return answer(row["#"], totals), started, cpu


# pyarrow and pandas

def arrow_table(work: str, path: str):
    import pyarrow
    if work == "parquet":
        import pyarrow.parquet
        return pyarrow.parquet.read_table(path)
    from pyarrow import csv
    types = {name: pyarrow.int64() if name in LONGS else pyarrow.int32() if name in INTS else
             pyarrow.decimal128(15, 2) if name in DECIMALS else pyarrow.date32() if name in DATES else pyarrow.string()
             for name in ORDER}
    return csv.read_csv(path, parse_options=csv.ParseOptions(newlines_in_values=True),
                        convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=True))


def run_pyarrow(verb: str, work: str, path: str, target: str):
    import pyarrow
    import pyarrow.compute as compute
    pyarrow.set_cpu_count(int(os.environ.get("THREADS", "2")))
    started, cpu = time.perf_counter(), cpu_seconds()
    table = arrow_table(work, path)
    if verb == "copy":
        if target.endswith(".csv"):
            from pyarrow import csv
            csv.write_csv(table, target, csv.WriteOptions(quoting_style="needed"))
            return table.num_rows, started, cpu
        import pyarrow.parquet
        pyarrow.parquet.write_table(table, target, compression="snappy")
        return table.num_rows, started, cpu
    totals = {}
    for name in ORDER:
        column = table[name]
        values = len(column) - column.null_count
        if name in TEXTS:
            column = compute.binary_length(column)
        elif name in DATES:
            column = column.cast(pyarrow.int32())
        if name in DECIMALS:
            totals[name] = (values, cents(compute.sum(column.cast(pyarrow.decimal128(38, 2))).as_py()))
        else:
            totals[name] = (values, whole(compute.sum(column.cast(pyarrow.int64())).as_py()))
    return answer(table.num_rows, totals), started, cpu


def run_pandas(verb: str, work: str, path: str, target: str):
    import pandas
    started, cpu = time.perf_counter(), cpu_seconds()
    frame = pandas.read_csv(path, parse_dates=DATES, keep_default_na=False, na_values=[""])
    if verb == "copy":
        frame.to_parquet(target, compression="snappy")
        return len(frame), started, cpu
    totals = {}
    for name in ORDER:
        column = frame[name].dropna()
        if name in TEXTS:
            total = whole(column.str.encode("utf-8").str.len().sum())
        elif name in DATES:
            total = whole((column.astype("datetime64[s]").astype("int64") // 86400).sum())
        elif name in DECIMALS:
            total = str(int(round(column.sum() * 100)))
        else:
            total = whole(column.sum())
        totals[name] = (len(column), total)
    return answer(len(frame), totals), started, cpu


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main(arguments: list[str]) -> None:
    tool, verb, work, path = arguments[:4]
    target = arguments[4] if len(arguments) > 4 else ""
    run = {"duckdb": run_duckdb, "polars": run_polars, "pyarrow": run_pyarrow, "pandas": run_pandas}[tool]
    found, started, cpu = run(verb, work, path, target)
    print(json.dumps({"answer": found, "seconds": time.perf_counter() - started, "cpu_seconds": cpu_seconds() - cpu,
                      "bytes": os.path.getsize(target) if target else 0}))


if __name__ == "__main__":
    main(sys.argv[1:])
