"""Tables of SQLite with any value in any column, read as Python's sqlite3 and plain rules say, and written again."""

import datetime
import decimal
import os
import random
import sqlite3
import sys

import pytest
import tenon
from tenon import runtime
from tenon.testing import records_of

GLUE = os.path.join(os.path.dirname(os.path.abspath(tenon.__file__)), "glue")
if GLUE not in sys.path:
    sys.path.insert(0, GLUE)

TABLES = 200
BAD = object()
EXACT = 2**53
WORDS = {"long": ("INT", "INTEGER", "BIGINT", "UNSIGNED BIG INT"), "double": ("REAL", "DOUBLE PRECISION", "FLOAT"),
         "boolean": ("BOOLEAN", "BOOL"), "string": ("TEXT", "VARCHAR(10)", "CLOB", "TIME"), "decimal": ("DECIMAL(12,3)", "NUMERIC(12,3)"),
         "date": ("DATE",), "timestamp": ("DATETIME", "TIMESTAMP"), "binary": ("BLOB",)}


def some_value(chance):
    kind = chance.randrange(12)
    if kind == 0:
        return None
    if kind < 3:
        return chance.choice([0, 1, -1, 7, 255, -2**31, 2**53, 2**53 + 1, 2**63 - 1, -2**63, chance.randrange(-10**6, 10**6)])
    if kind < 5:
        return chance.choice([0.5, -0.25, 12.375, 1e300, -3.0, float(2**60), 0.1, chance.randrange(-10**6, 10**6) / 8])
    if kind == 5:
        return chance.choice([b"", b"\x00\xff", b"abc"])
    if kind == 6:
        return chance.choice(["2026-01-31", "1969-12-31", "2000-02-29", "2026-02-30", "2026-1-1"])
    if kind == 7:
        return chance.choice(["2026-01-31 12:30:59", "2026-01-31T12:30:59.25", "1900-03-01 00:00:00.000001", "2026-01-31 25:00:00"])
    if kind == 8:
        return chance.choice(["true", "FALSE", "yes", "0"])
    if kind == 9:
        return chance.choice(["12.5", "-7", "0.125", "12.3456", "1234567890123"])
    return chance.choice(["", "a", "é", "日本", "x" * 300, "it's", 'say "no"', "tab\tline\n"])


def to_long(value):
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= EXACT else BAD


def to_double(value):
    if isinstance(value, float):
        return value
    return float(value) if isinstance(value, int) and abs(value) <= EXACT else BAD


def to_boolean(value):
    if isinstance(value, int) and value in (0, 1):
        return value == 1
    return {"true": True, "false": False}.get(value.lower(), BAD) if isinstance(value, str) else BAD


def to_string(value):
    """Numbers as Spark writes them: large ones with an exponent."""
    if isinstance(value, float) and abs(value) >= 10**7:
        mantissa, _, exponent = repr(decimal.Decimal(repr(value)).normalize(decimal.Context(prec=17)))[9:-2].partition("E+")
        digits = mantissa.replace("-", "").replace(".", "")
        power = (int(exponent) if exponent else 0) + len(mantissa.replace("-", "").partition(".")[0]) - 1
        return f"{'-' if value < 0 else ''}{digits[0]}.{digits[1:].rstrip('0') or '0'}E{power}"
    return BAD if isinstance(value, bytes) else value if isinstance(value, str) else str(value)


def to_decimal(value):
    if isinstance(value, bytes):
        return BAD
    try:
        number = decimal.Decimal(repr(value) if isinstance(value, float) else value)
        kept = number.quantize(decimal.Decimal("0.001"), context=decimal.Context(prec=60))
    except decimal.InvalidOperation:
        return BAD
    return kept if kept == number and abs(number) < 10**9 else BAD


def to_date(value):
    """A month or day of one digit is one, too, as in Spark."""
    try:
        return datetime.date(*map(int, value.split("-"))) if isinstance(value, str) and value.count("-") == 2 else BAD
    except (ValueError, TypeError):
        return BAD


def to_timestamp(value):
    """A day is its midnight."""
    day = to_date(value)
    if day is not BAD:
        return datetime.datetime.combine(day, datetime.time())
    try:
        return datetime.datetime.fromisoformat(value) if isinstance(value, str) else BAD
    except ValueError:
        return BAD


def to_binary(value):
    return value.encode() if isinstance(value, str) else value if isinstance(value, bytes) else BAD


EXPECTED = {name: globals()[f"to_{name}"] for name in WORDS}


def plain(value):
    """As the rules above say it, whatever Python type it has."""
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    return bytes(value) if isinstance(value, (bytearray, memoryview)) else value


@pytest.fixture
def context(tmp_path):
    from awsglue.context import GlueContext
    own = runtime.Runtime(runtime.RunSettings(name="differential", state_folder=str(tmp_path / "state")))
    before = runtime.install(own)
    yield GlueContext()
    own.end(clean=False)
    runtime.install(before)


def table_of(connection, chance, name):
    """Makes a table; its columns' types, and how each stored row is to be read."""
    types = [chance.choice(list(WORDS)) for _ in range(chance.randrange(1, 7))]
    columns = [f'"c {i}" {chance.choice(WORDS[kind])}' for i, kind in enumerate(types)]
    connection.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
    rows = [[some_value(chance) for _ in types] for _ in range(chance.randrange(0, 40))]
    connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(types))})", rows)
    # What SQLite made of the values by its affinities is what must be read.
    stored = connection.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall()
    return types, [[None if value is None else EXPECTED[kind](value) for kind, value in zip(types, row)] for row in stored]


def test_tables_are_read_and_written_as_plain_rules_say(context, tmp_path):
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    for number in range(TABLES):
        path, name = str(tmp_path / f"in{number % 2}.db"), f"t{number}"
        encoding = "UTF-8" if number % 2 else "UTF-16le"
        with sqlite3.connect(path) as connection:
            connection.execute(f"PRAGMA encoding = '{encoding}'")
            types, expected = table_of(connection, chance, name)
        connection.close()
        good = [row for row in expected if BAD not in row]
        frame = context.create_dynamic_frame.from_options("sqlite", {"path": path, "dbTable": name})
        found = [[plain(record.get(f"c {i}")) for i in range(len(types))] for record in records_of(frame)]
        assert sorted(map(repr, found)) == sorted(map(repr, good)), (seed, number, types)
        assert frame.errorsCount() == len(expected) - len(good), (seed, number, types)
        # Written to a table of the same types, read again: the same values.
        context.write_dynamic_frame.from_options(frame, "sqlite", {"path": str(tmp_path / "out.db"), "dbTable": name, "mode": "create"})
        again = context.create_dynamic_frame.from_options("sqlite", {"path": str(tmp_path / "out.db"), "dbTable": name})
        found = [[plain(record.get(f"c {i}")) for i in range(len(types))] for record in records_of(again)]
        assert sorted(map(repr, found)) == sorted(map(repr, good)), (seed, number, types)
        assert again.errorsCount() == 0, (seed, number, types)
