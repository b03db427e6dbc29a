"""The engine beside a bare loop over the same batches: what partitions, workers, checks and progress cost."""

from runner.case import Case, Contender, Limit

METADATA_ONLY = ("apply_mapping", "select_fields", "drop_fields", "rename_field")


def cases(build):
    program = str(build / "bench" / "engine_bench")

    def run(name, role, *words):
        return Contender(name, role, (program, *words))

    def beside_the_loop(name, *words, limit, rounds=9):
        return Case(name, (run("engine", "subject", "subject", *words), run("bare loop", "floor", "floor", *words)),
                    (limit,), rounds=rounds)

    out_of_the_way = Limit("seconds", "bare loop", "engine", at_least=0.9,
                           why="The engine gets out of the way of reader and writer.")
    # As many batches in either: 6,000,000 / 4,096 rows each.
    few = ("drop", "threads=2", "reuse=0", "rows=6000000", "batch_rows=1465")
    flat = ("checksum", "threads=2", "reuse=0", "columns=4")
    moved = ("checksum", "threads=1", "batch_rows=1000", "rows=20000000")
    return [
        beside_the_loop("checksum_1t", "checksum", "threads=1", "rows=40000000", limit=out_of_the_way),
        beside_the_loop("checksum_2t", "checksum", "threads=2", "rows=40000000", limit=out_of_the_way),
        beside_the_loop("batch", "drop", "threads=1", "batch_rows=64", "rows=6400000",
                        limit=Limit("seconds", "engine", "bare loop", per="batches", at_most=20e-6,
                                    why="What the engine does for a batch, whatever is in it.")),
        beside_the_loop("job", "job", "jobs=200", "threads=2", "partitions=1", "rows=1000",
                        limit=Limit("seconds", "engine", "bare loop", per="jobs", at_most=1e-3,
                                    why="A job costs its durable writes, which the bare loop makes too.")),
        Case("partitions",
             (run("4096 partitions", "subject", "subject", *few, "partitions=4096"),
              run("8 partitions", "floor", "subject", *few, "partitions=8")),
             (Limit("seconds", "4096 partitions", "8 partitions", at_most=1.15, why="A partition costs next to nothing."),),
             rounds=9),
        Case("transforms",
             (*(run(name, "subject", "subject", *moved, "transforms=1", f"transform={name}") for name in METADATA_ONLY),
              run("none", "floor", "subject", *moved)),
             tuple(Limit("seconds", name, "none", per="batches", at_most=5e-6, why="It moves columns and reads no value.")
                   for name in METADATA_ONLY),
             rounds=9),
        Case("memory_flat",
             (run("60 M rows", "subject", "subject", *flat, "rows=60000000"),
              run("6 M rows", "floor", "subject", *flat, "rows=6000000")),
             (Limit("peak_mib", "60 M rows", "6 M rows", at_most=1.05, why="Memory does not grow with rows."),),
             same_answer=False, rounds=3),
        Case("sleeping_sink",
             (run("sleeps 20 ms a batch", "subject", "subject", *flat, "rows=6000000", "sleep_ms=20"),
              run("does not sleep", "floor", "subject", *flat, "rows=6000000")),
             (Limit("peak_mib", "sleeps 20 ms a batch", "does not sleep", at_most=1.05,
                    why="What is slow holds up what comes before it."),),
             rounds=9),
    ]
