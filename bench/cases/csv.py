"""CSV to Arrow batches, typed and as strings, beside the split kernel alone over the same text: enough of it that the
buffers of the first batches, whose pages are new, do not count. And typed rows written as CSV beside copying its bytes.
"""

from runner.case import Case, Limit, benchmark


def cases(build):
    program = build / "bench" / "csv_bench"

    def turn(name, role, of):
        return benchmark(name, role, program, of, TENON_BENCH_MB="96")

    def limit(left, times, why):
        return Limit("cpu_seconds", left, "split only", at_most=times, why=why)

    return [
        Case("csv_one_thread",
             (turn("typed", "subject", "Typed/1"), turn("infer, then typed", "subject", "InferAndTyped/1"),
              turn("strings", "subject", "Strings/1"), turn("split only", "floor", "SplitFastest")),
             (limit("typed", 3.5, "Declared types, one thread."),
              limit("infer, then typed", 4.5, "Types found in all rows, then read.")),
             same_answer=False),
        Case("csv_two_threads",
             (turn("typed", "subject", "Typed/2"), turn("infer, then typed", "subject", "InferAndTyped/2"),
              turn("split only", "floor", "SplitFastest")),
             same_answer=False),
        Case("csv_written",
             (turn("write", "subject", "Write"), turn("copy of the bytes", "floor", "CopyBytes")),
             same_answer=False),
        Case("csv_split_kernels",
             (turn("fastest", "subject", "SplitFastest"), turn("plain C++", "floor", "SplitScalar")),
             same_answer=False),
    ]
