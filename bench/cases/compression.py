"""Packed files unpacked by one thread and by two, beside the library's own stream."""

from runner.case import Case, Limit, benchmark


def cases(build):
    program = build / "bench" / "compression_bench"

    def one(codec):
        def turn(name, role, threads):
            return benchmark(name, role, program, f"Unpack/{codec}/{threads}", TENON_BENCH_MB="24")

        return Case(f"unpack_{codec}",
                    (turn("two threads", "subject", 2), turn("one thread", "subject", 1), turn("stream", "floor", 0)),
                    (Limit("seconds", "two threads", "stream", at_most=0.75, why="The second core unpacks."),
                     Limit("cpu_seconds", "two threads", "stream", at_most=1.4, why="The same work, and plain bytes that are kept."),
                     Limit("cpu_seconds", "one thread", "stream", at_most=1.15, why="Cutting costs little.")),
                    same_answer=False)

    return [one(codec) for codec in ("bzip2", "gzip", "zstd")]
