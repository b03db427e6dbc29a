"""Writes Parquet files by pyarrow in all the ways it knows, each beside what a reader must find in it.

    make_files.py FOLDER SEED COUNT [ordered|long]

FOLDER/<i>.parquet, and FOLDER/<i>.arrow: an IPC file of the same rows in the types that a reader of ours gives. With
`ordered` the files have many row groups and pages whose values lie together, so that conditions leave some out. With `long`
they have thousands of rows of plain columns, as large files do: runs of every length, many pages, dictionaries given up half way.
"""

import decimal
import math
import random
import string
import struct
import sys

import pyarrow as pa
import pyarrow.parquet as pq

WHOLE = {pa.int8(): 7, pa.int16(): 15, pa.int32(): 31, pa.int64(): 63}
UNSIGNED = {pa.uint8(): 8, pa.uint16(): 16, pa.uint32(): 32, pa.uint64(): 64}
WIDER = {pa.uint8(): pa.int16(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64(), pa.uint64(): pa.decimal128(20, 0)}


def plain_type(kind):
    """The type that the reader gives a column of this one."""
    if kind in WIDER:
        return WIDER[kind]
    if pa.types.is_float16(kind):
        return pa.float32()
    if pa.types.is_decimal(kind):
        return (pa.decimal256 if kind.precision > 38 else pa.decimal128)(kind.precision, kind.scale)
    if pa.types.is_dictionary(kind):
        return plain_type(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string(kind) or kind == pa.string_view():
        return pa.string()
    if pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind) or pa.types.is_binary(kind):
        return pa.binary()
    if pa.types.is_date(kind):
        return pa.date32()
    if pa.types.is_time(kind):
        return pa.time64("us")
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", tz="UTC" if kind.tz else None)
    if pa.types.is_duration(kind):
        return pa.int64()
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(f.name, plain_type(f.type)) for f in kind])
    if pa.types.is_map(kind):
        key = plain_type(kind.key_type)
        if key == pa.string():
            return pa.map_(key, plain_type(kind.item_type))
        return pa.list_(pa.struct([pa.field("key", key), pa.field("value", plain_type(kind.item_type))]))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return pa.list_(plain_type(kind.value_type))
    return kind


MICROS = {"s": (1_000_000, 1), "ms": (1_000, 1), "us": (1, 1), "ns": (1, 1_000)}


def plain_value(value, kind):
    """A value of `kind`, as numbers for times, as the value of plain_type(kind)."""
    if value is None:
        return None
    if pa.types.is_struct(kind):
        return {f.name: plain_value(value[f.name], f.type) for f in kind}
    if pa.types.is_map(kind):
        pairs = [(plain_value(k, kind.key_type), plain_value(v, kind.item_type)) for k, v in value]
        if plain_type(kind.key_type) == pa.string():
            return pairs
        return [{"key": k, "value": v} for k, v in pairs]
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return [plain_value(each, kind.value_type) for each in value]
    if pa.types.is_dictionary(kind):
        return plain_value(value, kind.value_type)
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        by, down = MICROS[kind.unit]
        return value * by // down
    if pa.types.is_date64(kind):
        return value // 86_400_000
    if pa.types.is_uint64(kind):
        return decimal.Decimal(value)
    if pa.types.is_float16(kind):
        return struct.unpack("e", struct.pack("e", value))[0]
    return value


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def leaf(self):
        r = self.random
        return r.choice([
            pa.bool_(), *WHOLE, *UNSIGNED, pa.float16(), pa.float32(), pa.float64(), pa.string(), pa.string(), pa.binary(),
            pa.large_string(), pa.binary(r.randint(1, 20)), pa.date32(), pa.date64(), pa.time32("s"), pa.time32("ms"),
            pa.time64("us"), pa.time64("ns"), pa.timestamp(r.choice(list(MICROS))),
            pa.timestamp(r.choice(list(MICROS)), tz=r.choice(["UTC", "Europe/Berlin", "+05:30"])), pa.duration("us"),
            self.decimal(), self.decimal(), pa.dictionary(pa.int32(), pa.string()), pa.null(),
        ])

    def decimal(self):
        precision = self.random.choice([1, 4, 9, 10, 18, 19, 38, 39, 60, 76])
        scale = self.random.randint(0, precision)
        return (pa.decimal256 if precision > 38 else pa.decimal128)(precision, scale)

    def kind(self, depth=0):
        r = self.random
        if depth < 3 and r.random() < 0.25:
            shape = r.choice(["struct", "list", "list", "large", "fixed", "map", "other map"])
            if shape == "struct":
                return pa.struct([pa.field(f"f{i}", self.kind(depth + 1)) for i in range(r.randint(1, 3))])
            element = self.kind(depth + 1)
            if shape == "list":
                return pa.list_(element)
            if shape == "large":
                return pa.large_list(element)
            if shape == "fixed":
                return pa.list_(self.leaf_of_lists(), r.randint(1, 3))
            return pa.map_(pa.string() if shape == "map" else pa.int32(), element)
        return self.leaf()

    def leaf_of_lists(self):
        return self.random.choice([pa.int32(), pa.float64(), pa.string()])

    def text(self):
        r = self.random
        letters = string.ascii_letters + "äß漢🙂 \n\t\"'\\\0"
        return "".join(r.choice(letters) for _ in range(r.choice([0, 1, 3, 12, 12, 40])))

    def number(self, bits):
        r = self.random
        return r.choice([0, 1, -1, -(1 << bits), (1 << bits) - 1, r.randint(-(1 << bits), (1 << bits) - 1),
                         max(-(1 << bits), min(r.randint(-50, 50), (1 << bits) - 1))])

    def time(self, kind, last):
        per_day = 86_400_000_000_000 // {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[kind.unit]
        if last:
            return self.random.choice([0, per_day - 1, self.random.randrange(per_day)])
        days = self.random.choice([0, -1, 1, 20_000, self.random.randint(-90_000, 90_000)])
        if kind.unit != "ns" and self.random.random() < 0.1:
            days = self.random.choice([-719_162, 2_932_896])  # The years 1 and 9999.
        return days * per_day + self.random.randrange(per_day)

    def value(self, kind):
        r = self.random
        if pa.types.is_null(kind) or (r.random() < self.nulls):
            return None
        if pa.types.is_boolean(kind):
            return r.random() < 0.5
        if kind in WHOLE:
            return self.number(WHOLE[kind])
        if kind in UNSIGNED:
            return r.choice([0, 1, (1 << UNSIGNED[kind]) - 1, r.randrange(1 << UNSIGNED[kind])])
        if pa.types.is_floating(kind):
            value = r.choice([0.0, -0.0, 1.5, -2.25, math.inf, -math.inf, math.nan, r.uniform(-1000, 1000)])
            return value if not pa.types.is_float64(kind) or r.random() < 0.9 else r.choice([5e-324, 1.7e308])
        if pa.types.is_decimal(kind):
            top = 10**kind.precision - 1
            unscaled = r.choice([0, 1, -1, top, -top, r.randint(-top, top), r.randint(-9, 9)])
            with decimal.localcontext() as context:
                context.prec = 80
                return decimal.Decimal(unscaled).scaleb(-kind.scale)
        if pa.types.is_fixed_size_binary(kind):
            return r.randbytes(kind.byte_width)
        if pa.types.is_binary(kind):
            return r.randbytes(r.choice([0, 1, 9, 30]))
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            return self.text()
        if pa.types.is_dictionary(kind):
            return r.choice(["red", "green", "blue", ""])
        if pa.types.is_date32(kind):
            return r.choice([0, -1, -719_162, 2_932_896, r.randint(-90_000, 90_000)])
        if pa.types.is_date64(kind):
            return 86_400_000 * r.randint(-90_000, 90_000)
        if pa.types.is_time(kind):
            return self.time(kind, True)
        if pa.types.is_timestamp(kind):
            return self.time(kind, False)
        if pa.types.is_duration(kind):
            return self.number(62)
        if pa.types.is_struct(kind):
            return {f.name: self.value(f.type) for f in kind}
        if pa.types.is_map(kind):
            keys = {self.text() if pa.types.is_string(kind.key_type) else self.number(31) for _ in range(r.randint(0, 4))}
            return [(key, self.value(kind.item_type)) for key in sorted(keys)]
        if pa.types.is_fixed_size_list(kind):
            return [self.value(kind.value_type) for _ in range(kind.list_size)]
        return [self.value(kind.value_type) for _ in range(r.choice([0, 1, 2, 5]))]

    def column(self, kind, rows):
        self.nulls = self.random.choice([0, 0, 0.1, 0.5, 1])
        values = [self.value(kind) for _ in range(rows)]
        if self.random.random() < 0.3 and rows > 3:  # Runs, as dictionaries and run lengths like them.
            values = [values[i // 5] for i in range(rows)]
        return values

    def columns(self, rows):
        kinds = [self.kind() for _ in range(self.random.randint(1, 6))]
        return [(f"c{i}", kind, self.column(kind, rows)) for i, kind in enumerate(kinds)]

    def ordered(self, rows):
        """Flat columns whose values ascend, roughly."""
        r = self.random
        kinds = [pa.int32(), pa.int64(), pa.float64(), pa.float32(), pa.string(), pa.decimal128(12, 2), pa.decimal128(30, 4),
                 pa.date32(), pa.timestamp("ms", tz="UTC"), pa.timestamp("us"), pa.bool_(), pa.uint32(), pa.binary()]
        columns = []
        for i, kind in enumerate(r.sample(kinds, r.randint(3, 6))):
            steps = sorted(r.randint(0, 3 * rows) + r.randint(0, r.choice([0, 0, 9])) for _ in range(rows))
            nulls = r.choice([0, 0, 0.2])
            columns.append((f"c{i}", kind, [None if r.random() < nulls else self.step(kind, s, rows) for s in steps]))
        return columns

    def long(self, rows):
        """Flat columns: runs, few values, many values, steps, and nulls in runs or one by one."""
        r = self.random
        kinds = [pa.int32(), pa.int64(), pa.float64(), pa.float32(), pa.string(), pa.string(), pa.binary(), pa.decimal128(7, 2),
                 pa.decimal128(16, 3), pa.date32(), pa.timestamp("us"), pa.timestamp("ms", tz="UTC"), pa.int16()]
        return [(f"c{i}", kind, self.long_column(kind, rows)) for i, kind in enumerate(r.sample(kinds, 6))]

    def long_column(self, kind, rows):
        r = self.random
        self.nulls = 0
        few = [self.value(kind) for _ in range(r.choice([1, 2, 9, 200, 5000]))]
        how = r.choice(["run", "any", "any", "mixed"])
        values = []
        while len(values) < rows:
            each = r.choice(few)
            values += [each] * r.randint(1, 300) if how == "run" or (how == "mixed" and r.random() < 0.1) else [each]
        if kind in (pa.int32(), pa.int64()) and r.random() < 0.4:
            values = [i * 3 + r.randint(0, 1 << r.choice([1, 8, 20])) for i in range(rows)]
        null_share, null_run = r.choice([0, 0, 0.001, 0.1, 0.5, 0.97]), r.choice([1, 1, 100])
        for at in range(0, rows, null_run):
            if r.random() < null_share:
                values[at:at + null_run] = [None] * len(values[at:at + null_run])
        return values[:rows]

    def step(self, kind, n, rows):
        if pa.types.is_boolean(kind):
            return n > 1.5 * rows
        if pa.types.is_floating(kind):
            return math.nan if self.random.random() < 0.01 else n / 4
        if pa.types.is_string(kind):
            return f"k{n:05}" + "é" * (n % 3)
        if pa.types.is_binary(kind):
            return f"k{n:05}".encode() + b"\xff" * (n % 3)
        if pa.types.is_decimal(kind):
            return decimal.Decimal(n - rows).scaleb(-kind.scale)
        return n

    def options(self, table, how):
        r, ordered = self.random, how == "ordered"
        some = lambda: [name for name in leaf_paths(table.schema) if r.random() < 0.5]
        options = dict(
            version=r.choice(["1.0", "2.4", "2.6", "2.6"]), data_page_version=r.choice(["1.0", "2.0"]),
            compression=r.choice(["none", "snappy", "gzip", "zstd", "lz4", "brotli"]),
            row_group_size=r.choice([1, 7, 50, 100]) if not ordered else r.choice([100, 500, 2000]),
            data_page_size=r.choice([1, 64, 1024, 1 << 20]), write_batch_size=r.choice([1, 10, 1024]),
            write_statistics=r.choice([True, True, False]), write_page_index=r.choice([True, False]) or ordered,
            store_decimal_as_integer=r.random() < 0.5, store_schema=r.random() < 0.6,
            use_compliant_nested_type=r.random() < 0.7, write_page_checksum=r.random() < 0.3,
            use_deprecated_int96_timestamps=r.random() < 0.2 and not ordered, dictionary_pagesize_limit=r.choice([20, 1 << 20]))
        if how == "long":
            options.update(row_group_size=r.choice([3000, 1 << 20]), data_page_size=r.choice([300, 4000, 1 << 20]),
                           write_batch_size=r.choice([64, 1024]), dictionary_pagesize_limit=r.choice([2000, 1 << 20]))
        if ordered:
            options["max_rows_per_page"] = r.choice([10, 33, 100])
            options["write_statistics"] = r.random() < 0.7
            filtered = [name for name, kind in leaf_paths(table.schema).items() if not pa.types.is_boolean(kind)]
            options["bloom_filter_options"] = {name: {"ndv": 2000, "fpp": 0.05} for name in filtered if r.random() < 0.4}
        options["use_dictionary"] = r.choice([True, True, False, False, None])
        if options["use_dictionary"] is None:
            options["use_dictionary"] = some()
        if options["use_dictionary"] is False:
            encodings = {path: self.encoding(kind) for path, kind in leaf_paths(table.schema).items()}
            options["column_encoding"] = {path: e for path, e in encodings.items() if e}
        return options

    def encoding(self, kind):
        r = self.random
        if kind in (pa.int32(), pa.int64()):
            return r.choice(["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"])
        if kind in (pa.float32(), pa.float64()):
            return r.choice(["PLAIN", "BYTE_STREAM_SPLIT"])
        if pa.types.is_string(kind) or pa.types.is_binary(kind):
            return r.choice(["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"])
        if pa.types.is_boolean(kind):
            return r.choice(["PLAIN", "RLE"])
        return None


def leaf_paths(schema):
    """Top-level columns that are leaves, by name."""
    return {f.name: f.type for f in schema if not pa.types.is_nested(f.type)}


def write(path, columns, maker, how):
    table = table_of(columns)
    options = maker.options(table, how)
    while True:
        try:
            pq.write_table(table, path + ".parquet", **options)
            return options
        except (pa.ArrowException, OSError):  # What pyarrow cannot write is asked for otherwise.
            if options.pop("column_encoding", None) is not None:
                continue
            if options["version"] != "2.6":
                options["version"] = "2.6"  # Earlier ones have no nanoseconds.
            elif options["use_deprecated_int96_timestamps"]:
                options["use_deprecated_int96_timestamps"] = False
            elif any("dictionary" in str(kind) for _, kind, _ in columns):
                columns[:] = [(name, without_dictionaries(kind), values) for name, kind, values in columns]
                table = table_of(columns)
            else:
                raise


def without_dictionaries(kind):
    """pyarrow fails to write some dictionaries without a word."""
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(f.name, without_dictionaries(f.type)) for f in kind])
    if pa.types.is_map(kind):
        return pa.map_(kind.key_type, without_dictionaries(kind.item_type))
    if pa.types.is_large_list(kind):
        return pa.large_list(without_dictionaries(kind.value_type))
    return pa.list_(without_dictionaries(kind.value_type)) if pa.types.is_list(kind) else kind


def table_of(columns):
    return pa.table([pa.array(values, kind) for _, kind, values in columns], names=[name for name, _, _ in columns])


def expected(columns, options):
    arrays, names = [], []
    for name, kind, values in columns:
        plain = plain_type(kind)
        if options["use_deprecated_int96_timestamps"]:
            plain = instants(plain)
        plain_values = [plain_value(value, kind) for value in values]
        arrays.append(pa.array(plain_values, plain))
        names.append(name)
    return pa.table(arrays, names=names)


def instants(kind):
    """Timestamps without a zone are instants in INT96."""
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", tz="UTC")
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(f.name, instants(f.type)) for f in kind])
    if pa.types.is_map(kind):
        return pa.map_(kind.key_type, instants(kind.item_type))
    if pa.types.is_list(kind):
        return pa.list_(instants(kind.value_type))
    return kind


ROWS = {"": [0, 1, 2, 7, 50, 200], "ordered": [500, 3000], "long": [2000, 9000]}


def main(folder, seed, count, how):
    maker = Maker(seed)
    for i in range(count):
        rows = maker.random.choice(ROWS[how])
        columns = {"": maker.columns, "ordered": maker.ordered, "long": maker.long}[how](rows)
        path = f"{folder}/{i}"
        options = write(path, columns, maker, how)
        table = expected(columns, options)
        with pa.ipc.new_file(path + ".arrow", table.schema) as out:
            out.write_table(table)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), "".join(sys.argv[4:]))
