"""The rows that are written and must be found: every type, with null, smallest, largest, typical and awkward values."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa

AWKWARD = 'a,b;"c"\\d\te\r\nf\'g h'
UTC = dt.timezone.utc

# What CSV can hold.
FLAT = pa.schema([
    ("id", pa.int64()), ("flag", pa.bool_()), ("small", pa.int32()), ("large", pa.int64()), ("real", pa.float64()),
    ("money", pa.decimal128(12, 2)), ("huge", pa.decimal128(38, 4)), ("text", pa.string()), ("day", pa.date32()),
])
ALL = pa.schema([
    *FLAT, ("bytes", pa.binary()), ("at", pa.timestamp("us", tz="UTC")), ("list", pa.list_(pa.int32())),
    ("deep", pa.struct([("a", pa.int32()), ("Words", pa.list_(pa.string()))])), ("map", pa.map_(pa.string(), pa.int64())),
])

ROWS = [
    dict(id=0, flag=False, small=-2**31, large=-2**63, real=-1.7976931348623157e308, money=Decimal("-9999999999.99"),
         huge=Decimal("-" + "9" * 34 + ".9999"), text="", day=dt.date(1, 1, 1), bytes=b"", list=[],
         at=dt.datetime(1, 1, 1, tzinfo=UTC), deep={"a": None, "Words": []}, map=[]),
    dict(id=1, flag=True, small=2**31 - 1, large=2**63 - 1, real=5e-324, money=Decimal("9999999999.99"),
         huge=Decimal("9" * 34 + ".9999"), text="Grüße 🐘", day=dt.date(9999, 12, 31), bytes=b"\x00\xff\x80", list=[0, None, -1],
         at=dt.datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), deep={"a": 7, "Words": ["x", None, "ß"]},
         map=[("k", 1), ("ü", None)]),
    dict(id=2, flag=True, small=42, large=-42, real=0.1, money=Decimal("105.00"), huge=Decimal("0.0001"), text=AWKWARD,
         day=dt.date(2026, 1, 1), bytes=b"plain", list=[1], at=dt.datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
         deep={"a": 1, "Words": None}, map=[("k", 2)]),
    dict.fromkeys(ALL.names) | {"id": 3},
]


def table(schema):
    return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in ROWS], schema=schema)
