"""Says whether every row is in every sink exactly once, by other people's readers: pyarrow and DuckDB."""

import ctypes
import json
import pathlib
import sqlite3

import pyarrow.parquet

SINKS = ("atomic1", "recoverable1", "atomic2", "recoverable2")


def part_files(folder: pathlib.Path) -> list[pathlib.Path]:
    """What a reader of the folder sees: no names that begin with a dot or an underscore."""
    return sorted(
        path for path in folder.rglob("*.parquet")
        if not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts))


def read_by_pyarrow(folder: pathlib.Path) -> list[int]:
    rows: list[int] = []
    for path in part_files(folder):
        table = pyarrow.parquet.ParquetFile(path).read()
        rows += table.column(0).to_pylist()
    return rows


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
        """Rows, different rows, smallest and largest."""
        files = part_files(folder)
        if not files:
            return [0, 0, 0, 0]
        names = ", ".join(f"'{path}'" for path in files)
        return self.numbers(
            f"SELECT count(*), count(DISTINCT value), min(value), max(value) FROM read_parquet([{names}])", 4)


def bookmarks(folder: pathlib.Path) -> dict[str, str]:
    with sqlite3.connect(folder / "state" / "state.db") as state:
        return dict(state.execute("SELECT ctx, position FROM bookmark").fetchall())


def damages(folder: pathlib.Path, rows: int, duckdb: DuckDb) -> list[str]:
    """What is wrong, a sentence each; nothing when all is well."""
    found = []
    for sink in SINKS:
        seen = read_by_pyarrow(folder / sink)
        lost = len(set(range(rows)) - set(seen))
        doubled = len(seen) - len(set(seen))
        if lost or doubled or len(seen) != rows:
            found.append(f"{sink}: rows={len(seen)} expected={rows} lost={lost} doubled={doubled}")
        if duckdb.summary(folder / sink) != [rows, rows, 0 if rows else 0, max(rows - 1, 0)]:
            found.append(f"{sink}: DuckDB sees {duckdb.summary(folder / sink)}")
        left = [path.name for path in (folder / sink).rglob(".tenon-*")]
        if left:
            found.append(f"{sink}: left behind: {left}")
    left = [str(path) for path in (folder / "state").rglob("spool.*")]
    if left:
        found.append(f"spools left behind: {left}")
    for context, position in bookmarks(folder).items():
        if str(rows) not in json.dumps(json.loads(position)):
            found.append(f"bookmark of {context} is {position}, not at {rows}")
    return found
