"""How a read of files grows: with its rows, threads, columns, nulls, widths, lists, depth and files."""

import os
import pathlib
import sys

from runner.case import Case, Contender, Limit

MAKER = str(pathlib.Path(__file__).resolve().parents[1] / "laws_data.py")
OPTIONS = {"csv": ("format=csv", "withHeader=true"), "json": ("format=json",)}


class Sweep:
    """One quantity at several sizes: a file and a contender for each, read by one thread, which moves least."""

    def __init__(self, build, name, kind):
        self.program = str(build / "bench" / "files_bench")
        self.data = build / "bench" / "data"
        self.name, self.kind = name, kind
        self.contenders, self.prepare = [], []

    def add(self, label, work, *words, role="subject"):
        """The file that laws_data.py makes of these words, as a contender of that name."""
        path = str(self.data / ("law-" + "-".join(map(str, (work, self.kind, *words)))))
        self.prepare.append((sys.executable, MAKER, work, self.kind, path, *map(str, words)))
        self.contenders.append(
            Contender(label, role, (self.program, "read", path, "threads=1", *OPTIONS[self.kind])))
        return path

    def case(self, *limits):
        return Case(f"{self.name}_{self.kind}", tuple(self.contenders), limits, same_answer=False, rounds=7,
                    prepare=tuple(self.prepare))


def columns(build, kind, mib):
    sweep = Sweep(build, "columns", kind)
    for count in (16, 64, 256, 1000):
        sweep.add(f"{count} columns", "columns", count, mib * 10_000, role="floor" if count == 16 else "subject")
    return sweep.case(*(Limit("seconds", f"{count} columns", "16 columns", at_most=1.25, why="A cell costs what it costs.")
                        for count in (64, 256, 1000)),
                      Limit("peak_mib", "1000 columns", at_most=96, why="Batches of wide rows have fewer of them."))


def nulls(build, kind, mib):
    sweep = Sweep(build, "nulls", kind)
    for percent in (0, 1, 50, 99, 100):
        sweep.add(f"{percent} %", "nulls", percent, mib * 1000, role="subject" if percent else "floor")
    return sweep.case(*(Limit("seconds", f"{percent} %", "0 %", at_most=1.3, why="Nulls are no slow way.")
                        for percent in (1, 50, 99)),
                      Limit("seconds", "100 %", "0 %", at_most=1.0, why="Nothing is there to be read."))


def texts(build, kind, mib):
    sweep = Sweep(build, "text_width", kind)
    widths = (8, 64, 512, 4096, 65536)
    for width in widths:
        sweep.add(f"{width} bytes", "texts", width, mib << 18, role="subject" if width > 8 else "floor")
    return sweep.case(*(Limit("seconds", f"{wide} bytes", f"{narrow} bytes", at_most=1.1,
                              why="As many bytes in fewer values do not take longer.")
                        for narrow, wide in zip(widths, widths[1:])))


def lists(build, mib):
    sweep = Sweep(build, "list_elements", "json")
    for count in (1, 10, 100, 1000):
        sweep.add(f"{count} elements", "lists", count, mib * 5000, role="subject" if count > 10 else "floor")
    return sweep.case(Limit("seconds", "100 elements", "10 elements", at_most=1.1, why="An element costs what it costs."),
                      Limit("seconds", "1000 elements", "10 elements", at_most=1.1, why="An element costs what it costs."))


def depth(build, mib):
    sweep = Sweep(build, "depth", "json")
    for levels in (1, 2, 4, 8):
        sweep.add(f"{levels} levels", "depth", levels, mib * 1500, role="subject" if levels > 1 else "floor")
    return sweep.case(Limit("seconds", "8 levels", "1 levels", at_most=8, why="A level costs no more than a record."))


def threads(build, mib):
    """Records that are lines: one thread and two."""
    sweep = Sweep(build, "threads", "csv")
    path = sweep.add("one thread", "columns", 16, mib * 100_000, role="floor")
    sweep.contenders.append(
        Contender("two threads", "subject", (sweep.program, "read", path, "threads=2", *OPTIONS["csv"])))
    return sweep.case(Limit("seconds", "one thread", "two threads", at_least=1.85, why="A file is read by all threads."))


def small_files(build, kind, count, at_most):
    """Each file is opened and read once, of CSV its header once more to plan: what we do beyond that is small."""
    sweep = Sweep(build, "small_files", kind)
    path = sweep.add("read", "files", count)
    sweep.contenders.append(Contender("open and read", "floor", (sweep.program, "touch", path)))
    return sweep.case(Limit("seconds", "read", "open and read", per="files", at_most=at_most,
                            why="Beyond finding, opening and reading a file."),
                      Limit("peak_mib", "read", at_most=96, why="What is known of a file is its name, size and time."))


def cases(build):
    program = str(build / "bench" / "files_bench")
    data = build / "bench" / "data"
    large = int(os.environ.get("TENON_BENCH_MB", "780"))
    small = max(1, large // 10)
    orders = {mib: data / f"orders-{mib}.csv" for mib in (large, small)}
    make = {mib: (program, "make", "csv", str(path), str(mib)) for mib, path in orders.items()}
    csv = ("format=csv", "withHeader=true", "multiLine=true")  # Some values of these orders go over lines.

    def read(name, role, path, threads):
        return Contender(name, role, (program, "read", str(path), f"threads={threads}", *csv))

    def copy(name, role, path):
        return Contender(name, role, (program, "copy", str(path), str(data / f"law-{path.stem}"), "threads=2", *csv,
                                      "to.format=parquet"))

    # A tenth of the usual size does not fill a row group.
    flat = [Limit("peak_mib", "all", "a tenth", at_most=1.05, why="Memory does not grow with rows.")] if large >= 7800 else []
    return [
        Case("csv_to_parquet_rows", (copy("all", "subject", orders[large]), copy("a tenth", "floor", orders[small])),
             (Limit("peak_mib", "all", at_most=256, why="Memory with a Parquet sink."), *flat),
             same_answer=False, rounds=3, prepare=(make[large], make[small])),
        Case("csv_rows",
             (read("all", "subject", orders[large], 2), read("a tenth", "floor", orders[small], 2)),
             (Limit("seconds", "all", "a tenth", at_most=large / small * 1.07, why="Ten times the rows, ten times the time."),
              Limit("peak_mib", "all", "a tenth", at_most=1.05, why="Memory does not grow with rows.")),
             same_answer=False, rounds=5, prepare=(make[large], make[small])),
        # What is before a byte tells whether it lies in quotes: half of the text is looked through once more.
        Case("csv_threads_over_lines",
             (read("one thread", "floor", orders[large], 1), read("two threads", "subject", orders[large], 2)),
             (Limit("seconds", "one thread", "two threads", at_least=1.85, why="A file is read by all threads."),),
             rounds=5, prepare=(make[large],)),
        threads(build, large),
        *(law(build, kind, large) for law in (columns, nulls, texts) for kind in ("csv", "json")),
        lists(build, large),
        depth(build, large),
        *(small_files(build, kind, max(1000, min(100_000, large * 1000)), at_most)
          for kind, at_most in (("csv", 30e-6), ("json", 6e-6))),
    ]
