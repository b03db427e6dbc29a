"""Computes the example's tables once more, in plain Python, and compares every value: python check.py DATA OUTPUT

A list's number is the writer's own choice; rows of lists are compared by what they belong to.
"""

import collections
import datetime
import json
import pathlib
import sqlite3
import sys

import pyarrow.dataset

LISTS = ("identifiers", "links", "other_names")


def read(data, name):
    with open(pathlib.Path(data) / f"{name}.json", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def history(data):
    """One record for each seat held: chamber, person and membership together."""
    chambers = {row["id"]: row for row in read(data, "organizations")}
    persons = {row["id"]: row for row in read(data, "persons")}
    for seat in read(data, "memberships"):
        chamber, person = chambers.get(seat["organization_id"]), persons.get(seat["person_id"])
        if chamber is None or person is None:
            continue
        yield {"seats": chamber.get("seats"), "chamber": chamber["name"], "id": person["id"],
               "given": person.get("given_name"), "family": person.get("family_name"), "gender": person.get("gender"),
               "born": person.get("birth_date"), **{name: person.get(name) for name in LISTS},
               **{name: seat.get(name) for name in ("role", "area_id", "on_behalf_of_id", "start_date", "end_date")}}


def bag(rows):
    """Rows as countable texts: how often each is there."""
    return collections.Counter(json.dumps(row, sort_keys=True, default=str, ensure_ascii=False) for row in rows)


def without_nulls(value):
    if isinstance(value, dict):
        return {key: without_nulls(below) for key, below in value.items() if below is not None}
    if isinstance(value, list):
        return [without_nulls(below) for below in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def parquet_rows(folder):
    table = pyarrow.dataset.dataset(folder, format="parquet", partitioning="hive").to_table()
    for row in table.to_pylist():
        name = row.pop("name") or {}
        yield without_nulls({**row, "given": name.get("given"), "family": name.get("family")})


def compare(what, found, expected):
    more, less = found - expected, expected - found
    if more or less:
        sys.exit(f"{what}: {sum(more.values())} rows too many, {sum(less.values())} missing\n"
                 f"  too many: {next(iter(more), None)}\n  missing:  {next(iter(less), None)}")
    print(f"{what}: {sum(found.values()):,} rows, every value equal")


def list_rows(connection, root, name):
    """(fields of the row that the list belongs to, place in the list, element) of a table of elements."""
    cursor = connection.execute(
        f'SELECT h.id AS "of", h.start_date AS "from", h.area_id AS "at", e.* FROM "{root}_{name}" e '
        f'JOIN "{root}" h ON h."{name}" = e.id')
    names = [column[0] for column in cursor.description]
    for values in cursor:
        row = dict(zip(names, values))
        element = {key.removeprefix(f"{name}.val."): value for key, value in row.items() if key.startswith(f"{name}.val.")}
        yield [row["of"], row["from"], row["at"], row["index"], without_nulls(element)]


def main(data, output):
    rows = [without_nulls(row) for row in history(data)]
    folder = pathlib.Path(output)
    compare("history/", bag(parquet_rows(folder / "history")), bag(rows))
    connection = sqlite3.connect(folder / "legislators.db")
    names = {"name.given": "given", "name.family": "family"}
    cursor = connection.execute("SELECT * FROM history")
    columns = [names.get(column[0], column[0]) for column in cursor.description]
    flat = (without_nulls({key: value for key, value in zip(columns, values) if key not in LISTS}) for values in cursor)
    compare("history", bag(flat), bag({key: value for key, value in row.items() if key not in LISTS} for row in rows))
    for name in LISTS:
        expected = ([row["id"], row.get("start_date"), row.get("area_id"), at, element]
                    for row in rows for at, element in enumerate(row.get(name) or ()))
        compare(f"history_{name}", bag(list_rows(connection, "history", name)), bag(expected))
    offices = connection.execute('SELECT o."id.bioguide", e."index", e."offices.val.city", e."offices.val.suite" '
                                 'FROM offices_offices e JOIN offices o ON o.offices = e.id').fetchall()
    expected = ([person["id"].get("bioguide"), at, office.get("city"),
                 None if office.get("suite") is None else str(office["suite"])]
                for person in read(data, "district_offices") for at, office in enumerate(person.get("offices") or ()))
    compare("offices", bag(map(list, offices)), bag(expected))


if __name__ == "__main__":
    main(*sys.argv[1:])
