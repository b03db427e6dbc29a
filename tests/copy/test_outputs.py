"""Rows on the standard output, `tenon preview` and `tenon schema`."""

import io
import json
import os
import subprocess
import time

import pyarrow
import pyarrow.ipc
import pytest

from copied import PROGRAM, environment, write_rows


def leavings(tmp_path):
    return sorted(path.name for path in tmp_path.iterdir())


def test_json_lines_are_the_default_of_the_standard_output(tenon, tmp_path, people):
    done = tenon("copy", "people.json", "-", "--select", "id,name")
    assert done.code == 0 and done.err.startswith("copied 4 rows")
    assert [json.loads(line) for line in done.out.splitlines()] == [{"id": p["id"], "name": p["name"]} for p in people]
    assert leavings(tmp_path) == ["people.json"]  # No run state.


def test_an_arrow_stream_holds_schema_and_rows(tenon, people):
    for words in (["copy", "people.json", "-", "--to-format", "arrow"], ["preview", "people.json", "-o", "arrow"]):
        done = tenon(*words, binary=True)
        assert done.code == 0, done.err
        table = pyarrow.ipc.open_stream(io.BytesIO(done.out)).read_all()
        table.validate(full=True)
        assert table.to_pylist() == people
        assert str(table.schema.field("id").type) == "int32"


def test_preview_is_a_table_with_types(tenon, tmp_path, people):
    done = tenon("preview", "people.json", "--select", "id, name, age, home.city as city")
    assert (done.code, done.err) == (0, "")
    assert done.out == (" id | name   |  age | city\n"
                        "int | string |  int | string\n"
                        "----+--------+------+-------\n"
                        "  1 | Ann    |   40 | Zürich\n"
                        "  2 | Bob    | null | Bern\n"
                        "  3 | Cyd    |   25 | null\n"
                        "  4 | Dot    |   61 | Chur\n")
    assert leavings(tmp_path) == ["people.json"]


def test_preview_shows_twenty_rows_unless_told(tenon, tmp_path):
    write_rows(tmp_path / "a.json", [{"id": row} for row in range(100)])
    assert len(tenon("preview", "a.json").out.splitlines()) == 3 + 20
    assert len(tenon("preview", "a.json", "--limit", "3", "-o", "json").out.splitlines()) == 3
    assert tenon("preview", "a.json", "-o", "json", "--where", "id >= 98", "--order-by", "id desc").out == (
        '{"id":99}\n{"id":98}\n')


def test_preview_shows_a_choice_with_its_types_and_tells_nulls_from_text(tenon, tmp_path):
    write_rows(tmp_path / "a.json", [{"zip": 8000}, {"zip": "8000"}, {"zip": "null"}, {"zip": ""}, {}])
    assert tenon("preview", "a.json").out == ("zip\nchoice<int,string>\n------------------\n"
                                              '8000\n8000\n"null"\n""\nnull\n')


def test_preview_bounds_wide_cells_and_keeps_lines_whole(tenon, tmp_path):
    write_rows(tmp_path / "a.json", [{"text": "x" * 1_000_000}, {"text": "two\nlines\x1b[31m"}, {"text": "日本語" * 40}])
    lines = tenon("preview", "a.json").out.splitlines()
    assert lines[3] == "x" * 39 + "…" and lines[4] == "two\\x0Alines\\x1B[31m" and len(lines) == 6
    assert lines[5] == ("日本語" * 40)[:19] + "…"


def test_preview_tells_of_bad_rows_and_goes_on(tenon, tmp_path):
    (tmp_path / "a.json").write_text('{"id": 1}\nno\n{"id": 2}\n')
    done = tenon("preview", "a.json", "-o", "json")
    assert done.code == 0 and done.out == '{"id":1}\n{"id":2}\n'
    assert done.err.startswith("left out 1 bad row: Line is not a JSON record")


def test_colours_are_for_terminals_or_on_request(tenon, people):
    assert "\x1b" not in tenon("preview", "people.json").out
    assert "\x1b[2mint" in tenon("preview", "people.json", CLICOLOR_FORCE="1").out
    assert "\x1b" not in tenon("preview", "people.json", CLICOLOR_FORCE="1", NO_COLOR="1").out


def test_schema_as_tree_json_and_list(tenon, tmp_path):
    write_rows(tmp_path / "a.json", [{"id": 1, "tags": ["x"], "zip": 1}, {"id": 5_000_000_000, "zip": "x", "odd name": None}])
    assert tenon("schema", "a.json").out == ("root\n|-- id: choice\n|    |-- int\n|    |-- long\n|-- tags: array\n"
                                             "|    |-- element: string\n|-- zip: choice\n|    |-- int\n|    |-- string\n"
                                             "|-- odd name: null\n")
    document = json.loads(tenon("schema", "a.json", "-o", "json").out)
    assert [field["name"] for field in document["fields"]] == ["id", "tags", "zip", "odd name"]
    assert tenon("schema", "a.json", "-o", "ddl").out == (
        "id choice<int,long>, tags array<string>, zip choice<int,string>, `odd name` null\n")


def test_a_reader_that_goes_away_ends_the_copy_quietly(tmp_path):
    write_rows(tmp_path / "a.json", [{"id": row, "text": "x" * 100} for row in range(50_000)])
    done = subprocess.run(f'"{PROGRAM}" copy a.json - 2>err | head -1; echo ${{PIPESTATUS[0]}}', shell=True, text=True,
                          executable="/bin/bash", cwd=tmp_path, env=environment(tmp_path), capture_output=True, timeout=60)
    assert done.stdout.splitlines()[1] == "141"
    assert (tmp_path / "err").read_text() == ""


def test_a_full_disk_behind_the_standard_output_is_told(tmp_path, people):
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, "copy", "people.json", "-"], cwd=tmp_path, env=environment(tmp_path), stdout=full,
                              stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 4 and "error: Output cannot be written: path=- error=No space left on device" in done.stderr


def test_a_table_without_rows_is_its_head_or_nothing(tenon, tmp_path, people):
    done = tenon("preview", "people.json", "--where", "id > 100")
    assert done.code == 0, done.err
    (tmp_path / "empty.json").write_text("")
    assert tenon("preview", "empty.json").code == 0


def test_two_previews_at_once_do_not_exclude_each_other(start, tmp_path, people):
    both = [start("preview", "people.json") for _ in range(2)]
    assert [process.wait(timeout=60) for process in both] == [0, 0]


def test_temporary_state_goes_also_after_a_kill(start, tenon, tmp_path):
    write_rows(tmp_path / "a.json", [{"id": row, "text": "x" * 200} for row in range(100_000)])
    (tmp_path / "tmp").mkdir()
    process = start("copy", "a.json", "-", env={**environment(tmp_path), "TMPDIR": str(tmp_path / "tmp")})
    process.stdout.readline()
    process.kill()
    process.wait()
    assert len(os.listdir(tmp_path / "tmp")) == 1
    assert tenon("preview", "a.json", "--limit", "1", TMPDIR=str(tmp_path / "tmp")).code == 0
    assert os.listdir(tmp_path / "tmp") == []
