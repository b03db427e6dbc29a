"""What `tenon copy` does with its options."""

import json
import os
import re

import pyarrow.parquet
import pytest

from copied import files_of, read_rows, write_rows


def ids(target):
    return sorted(row["id"] for row in read_rows(target))


def test_a_folder_of_parquet_is_what_a_name_without_an_ending_means(tenon, tmp_path, people):
    done = tenon("copy", "people.json", "out")
    assert (done.code, done.out) == (0, ""), done.err
    assert re.fullmatch(r"copied 4 rows, [\d.]+ kB in [\d.]+ s \([\d,]+ rows/s, [\d.]+ [kMG]B/s\)\n", done.err), done.err
    assert all(path.suffix == ".parquet" for path in files_of(tmp_path / "out"))
    assert sorted(read_rows(tmp_path / "out"), key=lambda row: row["id"]) == people


def test_the_format_of_the_target_can_be_given(tenon, tmp_path, people):
    assert tenon("copy", "people.json", "out/", "--to-format", "json").code == 0
    assert all(path.suffix == ".json" for path in files_of(tmp_path / "out")) and ids(tmp_path / "out") == [1, 2, 3, 4]


def test_a_format_of_the_source_that_no_ending_tells_is_asked_for(tenon, tmp_path, people):
    (tmp_path / "people.json").rename(tmp_path / "people.data")
    done = tenon("copy", "people.data", "out")
    assert done.code == 2 and not (tmp_path / "out").exists()
    assert done.err == (f"error[TN1003]: Format of the source cannot be told: path={tmp_path}/people.data\n"
                        "  hint: Give it: --format json, --format csv or --format parquet.\n")
    assert tenon("copy", "people.data", "out", "--format", "json").code == 0


@pytest.mark.parametrize("where, expected", [
    ("age > 30", [1, 4]), ("age is null", [2]), ("name in ('Ann', 'Cyd')", [1, 3]),
    ("home.city = 'Bern' or id = 4", [2, 4]), ("ID = 1", [1]), ("id > 100", []),
])
def test_where_keeps_the_rows_for_which_it_is_true(tenon, tmp_path, people, where, expected):
    done = tenon("copy", "people.json", "out", "--to-format", "json", "--where", where)
    assert done.code == 0, done.err
    assert ids(tmp_path / "out") == expected


def test_select_takes_renames_and_orders_columns(tenon, tmp_path, people):
    done = tenon("copy", "people.json", "-", "--select", "name as who, home.city, id")
    assert done.code == 0, done.err
    assert done.out.splitlines()[0] == '{"who":"Ann","city":"Zürich","id":1}'


@pytest.mark.parametrize("words, column, near", [
    (["--where", "nmae = 'Ann'"], "nmae", "name"), (["--select", "id, ag"], "ag", "age"),
    (["--order-by", "hme"], "hme", "home"),
])
def test_a_column_that_is_nowhere_is_told_with_the_nearest_and_nothing_is_written(tenon, tmp_path, people, words, column,
                                                                                 near):
    done = tenon("copy", "people.json", "out", "--to-format", "json", *words)
    assert done.code == 1, done.err
    assert done.err == (f"error[TN2001]: Column is in no row of the source: column={column}\n"
                        f"  hint: Did you mean {near}?\n")
    assert read_rows(tmp_path / "out") == []


def test_limit_is_exact_over_files_and_batches(tenon, tmp_path):
    for file in range(3):
        write_rows(tmp_path / "in" / f"{file}.json", [{"id": file * 1000 + row} for row in range(1000)])
    for limit in (1, 999, 1000, 1001, 2500, 3000, 9999):
        done = tenon("copy", "in", "out", "--to-format", "json", "--limit", str(limit), "--mode", "overwrite")
        assert done.code == 0, done.err
        assert ids(tmp_path / "out") == list(range(min(limit, 3000))), limit


def test_limit_ends_the_reading(tenon, tmp_path):
    write_rows(tmp_path / "in" / "a.json", [{"id": 1}, {"id": 2}])
    (tmp_path / "in" / "b.json").write_text("this is no JSON\n")
    # Else small files are read together.
    apart = ("--option", "groupFiles=none")
    assert tenon("copy", "in", "-", "--limit", "2", *apart).out == '{"id":1}\n{"id":2}\n'
    assert tenon("copy", "in", "-", "--limit", "3", *apart).code == 7


def test_order_by_sorts_with_nulls_where_spark_has_them(tenon, tmp_path, people):
    def order(words):
        done = tenon("copy", "people.json", "-", "--select", "id", "--order-by", words)
        assert done.code == 0, done.err
        return [json.loads(line)["id"] for line in done.out.splitlines()]
    assert order("age") == [2, 3, 1, 4]
    assert order("age desc") == [4, 1, 3, 2]
    assert order("age nulls last, id") == [3, 1, 4, 2]
    assert order("name desc") == [4, 3, 2, 1]


def test_order_by_with_limit_takes_the_first_of_all(tenon, tmp_path):
    for file in range(2):
        write_rows(tmp_path / "in" / f"{file}.json", [{"id": 2 * row + file} for row in range(500)])
    done = tenon("copy", "in", "-", "--order-by", "id desc", "--limit", "3")
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == [999, 998, 997], done.err
    assert tenon("copy", "in", "out", "--order-by", "id", "--where", "id < 100").code == 0
    assert [row["id"] for row in read_rows(tmp_path / "out")] == list(range(100))


def test_order_by_a_choice_says_how_to_go_on(tenon, tmp_path):
    write_rows(tmp_path / "a.json", [{"zip": 1}, {"zip": "x"}])
    done = tenon("copy", "a.json", "-", "--order-by", "zip")
    assert done.code == 2 and "column=zip type=choice<int,string>" in done.err


def test_mode_append_overwrite_and_create(tenon, tmp_path, people):
    def copy(mode=None):
        words = [] if mode is None else ["--mode", mode]
        return tenon("copy", "people.json", "out", "--to-format", "json", *words)
    assert copy("create").code == 0 and len(read_rows(tmp_path / "out")) == 4
    again = copy("create")
    assert again.code == 1 and f"{tmp_path}/out" in again.err and len(read_rows(tmp_path / "out")) == 4
    assert copy().code == 0 and len(read_rows(tmp_path / "out")) == 8  # A folder is added to.
    assert copy("append").code == 0 and len(read_rows(tmp_path / "out")) == 12
    assert copy("overwrite").code == 0 and len(read_rows(tmp_path / "out")) == 4


def test_nothing_is_added_to_one_file(tenon, tmp_path, people):
    done = tenon("copy", "people.json", "out.json", "--mode", "append")
    assert (done.code, done.err) == (2, "error[TN1103]: Nothing can be added to one file: option=--mode value=append\n"
                                        "  hint: Name a folder as the target, or use --mode overwrite.\n")


def test_options_of_source_and_sink_reach_their_formats(tenon, tmp_path, people):
    assert tenon("copy", "people.json", "out", "--sink-option", "compression=zstd", "--sink-option", "blockSize=65536").code == 0
    metadata = pyarrow.parquet.read_metadata(files_of(tmp_path / "out")[0])
    assert metadata.row_group(0).column(0).compression == "ZSTD"
    wrong = tenon("copy", "people.json", "out", "--sink-option", "compresion=zstd")
    assert wrong.code == 2 and "error[TN1001]" in wrong.err and "Did you mean compression?" in wrong.err
    wrong = tenon("copy", "people.json", "out", "--option", "recurs=true")
    assert wrong.code == 2 and "error[TN1001]" in wrong.err and "Did you mean recurse?" in wrong.err


def test_folders_are_read_to_their_depth_unless_told(tenon, tmp_path):
    write_rows(tmp_path / "in" / "a.json", [{"id": 1}])
    write_rows(tmp_path / "in" / "deep" / "er" / "b.json", [{"id": 2}])
    assert len(tenon("copy", "in", "-").out.splitlines()) == 2
    assert tenon("copy", "in", "-", "--option", "recurse=false").out == '{"id":1}\n'
    assert tenon("copy", "in", "-", "--option", 'exclusions=["a.json"]').out == '{"id":2}\n'


def test_the_first_bad_row_ends_the_copy_and_nothing_is_visible(tenon, tmp_path):
    (tmp_path / "rows.json").write_text('{"id": 1}\n{"id": \n{"id": 3}\nno\n')
    done = tenon("copy", "rows.json", "out", "--to-format", "json")
    assert done.code == 7 and not files_of(tmp_path / "out")
    assert re.fullmatch(r'error\[TN2010\]: Bad row: Line is not a JSON record: .*\n'
                        rf'  where: file={tmp_path}/rows\.json line=2 byte=\d+ input=\{{"id": \n'
                        r'  hint: Correct it, or let bad rows be left out: --skip-bad-rows\.\n', done.err), done.err


def test_bad_rows_are_left_out_on_request_and_told(tenon, tmp_path):
    (tmp_path / "rows.json").write_text('{"id": 1}\n{"id": \n{"id": 3}\nno\n')
    done = tenon("copy", "rows.json", "out", "--to-format", "json", "--skip-bad-rows")
    assert done.code == 0 and ids(tmp_path / "out") == [1, 3]
    assert "left out 2 bad rows, among them:\n" in done.err and "line=2" in done.err and "line=4" in done.err
    assert tenon("copy", "rows.json", "-", "--skip-bad-rows=2").code == 0
    few = tenon("copy", "rows.json", "-", "--skip-bad-rows=1")
    assert few.code == 7 and "error[TN2010]: Too many bad rows: bad_rows=2 allowed=1 first=Line is not a JSON record" in few.err


def test_json_prints_one_document_about_the_copy(tenon, tmp_path, people):
    done = tenon("copy", "people.json", "out", "--json")
    report = json.loads(done.out)
    assert done.err == "" and report["rows"] == 4 and report["bad_row_count"] == 0 and report["skipped"] is False
    assert re.fullmatch(r"copy-[0-9a-f]{12}", report["job"])
    listed = json.loads(tenon("run", "list", "--json").out)
    assert [(run["job"], run["run"], run["state"], run["rows"]) for run in listed] == [
        (report["job"], report["run"], "done", 4)]


def test_the_job_is_named_by_source_and_target_alone(tenon, tmp_path, people):
    def job(*words):
        return json.loads(tenon("copy", *words, "--json").out)["job"]
    assert job("people.json", "out") == job("./people.json", str(tmp_path / "out"), "--limit", "2")
    assert job("people.json", "out") != job("people.json", "out2")


def test_memory_and_threads_are_taken(tenon, tmp_path, people):
    assert tenon("copy", "people.json", "out", "--memory", "256MiB", "--threads", "1").code == 0
    done = tenon("copy", "people.json", "out", "--memory", "1MiB")
    assert done.code == 4 and "error[TN4001]: The memory budget is too small: given=1 MiB" in done.err


def test_progress_as_json_counts_every_row(tenon, tmp_path, people):
    done = tenon("copy", "people.json", "out", "--progress", "json")
    events = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
    assert events and max(node["rows"] for node in events[-1]["nodes"]) == 4


def test_a_source_that_is_not_there(tenon, tmp_path):
    done = tenon("copy", "gone.json", "out")
    assert done.code == 1 and "error[TN2003]" in done.err and f"{tmp_path}/gone.json" in done.err
    write_rows(tmp_path / "here/a.json", [{"id": 1}])
    done = tenon("copy", "hree", "out")
    assert done.code == 1 and f"error[TN2003]: Path is not there: path={tmp_path}/hree" in done.err, done.err
    assert f"Did you mean {tmp_path}/here?" in done.err, done.err
    assert not (tmp_path / "out").exists()


def test_an_empty_file_gives_an_empty_target(tenon, tmp_path):
    (tmp_path / "empty.json").write_text("")
    done = tenon("copy", "empty.json", "out", "--to-format", "json", "--where", "id > 1")
    assert done.code == 0 and "copied 0 rows" in done.err and read_rows(tmp_path / "out") == []


def test_an_empty_folder_has_no_format(tenon, tmp_path):
    (tmp_path / "in").mkdir()
    assert "error[TN1003]: Format of the source cannot be told" in tenon("copy", "in", "out").err
    done = tenon("copy", "in", "out", "--format", "json", "--to-format", "json")
    assert done.code == 1 and "error[TN2003]: Folder has no files to read" in done.err, done.err
    assert not (tmp_path / "out").exists()


def test_names_that_are_not_utf8_are_read_and_written(tenon, tmp_path):
    source, target = os.fsencode(tmp_path) + b"/in\xff.json", os.fsencode(tmp_path) + b"/out\xfe"
    with open(source, "w") as file:
        file.write('{"id": 1}\n')
    done = tenon("copy", source, target, "--to-format", "json", binary=True)
    assert done.code == 0, done.err
    with open(target + b"/" + os.listdir(target)[0]) as file:
        assert file.read() == '{"id":1}\n'


def test_a_target_that_may_not_be_written(tenon, tmp_path, people):
    if os.geteuid() == 0:
        folder = "/proc"  # Nobody may make a folder there, root neither.
    else:
        folder = str(tmp_path / "locked")
        os.mkdir(folder, mode=0o500)
    done = tenon("copy", "people.json", folder + "/out")
    number, code = ("TN4006", 4) if folder == "/proc" else ("TN5002", 5)
    assert done.code == code and re.search(rf"error.{number}.*: path={folder}", done.err), done.err


def test_formats_that_are_not_there_are_told_with_those_that_are(tenon, tmp_path, people):
    done = tenon("copy", "people.json", "out", "--to-format", "jsn")
    assert done.code == 2 and "error[TN1012]: Format is not known: format=jsn" in done.err and "Did you mean json?" in done.err
    done = tenon("copy", "people.json", "out", "--format", "parqet")
    assert done.code == 2 and "error[TN1012]: Format is not known: format=parqet" in done.err
