"""Writes small Parquet files by hand, each wrong in one way: FOLDER/<name>.parquet.

    make_damaged.py FOLDER
"""

import sys
import zlib

I32, I64, TEXT, LIST, STRUCT = 5, 6, 8, 9, 12


def varint(number):
    number &= (1 << 64) - 1
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def zigzag(number):
    return varint(number << 1 ^ number >> 63)


def encode(kind, value):
    if kind in (I32, I64):
        return zigzag(value)
    if kind == TEXT:
        text = value.encode() if isinstance(value, str) else value
        return varint(len(text)) + text
    if kind == STRUCT:
        return record(value)
    element, values = value
    size = bytes([len(values) << 4 | element]) if len(values) < 15 else bytes([0xF0 | element]) + varint(len(values))
    return size + b"".join(encode(element, each) for each in values)


def record(fields):
    """Thrift's compact form of [(id, kind, value)]."""
    out, last = b"", 0
    for number, kind, value in fields:
        out += bytes([(number - last) << 4 | kind]) + encode(kind, value)
        last = number
    return out + b"\0"


def element(name, type=None, children=None, repetition=0, length=None, converted=None, scale=None, precision=None):
    fields = [(1, I32, type), (2, I32, length), (3, I32, repetition), (4, TEXT, name), (5, I32, children), (6, I32, converted),
              (7, I32, scale), (8, I32, precision)]
    return [field for field in fields if field[2] is not None]


def page(data, values=3, encoding=0, uncompressed=None, compressed=None, type=0, crc=None, header=None):
    inner = header if header is not None else [(1, I32, values), (2, I32, encoding), (3, I32, 3), (4, I32, 3)]
    fields = [(1, I32, type), (2, I32, len(data) if uncompressed is None else uncompressed),
              (3, I32, len(data) if compressed is None else compressed)]
    if crc is not None:
        fields.append((4, I32, crc))
    if inner:
        fields.append(({0: 5, 2: 7, 3: 8}.get(type, 5), STRUCT, inner))
    return record(fields) + data


INTS = b"".join(n.to_bytes(4, "little") for n in (1, 2, 3))


def chunk(pages, type=1, codec=0, values=3, offset=4, bytes=None, path=("a",), dictionary=None, encodings=(0,), extra=()):
    size = len(pages) if bytes is None else bytes
    fields = [(1, I32, type), (2, LIST, (I32, list(encodings))), (3, LIST, (TEXT, list(path))), (4, I32, codec), (5, I64, values),
              (6, I64, size), (7, I64, size), (9, I64, offset)]
    if dictionary is not None:
        fields.append((11, I64, dictionary))
    return [(2, I64, 0), (3, STRUCT, fields + list(extra))]


def footer(schema, groups, rows=3):
    return record([(1, I32, 2), (2, LIST, (STRUCT, schema)), (3, I64, rows), (4, LIST, (STRUCT, groups)), (6, TEXT, "hand")])


def whole(pages, footer_bytes, length=None, magic=b"PAR1", first=b"PAR1"):
    length = len(footer_bytes) if length is None else length
    return first + pages + footer_bytes + (length & 0xFFFFFFFF).to_bytes(4, "little") + magic


def simple(pages=None, rows=3, group_rows=3, schema=None, **of_chunk):
    pages = page(INTS) if pages is None else pages
    schema = schema or [element("root", children=1), element("a", type=1)]
    group = [(1, LIST, (STRUCT, [chunk(pages, **of_chunk)])), (2, I64, len(pages)), (3, I64, group_rows)]
    return whole(pages, footer(schema, [group], rows))


def column(**of_element):
    return [element("root", children=1), element("a", **of_element)]


def deep(levels):
    return [element("root", children=1)] + [element("g", children=1, repetition=1) for _ in range(levels)] + [element("a", type=1)]


def gzip_bomb(size):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(b"\0" * size) + packer.flush()


def files():
    good = simple()
    yield "good", good
    yield "empty", b""
    yield "one_byte", b"P"
    yield "magic_alone", b"PAR1"
    yield "magic_twice", b"PAR1PAR1"
    yield "nothing_but_a_length", b"PAR1" + b"\0\0\0\0PAR1"
    yield "wrong_last_magic", good[:-4] + b"PAR2"
    yield "encrypted_magic", good[:-4] + b"PARE"
    yield "text", b"id,name\n1,x\n" * 20
    foot = footer(column(type=1), [])
    yield "no_row_groups_but_rows", whole(b"", foot)
    for name, length in (("zero", 0), ("one", 1), ("beyond", 1 << 20), ("minus_one", -1), ("most", 0x7FFFFFFF), ("short", 10)):
        yield f"footer_length_{name}", whole(page(INTS), foot, length)
    yield "footer_of_zeroes", whole(b"", b"\0" * 64)
    yield "footer_of_ones", whole(b"", b"\xff" * 64)
    yield "footer_nests_for_ever", whole(b"", b"\x1c" * 100_000)
    yield "footer_lists_for_ever", whole(b"", b"\x19" * 100_000)
    yield "footer_huge_list", whole(b"", b"\x15\x04\x19\xfc\xff\xff\xff\xff\x07")
    yield "footer_huge_text", whole(b"", b"\x15\x04\x68\xff\xff\xff\xff\x07")
    yield "no_schema", whole(b"", footer([], []))
    yield "root_alone", whole(b"", footer([element("root", children=0)], []))
    yield "root_promises_too_many", simple(schema=[element("root", children=1000), element("a", type=1)])
    yield "root_promises_minus", simple(schema=[element("root", children=-1), element("a", type=1)])
    yield "group_without_children", simple(schema=[element("root", children=1), element("a", children=0)])
    yield "group_without_children_beside_a_column", simple(
        schema=[element("root", children=2), element("g", children=0), element("a", type=1)])
    yield "deep_90", simple(schema=deep(90))
    yield "deep_10000", simple(schema=deep(10_000))
    yield "unknown_type", simple(schema=column(type=99))
    yield "unknown_repetition", simple(schema=column(type=1, repetition=9))
    yield "fixed_length_zero", simple(schema=column(type=7, length=0), type=7)
    yield "fixed_length_huge", simple(schema=column(type=7, length=0x7FFFFFFF), type=7)
    yield "fixed_length_minus", simple(schema=column(type=7, length=-5), type=7)
    yield "decimal_of_no_digits", simple(schema=column(type=1, converted=5, scale=0, precision=0))
    yield "decimal_of_80_digits", simple(schema=column(type=7, length=40, converted=5, scale=0, precision=80), type=7)
    yield "decimal_scale_above", simple(schema=column(type=1, converted=5, scale=9, precision=2))
    yield "decimal_beyond_its_digits", simple(page(b"".join(n.to_bytes(4, "little") for n in (1, 99, 100))),
                                              schema=column(type=1, converted=5, scale=0, precision=2))
    yield "list_without_elements", simple(schema=[element("root", children=1), element("a", children=0, repetition=1, converted=3)])
    yield "map_without_key", simple(schema=[element("root", children=1), element("a", children=1, repetition=1, converted=1),
                                            element("b", type=1, repetition=2)])
    yield "offset_minus", simple(offset=-4)
    yield "offset_beyond", simple(offset=1 << 40)
    yield "chunk_beyond", simple(bytes=1 << 40)
    yield "chunk_minus", simple(bytes=-1)
    yield "chunk_of_another_type", simple(type=2)
    yield "dictionary_offset_beyond", simple(dictionary=1 << 40)
    yield "unknown_codec", simple(codec=42)
    yield "wrong_codec", simple(codec=1)
    yield "values_more", simple(values=1000)
    yield "values_less", simple(values=1)
    yield "values_minus", simple(values=-3)
    yield "rows_more", simple(group_rows=1000)
    yield "rows_minus", simple(group_rows=-3)
    yield "rows_most", simple(group_rows=(1 << 63) - 1)
    yield "page_values_most", simple(page(INTS, values=0x7FFFFFFF), values=0x7FFFFFFF, group_rows=0x7FFFFFFF)
    yield "page_values_minus", simple(page(INTS, values=-1))
    yield "page_longer_than_file", simple(page(INTS, compressed=1 << 30))
    yield "page_size_minus", simple(page(INTS, compressed=-12))
    yield "page_unpacks_to_most", simple(page(INTS, uncompressed=0x7FFFFFFF), codec=2)
    yield "page_of_unknown_kind", simple(page(INTS, type=77))
    yield "page_without_header", simple(page(INTS, header=[]))
    yield "page_of_unknown_encoding", simple(page(INTS, encoding=55))
    yield "page_cut", simple(page(INTS[:5]))
    yield "page_with_wrong_checksum", simple(page(INTS, crc=1234))
    yield "indices_without_dictionary", simple(page(b"\x02\x06\x1b", encoding=8))
    words = page(INTS, type=2, header=[(1, I32, 3), (2, I32, 0)])
    yield "index_beyond_dictionary", simple(words + page(b"\x08\x06\xff", encoding=8), dictionary=4, offset=4 + len(words))
    yield "dictionary_counts_most", simple(page(INTS, type=2, header=[(1, I32, 0x7FFFFFFF), (2, I32, 0)]) + page(b"\x02\x06\x00", encoding=8),
                                           dictionary=4)
    yield "index_bits_200", simple(words + page(b"\xc8\x06\x00", encoding=8), dictionary=4, offset=4 + len(words))
    yield "delta_of_nothing", simple(page(b"", encoding=5))
    yield "delta_blocks_huge", simple(page(b"\xff\xff\xff\xff\x07\x01\x03\x02" + b"\xff" * 20, encoding=5))
    texts = b"".join(len(t).to_bytes(4, "little") + t for t in (b"a", b"\xff\xfe", b"c"))
    yield "text_not_utf8", simple(page(texts), schema=column(type=6, converted=0), type=6)
    cut = b"".join(len(t).to_bytes(4, "little") + t for t in (b"a\xc3", b"\xa4", b"c"))
    yield "text_cut_in_a_letter", simple(page(cut), schema=column(type=6, converted=0), type=6)
    yield "text_longer_than_page", simple(page(b"\xff\xff\xff\x7fabc"), schema=column(type=6, converted=0), type=6)
    yield "text_length_minus", simple(page(b"\xff\xff\xff\xffabc"), schema=column(type=6, converted=0), type=6)
    yield "levels_longer_than_page", simple(page(b"\xff\xff\xff\x7f\x06\x01"), schema=column(type=1, repetition=1))
    yield "levels_above_the_highest", simple(page(b"\x02\0\0\0\x06\x07" + INTS), schema=column(type=1, repetition=1))
    yield "levels_of_version_2_minus", simple(page(INTS, type=3, header=[(1, I32, 3), (2, I32, 0), (3, I32, 3), (4, I32, 0), (5, I32, -1),
                                                                         (6, I32, -1)]))
    yield "levels_packed_from_the_highest_bit", simple(page(b"\xe0" + INTS, header=[(1, I32, 3), (2, I32, 0), (3, I32, 4), (4, I32, 3)]),
                                                       schema=column(type=1, repetition=1), encodings=(0, 4))
    bomb = gzip_bomb(300 << 20)
    yield "bomb", simple(page(bomb, uncompressed=300 << 20, values=(300 << 20) // 4), codec=2, values=(300 << 20) // 4,
                         group_rows=(300 << 20) // 4)


if __name__ == "__main__":
    for file_name, content in files():
        with open(f"{sys.argv[1]}/{file_name}.parquet", "wb") as out:
            out.write(content)
