"""Work on frames: lists taken apart, beside memcpy and DuckDB; functions of records in Python, beside loops around JSON parsers."""

import os
import pathlib
import sys

from runner.case import PEER_PYTHON, SPARK_PYTHON, Case, Contender, Limit, benchmark

BENCH = pathlib.Path(__file__).resolve().parents[1]
# A run that only compares answers takes less.
LARGE = int(os.environ.get("TENON_BENCH_MB", "780")) >= 500
ROWS = 1_000_000 if LARGE else 20_000


def spark(*words, **environment):
    """Spark as one more contender, where `./dev bench --spark` asks for it."""
    if "TENON_BENCH_SPARK" not in os.environ:
        return ()
    return (Contender("spark", "peer", (SPARK_PYTHON, str(BENCH / "peers" / "spark_peer.py"), *map(str, words)), environment),)


def beside_spark(at_least, why):
    return (Limit("seconds", "spark", "tenon", at_least=at_least, why=why),) if spark() else ()


def records(name, build, work, *limits):
    """A function of a million records of ten columns. Peers parse each from a line, ours makes each from a batch."""
    python = {"PYTHONPATH": str(build / "python")}

    def ours(contender, *words):
        return Contender(contender, "subject", (sys.executable, str(BENCH / "records_run.py"), work, str(ROWS), *words), python)

    def loop(tool):
        return Contender(tool, "peer", (PEER_PYTHON, str(BENCH / "peers" / "records_peer.py"), tool, work, str(ROWS)))

    return Case(name, (ours("tenon"), ours("whole records", "whole"), loop("orjson"), loop("json"), loop("polars"), *spark(work, ROWS)),
                (*limits, *beside_spark(3, "Its Python workers.")), rounds=3)


def relationalize(build):
    program, peer = build / "bench" / "frames_bench", str(BENCH / "peers" / "frames_peer.py")
    run = (sys.executable, str(BENCH / "frames_run.py"))
    data, target = (build / "bench" / "data" / name for name in (f"documents-{ROWS}.json", "tables"))
    python = {"PYTHONPATH": str(build / "python")}
    tools = ("duckdb", "polars")
    return [
        Case("relationalize", (benchmark("tenon", "subject", program, "Relationalize"),
                               benchmark("memcpy", "floor", program, "Memcpy"),
                               *(Contender(tool, "peer", (PEER_PYTHON, peer, tool, "relationalize", "1000000")) for tool in tools),
                               *spark("relationalize", 1_000_000)),
             (Limit("seconds", "tenon", "memcpy", at_most=2.5, why="Only numbers of lists are written."),
              Limit("seconds", "duckdb", "tenon", at_least=15, why="No value is copied.")),
             same_answer=False, rounds=3),
        Case("relationalize_to_parquet",
             (Contender("tenon", "subject", (*run, "relationalize", str(data), str(target)), {**python, "THREADS": "2"}),
              *(Contender(tool, "peer", (PEER_PYTHON, peer, tool, "relationalize_files", str(data), f"{target}-{tool}"), {"THREADS": "2"})
                for tool in tools),
              *spark("relationalize_files", data, f"{target}-spark", THREADS="2")),
             tuple(Limit("seconds", tool, "tenon", at_least=1, why="From JSON to Parquet.") for tool in tools), rounds=3,
             prepare=((*run, "make", str(data), str(ROWS)),)),
    ]


def cases(build):
    def times(peer, at_least, why):
        return Limit("seconds", peer, "tenon", at_least=at_least, why=why)

    return [
        *relationalize(build),
        records("python_map", build, "map", times("json", 4, "A function that any parser's dict would do for."),
                times("orjson", 1.15, "The same, beside the fastest parser.")),
        records("python_map_few", build, "few", times("orjson", 3, "Fields that are not touched stay columns.")),
        records("python_filter", build, "filter", times("orjson", 8, "One field of ten is looked at.")),
    ]
