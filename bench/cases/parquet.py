"""Parquet from memory to memory: a table encoded, and every column decoded with one thread and with two. Beside other tools
whole reads and copies stand in files.py.
"""

from runner.case import Case, Limit, benchmark


def cases(build):
    program = build / "bench" / "parquet_bench"

    def turn(name, of):
        return benchmark(name, "subject", program, of, TENON_BENCH_ROWS="500000")

    return [
        Case("scan", (turn("one thread", "Scan/1"), turn("two threads", "Scan/2")),
             (Limit("seconds", "two threads", "one thread", at_most=0.65, why="Ranges are read apart, those of one row group too."),), same_answer=False),
        Case("write", (turn("snappy", "Write/snappy"), turn("zstd", "Write/zstd")),
             (Limit("bytes", "zstd", "snappy", at_most=1, why="zstd is asked for to be smaller."),), same_answer=False),
    ]
