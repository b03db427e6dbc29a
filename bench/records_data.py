"""Documents of ten columns, and functions of them, for the benchmarks of functions in Python."""

import json

COLUMNS = ("i1", "i2", "i3", "d1", "d2", "t1", "t2", "flag", "maybe", "who")


def record(n):
    return {"i1": n, "i2": n * 7 % 1000, "i3": -n, "d1": n / 8, "d2": (n * 31 % 997) / 4, "t1": f"text {n % 5000}",
            "t2": "another text of some length", "flag": n % 3 == 0, "maybe": None if n % 5 else "there",
            "who": {"name": f"name {n % 100}", "age": n % 90, "city": "Delft"}}


def lines(rows):
    return [json.dumps(record(n)) for n in range(rows)]


def all_columns(rec):
    """Reads and gives all of them: nobody can leave any out."""
    made = dict(rec)
    made["z"] = made["i1"] * 2 + made["d1"]
    return made


def few_columns(rec):
    rec["z"] = rec["i1"] * 2 + rec["d1"]
    return rec


def one_column(rec):
    return rec["i2"] < 500


FUNCTIONS = {"map": all_columns, "few": few_columns, "filter": one_column}


def answer(work, made):
    """A checksum of all values."""
    if work == "filter":
        return [len(made), sum(rec["i1"] for rec in made), sum(rec["d2"] for rec in made)]
    return [len(made), sum(rec["z"] for rec in made), sum(rec["i2"] for rec in made), sum(len(rec["t1"]) for rec in made),
            sum(rec["who"]["age"] for rec in made)]
