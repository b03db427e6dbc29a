"""JSON lines to Arrow batches, beside simdjson visiting each name and value, and beside its first stage alone."""

from runner.case import Case, benchmark


def cases(build):
    program = build / "bench" / "json_bench"

    def with_threads(threads):
        def turn(name, role, of):
            return benchmark(name, role, program, f"{of}/{threads}", TENON_BENCH_MB="16")
        return Case(f"lines_{threads}t",
                    (turn("build", "subject", "Build"), turn("DOM visit", "floor", "DomVisit"),
                     turn("stage one", "floor", "StageOne")),
                    same_answer=False)

    return [with_threads(1), with_threads(2)]
