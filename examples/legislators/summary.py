"""Shows what the example wrote, read by others: Parquet by pyarrow, SQLite by Python's sqlite3: python summary.py OUTPUT"""

import collections
import pathlib
import sqlite3
import sys

import pyarrow.dataset


def print_table(title, rows, headings):
    rows = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [headings, *rows]) for i in range(len(headings))]
    print(title)
    for row in [headings, ["-" * width for width in widths], *rows]:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def main(output):
    folder = pathlib.Path(output)
    history = pyarrow.dataset.dataset(folder / "history", format="parquet", partitioning="hive").to_table()
    seats = collections.Counter(history["chamber"].to_pylist())
    print_table("history/, Parquet by chamber", seats.most_common(), ["chamber", "seats held since 1789"])
    connection = sqlite3.connect(folder / "legislators.db")
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
    names = sorted(name for name, in tables)
    counts = [(name, connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0],
               len(connection.execute(f'SELECT * FROM "{name}" LIMIT 0').description)) for name in names]
    print_table("legislators.db, SQLite", counts, ["table", "rows", "columns"])
    suites = connection.execute("""SELECT "offices.val.city", "offices.val.suite" FROM offices_offices
        WHERE "offices.val.suite" <> '' ORDER BY 1, 2 LIMIT 3""").fetchall()
    print_table("Offices, their suites one type now", suites, ["city", "suite"])


if __name__ == "__main__":
    main(sys.argv[1])
