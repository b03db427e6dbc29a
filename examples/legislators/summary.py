"""Shows what the example wrote, read by somebody else's reader: python summary.py OUTPUT"""

import collections
import pathlib
import sys

import pyarrow.parquet


def table(folder, name, columns=None):
    return pyarrow.parquet.read_table(pathlib.Path(folder) / name, columns=columns)


def print_table(title, rows, headings):
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [headings, *rows]) for i in range(len(headings))]
    print(title)
    for row in [headings, ["-" * width for width in widths], *rows]:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def main(folder):
    chambers = collections.Counter(table(folder, "memberships", ["chamber"])["chamber"].to_pylist())
    parties = collections.Counter(table(folder, "memberships", ["party"])["party"].to_pylist())
    names = {row["id"]: row["name"] for row in table(folder, "organizations", ["id", "name"]).to_pylist()}
    top = [(names.get(key, "(none)"), f"{count:,}") for key, count in
           [*chambers.most_common(), *(item for item in parties.most_common(5) if item[0])]]
    print_table("Seats held since 1789", top, ["organization", "seats held"])
    persons = table(folder, "persons", ["person_id", "name", "birth_date"])
    born = [row for row in persons.to_pylist() if row["birth_date"]]
    oldest = sorted(born, key=lambda row: (row["birth_date"], row["person_id"]))[:3]
    print_table("Born first", [(row["name"]["given"], row["name"]["family"], row["birth_date"]) for row in oldest],
                ["given", "family", "born"])


if __name__ == "__main__":
    main(sys.argv[1])
