"""Where files come from and go to: one file, many by a pattern, packed ones, and a store of objects."""

import bz2
import gzip
import itertools
import json
import pathlib
import sys

import pytest

from copied import PEOPLE, files_of, read_rows, write_rows

sys.path.append(str(pathlib.Path(__file__).parents[1] / "s3"))

from gateway import ACCESS, SECRET, Gateway  # noqa: E402

FLAT = [{"id": number, "name": f"n{number}", "price": number / 4} for number in range(1, 40)]


def rows_by_id(tenon, path):
    done = tenon("copy", str(path), "-")
    assert done.code == 0, done.err
    return sorted((json.loads(line) for line in done.out.splitlines()), key=lambda row: row["id"])


@pytest.mark.parametrize("source, target", [*itertools.permutations(["json", "csv", "parquet"], 2)])
def test_one_file_becomes_one_file_of_another_format(tenon, tmp_path, source, target):
    write_rows(tmp_path / "first.json", FLAT)
    if source != "json":
        assert tenon("copy", "first.json", f"first.{source}").code == 0
    done = tenon("copy", f"first.{source}", f"second.{target}")
    assert done.code == 0, done.err
    assert (tmp_path / f"second.{target}").is_file()
    assert rows_by_id(tenon, f"second.{target}") == FLAT
    assert [path.name for path in tmp_path.iterdir() if "second" in path.name] == [f"second.{target}"]


def test_patterns_take_the_files_that_match(tenon, tmp_path):
    for year, month in ((2025, 12), (2026, 1), (2026, 2)):
        write_rows(tmp_path / f"in/{year}/{month:02}/a.json", [{"id": year * 100 + month}])
    write_rows(tmp_path / "in/2026/02/_b.json", [{"id": 1}])
    for pattern, found in (("in/2026/*/a.json", [202601, 202602]), ("in/**/a.json", [202512, 202601, 202602]),
                           ("in/{2025,2027}/*/*.json", [202512]), ("in/2026/0[12]/", [202601, 202602])):
        assert [row["id"] for row in rows_by_id(tenon, pattern)] == found, pattern
    done = tenon("copy", "in/2027/*/a.json", "out")
    assert done.code == 1 and "error[TN2003]" in done.err and not (tmp_path / "out").exists(), done.err


@pytest.mark.parametrize("pack, ending", [(gzip.compress, "gz"), (bz2.compress, "bz2")])
def test_packed_files_are_unpacked_by_their_ending(tenon, tmp_path, pack, ending):
    text = "".join(json.dumps(row) + "\n" for row in FLAT).encode()
    (tmp_path / f"a.json.{ending}").write_bytes(pack(text))
    assert rows_by_id(tenon, f"a.json.{ending}") == FLAT
    (tmp_path / f"b.json.{ending}").write_bytes(pack(text)[:-20])
    done = tenon("copy", f"b.json.{ending}", "out")
    assert done.code != 0 and f"b.json.{ending}" in done.err and not (tmp_path / "out").exists(), done.err


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    server = Gateway(tmp_path_factory.mktemp("s3"))
    server.make_bucket("data")
    yield server
    server.close()


def test_a_packed_array_is_seen_behind_blanks(tenon, tmp_path):
    (tmp_path / "a.json.gz").write_bytes(gzip.compress((" " * 200 + json.dumps(FLAT)).encode()))
    assert rows_by_id(tenon, "a.json.gz") == FLAT


# About 3 MB in many members or blocks, which several threads unpack, and a little that one does.
@pytest.mark.parametrize("rows", [30, 150_000])
@pytest.mark.parametrize("pack, ending", [(gzip.compress, "gz"), (bz2.compress, "bz2")])
@pytest.mark.parametrize("far", [False, True])
def test_packed_csv_is_read_and_its_bad_rows_have_their_places(tenon, tmp_path, gateway, pack, ending, rows, far):
    lines = ["id,name", *(f'{row},"name, {row * 7919 % 1000003}"' for row in range(rows))]
    lines[20] = "19,too,many"
    text = ("\n".join(lines) + "\n").encode()
    half = len(text) // 2
    (tmp_path / f"a.csv.{ending}").write_bytes(pack(text[:half]) + pack(text[half:]))
    variables, path = {}, f"a.csv.{ending}"
    if far:
        variables, path = reach(gateway), f"s3://data/packed/{rows}.csv.{ending}"
        folder = gateway.folder / "data" / "packed"
        folder.mkdir(exist_ok=True)
        (tmp_path / f"a.csv.{ending}").rename(folder / f"{rows}.csv.{ending}")
    refused = tenon("copy", path, "out", **variables)
    assert refused.code != 0 and "line=21 " in refused.err and not (tmp_path / "out").exists(), refused.err
    done = tenon("copy", path, "out.json", "--skip-bad-rows", **variables)
    assert done.code == 0, done.err
    read = sorted(read_rows(tmp_path / "out.json"), key=lambda row: row["id"])
    assert len(read) == rows - 1 and sum(row["id"] for row in read) == sum(range(rows)) - 19
    assert read[-1] == {"id": rows - 1, "name": f"name, {(rows - 1) * 7919 % 1000003}"}


def reach(gateway, **more):
    return {"AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_ENDPOINT_URL_S3": gateway.url,
            "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "2", **more}


def test_a_folder_goes_to_a_store_and_comes_back(tenon, tmp_path, people, gateway):
    variables = reach(gateway)
    done = tenon("copy", "people.json", "s3://data/there/", **variables)
    assert done.code == 0, done.err
    done = tenon("copy", "s3://data/there/", "back", **variables)
    assert done.code == 0, done.err
    assert sorted(read_rows(tmp_path / "back"), key=lambda row: row["id"]) == PEOPLE
    assert all(path.suffix == ".parquet" for path in files_of(tmp_path / "back"))
    shown = tenon("preview", "s3://data/there/", "-o", "csv", "--select", "id, name", **variables)
    assert shown.code == 0 and "Ann" in shown.out, shown.err
    told = tenon("schema", "s3a://data/there/", "-o", "ddl", **variables)
    assert told.code == 0 and told.out.startswith("id "), told.err


def test_one_object_is_written_and_read(tenon, tmp_path, people, gateway):
    variables = reach(gateway)
    assert tenon("copy", "people.json", "s3://data/one/out.json", **variables).code == 0
    done = tenon("copy", "s3://data/one/*.json", "-", **variables)
    assert done.code == 0 and len(done.out.splitlines()) == len(PEOPLE), done.err


def test_wrong_keys_of_a_store_are_told_and_never_shown(tenon, tmp_path, people, gateway):
    for words in (("copy", "people.json", "s3://data/no/"), ("copy", "s3://data/there/", "out"),
                  ("schema", "s3://data/there/", "--format", "parquet")):
        done = tenon(*words, **reach(gateway, AWS_SECRET_ACCESS_KEY="not-the-secret"))
        assert done.code != 0 and "error[TN5011]" in done.err, done.err
        assert "not-the-secret" not in done.err and "Signature=" not in done.err
    assert not (tmp_path / "out").exists()


def test_a_store_that_is_not_there_is_told(tenon, tmp_path, people, gateway):
    done = tenon("copy", "people.json", "s3://data/x/", **reach(gateway, AWS_ENDPOINT_URL_S3="http://127.0.0.1:9"))
    assert done.code != 0 and "error[TN5012]" in done.err, done.err
    done = tenon("copy", "s3://nosuchbucket/x/", "out", "--format", "json", **reach(gateway))
    assert done.code != 0 and "error[TN2003]" in done.err, done.err
