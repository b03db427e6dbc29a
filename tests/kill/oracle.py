"""Says whether every row is in every sink exactly once, by other people's readers: pyarrow, DuckDB and Python's own."""

import contextlib
import csv
import ctypes
import json
import pathlib
import shutil
import sqlite3
import tempfile

import pyarrow.parquet

REPLACING = ("overwrite", "replaced", "anew", "emptied")


def part_files(folder: pathlib.Path) -> list[pathlib.Path]:
    """What a reader of the folder sees: no names that begin with a dot or an underscore."""
    return sorted(
        path for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts))


def read_file(path: pathlib.Path) -> list[dict]:
    """The rows of a file; a column that became a folder stands in its name."""
    if path.suffix == ".json":
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    elif path.suffix == ".csv":
        with open(path, newline="", encoding="utf-8") as file:
            rows = [{**row, "value": int(row["value"])} for row in csv.DictReader(file)]
    else:
        rows = pyarrow.parquet.ParquetFile(path).read().to_pylist()
    for part in path.parent.parts:
        if part.startswith("flag="):
            for row in rows:
                assert "flag" not in row, f"{path}: the key is in the row as well"
                row["flag"] = part.removeprefix("flag=")
    return rows


def read_table(path: pathlib.Path) -> list[dict]:
    """The rows of a database's table; none where it is not made yet."""
    if not path.exists():
        return []
    with contextlib.closing(sqlite3.connect(path)) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'sequence'").fetchall():
            return []
        found = database.execute("SELECT value, text, flag FROM sequence").fetchall()
    return [{"value": value, "text": text, "flag": "true" if flag else "false"} for value, text, flag in found]


def wrong_row(row: dict) -> bool:
    """Whether the row is not what the sequence gives."""
    flag = "true" if row["value"] % 2 == 1 else "false"
    return row["text"] != f"row-{row['value']}" or str(row["flag"]).lower() != flag


class DuckDb:
    """A few calls of DuckDB's C API, from the pinned library."""

    class Result(ctypes.Structure):
        _fields_ = [("deprecated", ctypes.c_uint64 * 4), ("data", ctypes.c_void_p * 2)]

    def __init__(self, library: pathlib.Path):
        self.api = ctypes.CDLL(str(library))
        self.api.duckdb_value_int64.restype = ctypes.c_int64
        self.api.duckdb_value_int64.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint64]
        self.api.duckdb_result_error.restype = ctypes.c_char_p
        self.database = ctypes.c_void_p()
        self.connection = ctypes.c_void_p()
        if self.api.duckdb_open(None, ctypes.byref(self.database)) != 0:
            raise RuntimeError("DuckDB does not open")
        if self.api.duckdb_connect(self.database, ctypes.byref(self.connection)) != 0:
            raise RuntimeError("DuckDB does not connect")

    def numbers(self, query: str, columns: int) -> list[int]:
        result = self.Result()
        if self.api.duckdb_query(self.connection, query.encode(), ctypes.byref(result)) != 0:
            raise RuntimeError(self.api.duckdb_result_error(ctypes.byref(result)).decode())
        values = [self.api.duckdb_value_int64(ctypes.byref(result), column, 0) for column in range(columns)]
        self.api.duckdb_destroy_result(ctypes.byref(result))
        return values

    def summary(self, folder: pathlib.Path) -> list[int]:
        """Of Parquet files: rows, different rows, smallest and largest."""
        files = part_files(folder)
        if not files:
            return [0, 0, 0, 0]
        names = ", ".join(f"'{path}'" for path in files)
        return self.numbers(
            f"SELECT count(*), count(DISTINCT value), min(value), max(value) FROM read_parquet([{names}])", 4)


def bookmarks(folder: pathlib.Path) -> dict[str, str]:
    """Of the job's state, read from a copy: whoever opens a journal that was cut repairs it, and the job must do so itself."""
    with tempfile.TemporaryDirectory(prefix="tenon-state-") as scratch:
        for path in (folder / "state").glob("state.db*"):
            if not path.name.endswith("-shm"):
                shutil.copyfile(path, pathlib.Path(scratch) / path.name)
        with contextlib.closing(sqlite3.connect(pathlib.Path(scratch) / "state.db")) as state:
            try:
                return dict(state.execute("SELECT ctx, position FROM bookmark").fetchall())
            except sqlite3.OperationalError:  # It was cut before it had tables.
                return {}


def is_at(position: str | None, last: int) -> bool:
    return position is not None and str(last) in json.dumps(json.loads(position))


def is_committed(folder: pathlib.Path, last: int) -> bool:
    """Whether the job's commit has moved its bookmarks to the row `last`."""
    positions = bookmarks(folder).values()
    return len(positions) > 0 and all(is_at(position, last) for position in positions)


def sink_damages(folder: pathlib.Path, sink: str, first: int, last: int, duckdb: DuckDb) -> list[str]:
    """What is wrong with a sink that should hold the rows below `last`, or, when it replaces, those from `first` on."""
    name = folder.name
    table = sink.startswith("sqlite")
    seen = read_table(folder) if table else [row for path in part_files(folder) for row in read_file(path)]
    values = [row["value"] for row in seen]
    wanted = range(first if sink.split("-")[1] in REPLACING else 0, last)
    lost, doubled = len(set(wanted) - set(values)), len(values) - len(set(values))
    found = []
    if lost or doubled or len(values) != len(wanted):
        found.append(f"{name}: rows={len(values)} expected={len(wanted)} lost={lost} doubled={doubled}")
    wrong = [row for row in seen if wrong_row(row)]
    if wrong:
        found.append(f"{name}: {len(wrong)} wrong rows, such as {wrong[0]}")
    if "parquet" in sink:
        summary = duckdb.summary(folder)
        if summary != [len(wanted), len(wanted), wanted[0], wanted[-1]]:
            found.append(f"{name}: DuckDB sees {summary}")
    return found


def damages(folder: pathlib.Path, place, sinks: tuple[str, ...], first: int, last: int, duckdb: DuckDb) -> list[str]:
    """What is wrong, a sentence each; nothing when all is well. The last round has written the rows [first, last)."""
    found = []
    for number, sink in enumerate(sinks, 1):
        table = folder / "databases" / f"{number}-{sink}.db"
        files = place.tree(folder) / f"{number}-{sink}"
        found += sink_damages(table if sink.startswith("sqlite") else files, sink, first, last, duckdb)
    found += [f"left behind: {left}" for left in place.left(folder)]
    found += [f"left behind: {path}" for path in (folder / "databases").rglob("*-journal")]
    found += [f"spool left behind: {path}" for path in (folder / "state").rglob("spool.*")]
    for context, position in bookmarks(folder).items():
        if not is_at(position, last):
            found.append(f"bookmark of {context} is {position}, not at {last}")
    return found
