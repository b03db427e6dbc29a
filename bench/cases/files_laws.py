"""How a read of files grows: with its rows and with its threads."""

import os

from runner.case import Case, Contender, Limit


def cases(build):
    program = str(build / "bench" / "files_bench")
    data = build / "bench" / "data"
    large = int(os.environ.get("TENON_BENCH_MB", "780"))
    small = max(1, large // 10)
    orders = {mib: data / f"orders-{mib}.csv" for mib in (large, small)}
    make = {mib: (program, "make", "csv", str(path), str(mib)) for mib, path in orders.items()}
    csv = ("format=csv", "withHeader=true")

    def read(name, role, path, threads):
        return Contender(name, role, (program, "read", str(path), f"threads={threads}", *csv))

    return [
        Case("csv_rows",
             (read("all", "subject", orders[large], 2), read("a tenth", "floor", orders[small], 2)),
             (Limit("seconds", "all", "a tenth", at_most=large / small * 1.07, why="Ten times the rows, ten times the time."),
              Limit("peak_mib", "all", "a tenth", at_most=1.05, why="Memory does not grow with rows.")),
             same_answer=False, rounds=5, prepare=(make[large], make[small])),
        Case("csv_threads",
             (read("one thread", "floor", orders[large], 1), read("two threads", "subject", orders[large], 2)),
             (Limit("seconds", "one thread", "two threads", at_least=1.85, why="A file is read by all threads."),),
             rounds=5, prepare=(make[large],)),
    ]
