"""A table of SQLite of sixteen columns, read whole, beside a plain loop of SQLite's own calls."""

import os
import pathlib

from runner.case import PEER_PYTHON, SCANNER_PYTHON, Case, Contender, Limit

PEER = str(pathlib.Path(__file__).resolve().parents[1] / "peers" / "sqlite_peer.py")
LARGE = int(os.environ.get("TENON_BENCH_MB", "780")) >= 500
# A run that only compares answers takes less.
ROWS, PEER_ROWS = (6_000_000, 600_000) if LARGE else (20_000, 10_000)


def cases(build):
    program = str(build / "bench" / "sqlite_bench")

    def data(rows):
        return str(build / "bench" / "data" / f"table-{rows}.db")

    def run(name, role, *words):
        return Contender(name, role, (program, *words))

    large, small = data(ROWS), data(PEER_ROWS)
    return [
        Case("read", (run("tenon", "subject", "read", large, "1"), run("tenon, 2 threads", "subject", "read", large, "2"),
                      run("C loop", "floor", "loop", large, "1"), run("C loop, 2 threads", "floor", "loop", large, "2")),
             (Limit("seconds", "tenon", "C loop", at_most=1.15, why="Batches cost little beside SQLite's own work."),
              Limit("seconds", "tenon", "tenon, 2 threads", at_least=1.8, why="Ranges of the rowid are read side by side."),
              Limit("peak_mib", "tenon, 2 threads", at_most=128, why="Memory of a read.")),
             rounds=3, prepare=((program, "make", large, str(ROWS)),)),
        Case("read_beside_tools", (run("tenon", "subject", "read", small, "1"),
                                   Contender("pandas", "peer", (PEER_PYTHON, PEER, "pandas", small)),
                                   Contender("polars", "peer", (PEER_PYTHON, PEER, "polars", small)),
                                   Contender("duckdb", "peer", (SCANNER_PYTHON, PEER, "duckdb", small))),
             tuple(Limit("seconds", tool, "tenon", at_least=1) for tool in ("pandas", "polars", "duckdb")),
             rounds=3, prepare=((program, "make", small, str(PEER_ROWS)),)),
    ]
