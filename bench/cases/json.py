"""JSON lines to Arrow batches, beside simdjson visiting each name and value, and beside its first stage alone; rows
written as JSON lines again; and records whose names drift.
"""

from runner.case import Case, Limit, benchmark


def cases(build):
    program = build / "bench" / "json_bench"

    def with_threads(threads):
        def turn(name, role, of):
            return benchmark(name, role, program, f"{of}/{threads}", TENON_BENCH_MB="16")
        return Case(f"lines_{threads}t",
                    (turn("build", "subject", "Build"), turn("DOM visit", "floor", "DomVisit"),
                     turn("stage one", "floor", "StageOne")),
                    (Limit("seconds", "build", "DOM visit", at_most=1.25, why="Types are found in the same pass."),),
                    same_answer=False)

    def turn(name, of):
        return benchmark(name, "subject", program, of, TENON_BENCH_MB="16")

    return [
        with_threads(1), with_threads(2),
        Case("written", (turn("write", "Write"), turn("DOM visit", "DomVisit/1")), same_answer=False),
        Case("drift",
             (turn("1 name", "Drift/1"), turn("10 names", "Drift/10"), turn("1,000 names", "Drift/1000"),
              turn("100,000 names", "Drift/100000")),
             (Limit("cpu_seconds", "1,000 names", "10 names", at_most=3.5, why="Each is a column, most of them empty."),
              Limit("cpu_seconds", "100,000 names", "10 names", at_most=2, why="Rare names become entries of a map."),
              Limit("peak_mib", "1,000 names", at_most=128, why="Columns, but never rows times names."),
              Limit("peak_mib", "100,000 names", at_most=64, why="Memory follows the values.")),
             same_answer=False),
    ]
