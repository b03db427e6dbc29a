"""Casts, joins and groups over rows in memory, beside DuckDB, whose engine makes our joins too, and Polars; and of ten times
the memory that they may use, on disk."""

import os
import pathlib

from runner.case import PEER_PYTHON, Case, Contender, Limit

BENCH = pathlib.Path(__file__).resolve().parents[1]
PEER = str(BENCH / "peers" / "steps_peer.py")
# A run that only compares answers takes less.
LARGE = int(os.environ.get("TENON_BENCH_MB", "780")) >= 500
DUCKDB = pathlib.Path(os.environ.get("TENON_DEPS", BENCH.parent / ".deps")) / "duckdb" / "lib" / "libduckdb.so"


def cases(build):
    def step(name, rows, threads, *limits):
        rows = str(rows if LARGE else 20_000)
        peers = (Contender(tool, "peer", (PEER_PYTHON, PEER, tool, name, rows, threads)) for tool in ("duckdb", "polars"))
        ours = Contender("tenon", "subject", (str(build / "bench" / "steps_bench"), name, rows, threads), {"TENON_DUCKDB": str(DUCKDB)})
        return Case(name, (ours, *peers), limits, rounds=5)

    def spilled(name):
        program, rows = str(build / "bench" / "steps_bench"), str(5_000_000 if LARGE else 20_000)
        runs = (Contender(f"{memory} MiB", role, (program, name, rows, threads, memory), {"TENON_DUCKDB": str(DUCKDB)})
                for memory, threads, role in (("64", "1", "subject"), ("1500", "2", "floor")))
        return Case(f"{name}_spilled", tuple(runs), (Limit("peak_mib", "64 MiB", at_most=256, why="Of 640 MB, the rest is on disk."),),
                    rounds=3)

    return [
        *map(spilled, ("sort", "distinct", "groups", "joins")),
        step("cast", 2_000_000, "1", Limit("seconds", "duckdb", "tenon", at_least=1.5, why="Texts are parsed by columns.")),
        step("join", 6_000_000, "2", Limit("seconds", "tenon", "duckdb", at_most=1.15, why="Batches go in and come out as they are.")),
        step("group", 6_000_000, "2", Limit("seconds", "tenon", "duckdb", at_most=1.15, why="Batches go in as they are.")),
    ]
