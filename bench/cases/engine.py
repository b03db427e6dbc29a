"""The engine beside a bare loop over the same batches: what partitions, workers, checks and progress cost."""

from runner.case import Case, Contender, Limit


def cases(build):
    program = str(build / "bench" / "engine_bench")

    def run(name, role, *words):
        return Contender(name, role, (program, *words))

    def beside_the_loop(name, *words, at_least=None):
        limits = ()
        if at_least is not None:
            limits = (Limit("seconds", "bare loop", "engine", at_least=at_least,
                            why="The engine gets out of the way of reader and writer."),)
        return Case(name, (run("engine", "subject", "subject", *words), run("bare loop", "floor", "floor", *words)),
                    limits)

    # As many batches in either: 6,000,000 / 4,096 rows each.
    few = ("drop", "threads=2", "reuse=0", "rows=6000000", "batch_rows=1465")
    flat = ("checksum", "threads=2", "reuse=0", "columns=4")
    return [
        beside_the_loop("checksum_1t", "checksum", "threads=1", at_least=0.9),
        beside_the_loop("checksum_2t", "checksum", "threads=2", at_least=0.9),
        beside_the_loop("drop_2t", "drop", "threads=2"),
        Case("partitions",
             (run("4096 partitions", "subject", "subject", *few, "partitions=4096"),
              run("8 partitions", "floor", "subject", *few, "partitions=8")),
             (Limit("seconds", "4096 partitions", "8 partitions", at_most=1.15, why="A partition costs next to nothing."),)),
        Case("transforms",
             (run("4 mappings", "subject", "subject", "checksum", "threads=1", "transforms=4"),
              run("none", "floor", "subject", "checksum", "threads=1")),
             (Limit("seconds", "4 mappings", "none", at_most=1.1, why="Metadata-only: 5 us a batch each."),)),
        Case("memory_flat",
             (run("60 M rows", "subject", "subject", *flat, "rows=60000000"),
              run("6 M rows", "floor", "subject", *flat, "rows=6000000")),
             (Limit("peak_mib", "60 M rows", "6 M rows", at_most=1.05, why="Memory does not grow with rows."),),
             same_answer=False, rounds=3),
        Case("sleeping_sink",
             (run("sleeps 20 ms a batch", "subject", "subject", "sleep", "threads=2", "reuse=0", "rows=6000000",
                  "columns=4", "sleep_ms=20"),
              run("does not sleep", "floor", "subject", "sleep", "threads=2", "reuse=0", "rows=6000000", "columns=4")),
             (Limit("peak_mib", "sleeps 20 ms a batch", "does not sleep", at_most=1.05,
                    why="What is slow holds up what comes before it."),),
             rounds=3),
    ]
