"""CSV on both ends: types are found in all rows unless they are given."""

import json

import pyarrow
import pytest

from copied import read_rows, files_of

TEXT = "id,name,price,since\n1,Ann,12.50,2026-01-31\n2,\"B, b\",,\n3000000000,,7,2026-02-01\n"


def ddl(tenon, *words):
    done = tenon("schema", "a.csv", "-o", "ddl", *words)
    assert done.code == 0, done.err
    return done.out.strip()


@pytest.fixture(autouse=True)
def source(tmp_path):
    (tmp_path / "a.csv").write_text(TEXT)


def test_types_are_inferred_unless_told(tenon):
    assert ddl(tenon).startswith("id long, name string, price ")
    assert ddl(tenon, "--types", "strings") == "id string, name string, price string, since string"
    assert ddl(tenon, "--types", "id string, price decimal(12,3)").startswith(
        "id string, name string, price decimal(12,3), since ")


def test_types_may_stand_in_a_file_as_a_list_or_as_a_glue_schema(tenon, tmp_path):
    (tmp_path / "types.txt").write_text("id decimal(20,0),\n  name string\n")
    assert ddl(tenon, "--types", "types.txt").startswith("id decimal(20,0), name string, ")
    (tmp_path / "schema.json").write_text(tenon("schema", "a.csv", "-o", "json", "--types", "id decimal(20,0)").out)
    assert ddl(tenon, "--types", "schema.json").startswith("id decimal(20,0), name string, ")


def test_wrong_types_are_told(tenon):
    done = tenon("schema", "a.csv", "--types", "id lnog")
    assert done.code == 2 and "lnog" in done.err
    done = tenon("copy", "a.csv", "-", "--types", "id")
    assert done.code == 2 and "error[TN1103]: A column cannot be read: option=--types column=id" in done.err


def test_other_formats_take_no_types(tenon, tmp_path):
    (tmp_path / "a.json").write_text('{"id": 1}\n')
    done = tenon("copy", "a.json", "-", "--types", "strings")
    assert done.code == 2 and "error[TN1103]: Only CSV takes types" in done.err and "format=json option=--types" in done.err


def test_a_typed_source_knows_its_columns_before_it_is_read(tenon, tmp_path):
    for words, near in ((["--where", "nmae = 'Ann'"], "name"), (["--select", "id, pric"], "price"), (["--order-by", "snce"], "since")):
        done = tenon("copy", "a.csv", "out", "--to-format", "json", *words)
        assert done.code == 1 and "error[TN2001]" in done.err and f"Did you mean {near}?" in done.err, done.err
    done = tenon("copy", "a.csv", "-", "--where", "id > 1 and name is not null", "--select", "id")
    assert done.out == '{"id":2}\n', done.err


def test_csv_goes_to_every_other_form(tenon, tmp_path):
    assert tenon("copy", "a.csv", "out").code == 0
    assert sorted(row["id"] for row in read_rows(tmp_path / "out")) == [1, 2, 3_000_000_000]
    lines = [json.loads(line) for line in tenon("copy", "a.csv", "-").out.splitlines()]
    assert [line["name"] for line in lines] == ["Ann", "B, b", None] or [line.get("name") for line in lines] == ["Ann", "B, b", None]
    again = tenon("copy", "a.csv", "-", "--to-format", "csv", "--types", "strings")
    assert again.code == 0 and again.out.splitlines()[0] in ("id,name,price,since", '"id","name","price","since"')
    assert "Ann" in tenon("preview", "a.csv", "-o", "csv").out


def test_a_bad_record_is_named_with_its_line(tenon, tmp_path):
    (tmp_path / "a.csv").write_text("id,name\n1,Ann\n2,\"B\"b\n")
    done = tenon("copy", "a.csv", "-")
    assert done.code == 7 and "error[TN2010]: Bad row: " in done.err and f"file={tmp_path}/a.csv line=3" in done.err, done.err


def test_tabs_separate_the_fields_of_a_tsv(tenon, tmp_path):
    (tmp_path / "a.tsv").write_text("id\tname\n1\tAnn\n")
    assert tenon("copy", "a.tsv", "-").out == '{"id":1,"name":"Ann"}\n'
    (tmp_path / "b.csv").write_text("id;name\n1;Ann\n")
    assert tenon("copy", "b.csv", "-", "--option", "separator=;").out == '{"id":1,"name":"Ann"}\n'


LINES = 'id,note\n1,"first\nsecond, and\r\nthird"\n2,"\n"\n3,plain\n'
NOTES = [{"id": 1, "note": "first\nsecond, and\r\nthird"}, {"id": 2, "note": "\n"}, {"id": 3, "note": "plain"}]


def test_a_newline_in_quotes_belongs_to_the_value(tenon, tmp_path):
    (tmp_path / "a.csv").write_bytes(LINES.encode())
    assert ddl(tenon) == "id int, note string"
    done = tenon("copy", "a.csv", "b.json")
    assert done.code == 0 and read_rows(tmp_path / "b.json") == NOTES, done.err
    shown = tenon("preview", "a.csv", "-o", "json")
    assert [json.loads(line) for line in shown.out.splitlines()] == NOTES, shown.err
    assert tenon("copy", "a.csv", "c.csv").code == 0
    assert (tmp_path / "c.csv").read_bytes() == LINES.encode()


def test_with_multi_line_off_a_newline_ends_the_record(tenon, tmp_path):
    (tmp_path / "a.csv").write_text('id,note\n1,"first\nsecond"\n')
    done = tenon("copy", "a.csv", "-", "--option", "multiLine=false")
    assert done.code == 7 and "error[TN2010]: Bad row: Record cannot be read: a quoted value is not closed on its line" in done.err, done.err


def test_a_quote_that_is_never_closed_is_told_with_its_line(tenon, tmp_path):
    (tmp_path / "a.csv").write_text('id,note\n1,Ann\n2,"Bob\n3,Cyd\n')
    done = tenon("copy", "a.csv", "b.json")
    assert done.code == 7 and "a quoted value is not closed before the file ends" in done.err and "line=3" in done.err, done.err
    assert not (tmp_path / "b.json").exists()


def test_a_glob_of_files_makes_one_file(tenon, tmp_path):
    for number in range(3):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"part-{number}.csv").write_text(f'id,note\n{number},"a\nb{number}"\n')
    (tmp_path / "in" / "other.txt").write_text("nothing of it")
    done = tenon("copy", "in/part-*.csv", "all.json")
    assert done.code == 0, done.err
    assert read_rows(tmp_path / "all.json") == [{"id": number, "note": f"a\nb{number}"} for number in range(3)]
