"""Files for the laws of growth: the same cells, cut into other columns, widths, lists or files.

    laws_data.py columns csv|json PATH COLUMNS CELLS    whole numbers
    laws_data.py nulls csv|json PATH PERCENT ROWS       16 columns, so much of them null
    laws_data.py texts csv|json PATH WIDTH BYTES        one column of texts of this width
    laws_data.py lists json PATH ELEMENTS ALL           lists of so many numbers, ALL of them together
    laws_data.py depth json PATH DEPTH ROWS             one number below so many names
    laws_data.py files csv|json PATH FILES              so many files of one row

A path that is there already is left as it is.
"""

import json
import os
import random
import sys

BLOCK = 500  # Rows are repeated after so many.


def write_lines(path, header, lines, rows):
    """`rows` rows, the given ones again and again; under another name until all are there."""
    with open(path + ".part", "w", encoding="utf-8") as file:
        file.write(header)
        block = "".join(lines)
        for _ in range(rows // len(lines)):
            file.write(block)
        file.write("".join(lines[: rows % len(lines)]))
    os.rename(path + ".part", path)


def table(kind, path, names, rows_of_values, rows):
    """Rows of values, None for null, in the form of `kind`."""
    if kind == "csv":
        header = ",".join(names) + "\n"
        lines = [",".join("" if value is None else str(value) for value in row) + "\n" for row in rows_of_values]
    else:
        header = ""
        lines = [json.dumps({name: value for name, value in zip(names, row) if value is not None},
                            separators=(",", ":")) + "\n" for row in rows_of_values]
    write_lines(path, header, lines, rows)


def columns(kind, path, count, cells):
    count, cells = int(count), int(cells)
    names = [f"c{column}" for column in range(count)]
    rows = cells // count
    values = [[random.randrange(10**6) for _ in names] for _ in range(min(BLOCK, rows))]
    table(kind, path, names, values, rows)


def nulls(kind, path, percent, rows):
    names = [f"c{column}" for column in range(16)]
    values = [[None if random.randrange(100) < int(percent) else random.randrange(10**6) for _ in names]
              for _ in range(BLOCK)]
    table(kind, path, names, values, int(rows))


def texts(kind, path, width, size):
    width = int(width)
    letters = "abcdefghijklmnopqrstuvwxyz "
    rows = max(1, int(size) // width)
    values = [["".join(random.choices(letters, k=width))] for _ in range(min(rows, max(2, BLOCK * 64 // width)))]
    table(kind, path, ["text"], values, rows)


def lists(_, path, elements, count):
    rows = int(count) // int(elements)
    lines = [json.dumps({"a": [random.randrange(10**6) for _ in range(int(elements))]}, separators=(",", ":")) + "\n"
             for _ in range(min(rows, BLOCK))]
    write_lines(path, "", lines, rows)


def depth(_, path, levels, rows):
    lines = ['{"a":' * int(levels) + str(random.randrange(10**6)) + "}" * int(levels) + "\n" for _ in range(BLOCK)]
    write_lines(path, "", lines, int(rows))


def files(kind, path, count):
    os.mkdir(path + ".part")
    for number in range(int(count)):
        with open(f"{path}.part/{number:06}.{kind}", "w", encoding="utf-8") as file:
            if kind == "csv":
                file.write(f"id,text\n{number},one of many\n")
            else:
                file.write(f'{{"id":{number},"text":"one of many"}}\n')
    os.rename(path + ".part", path)


def main(work, kind, path, *words):
    if os.path.exists(path):
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    random.seed(1)
    {"columns": columns, "nulls": nulls, "texts": texts, "lists": lists, "depth": depth, "files": files}[work](
        kind, path, *words)


if __name__ == "__main__":
    main(*sys.argv[1:])
