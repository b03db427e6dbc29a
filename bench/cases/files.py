"""Whole reads and copies of files beside DuckDB, Polars, pyarrow and pandas: every value consumed, equal typed schemas."""

import json
import os
import pathlib

from runner.case import PEER_PYTHON, Case, Contender, Limit

PEER = str(pathlib.Path(__file__).resolve().parents[1] / "peers" / "files_peer.py")
# The schema that all are given: no tool has to guess.
TYPES = json.dumps({"order_id": "long", "part": "int", "supplier": "int", "line": "int", "quantity": "decimal(15,2)",
                    "price": "decimal(15,2)", "discount": "decimal(15,2)", "tax": "decimal(15,2)", "returned": "string",
                    "status": "string", "shipped": "date", "promised": "date", "received": "date", "instruct": "string",
                    "mode": "string", "comment": "string"})
COMMON = "id,user.age,user.name,active"  # Of the nested documents, what has one type for every tool.


def cases(build):
    program = str(build / "bench" / "files_bench")
    data = build / "bench" / "data"
    # A run that only compares answers takes less.
    csv_mib, json_mib = (os.environ.get("TENON_BENCH_MB", size) for size in ("780", "500"))
    orders, nested = data / f"orders-{csv_mib}.csv", data / f"nested-{json_mib}.json"
    parquet = data / f"orders-{csv_mib}"
    make_orders = (program, "make", "csv", str(orders), csv_mib)
    make_nested = (program, "make", "json", str(nested), json_mib)
    make_parquet = (program, "copy", str(orders), str(parquet), "threads=2", "format=csv", "withHeader=true",
                    "multiLine=true", f"columns={TYPES}", "to.format=parquet")

    def ours(name, verb, *words):
        return Contender(name, "subject", (program, verb, *words))

    def peer(tool, verb, work, *words, threads=2):
        return Contender(tool, "peer", (PEER_PYTHON, PEER, tool, verb, work, *map(str, words)), {"THREADS": str(threads)})

    csv = ("format=csv", "withHeader=true", "multiLine=true")
    declared = (*csv, f"columns={TYPES}")

    def never_slower(tool, times, why):
        return Limit("seconds", tool, "tenon", at_least=times, why=why)

    return [
        Case("csv_typed",
             (ours("tenon", "read", str(orders), "threads=2", *declared),
              *(peer(tool, "read", "orders", orders) for tool in ("duckdb", "polars", "pyarrow", "pandas"))),
             (never_slower("duckdb", 4, "CSV with declared types."), never_slower("polars", 3.5, "CSV with declared types."),
              Limit("peak_mib", "tenon", at_most=128, why="Memory of a CSV read.")),
             prepare=(make_orders,)),
        Case("json_full_inference",
             (ours("tenon", "read", str(nested), "threads=2", "format=json", f"only={COMMON}"),
              peer("duckdb", "read", "nested", nested)),
             (never_slower("duckdb", 10, "Both look at every value to find the types."),),
             rounds=3, prepare=(make_nested,)),
        Case("json_sampled",
             (ours("tenon", "read", str(nested), "threads=2", "format=json", f"only={COMMON}"),
              peer("duckdb", "read", "nested_sampled", nested)),
             (never_slower("duckdb", 3, "DuckDB looks at the first 20,480 rows, we at all."),), prepare=(make_nested,)),
        Case("csv_to_parquet",
             (ours("tenon", "copy", str(orders), str(data / "ours"), "threads=2", *declared, "to.format=parquet"),
              peer("duckdb", "copy", "orders", orders, data / "duckdb.parquet"),
              peer("polars", "copy", "orders", orders, data / "polars.parquet")),
             (never_slower("duckdb", 1.5, "CSV to Parquet, snappy."),
              Limit("bytes", "tenon", "duckdb", at_most=1.05, why="Not by larger files."),
              Limit("peak_mib", "tenon", at_most=256, why="Memory with a Parquet sink.")),
             prepare=(make_orders,)),
        Case("parquet_scan",
             (ours("tenon", "read", str(parquet), "threads=2", "format=parquet"),
              *(peer(tool, "read", "parquet", f"{parquet}/*.parquet") for tool in ("duckdb", "polars"))),
             (never_slower("duckdb", 1, "All columns of a Parquet file."),),
             prepare=(make_orders, make_parquet)),
        Case("parquet_to_csv",
             (ours("tenon", "copy", str(parquet), str(data / "ours-csv"), "threads=2", "format=parquet", "to.format=csv"),
              *(peer(tool, "copy", "parquet", f"{parquet}/*.parquet", data / f"{tool}.csv") for tool in ("duckdb", "polars"))),
             (never_slower("duckdb", 1, "CSV written."), never_slower("polars", 1, "CSV written."),
              Limit("peak_mib", "tenon", at_most=256, why="Memory with a CSV sink.")),
             prepare=(make_orders, make_parquet)),
    ]
