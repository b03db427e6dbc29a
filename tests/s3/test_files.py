"""Sink calls and reads of the connector `files` on S3: what is visible when, and what a process that ended leaves."""

import json
import pathlib
import shutil

import pytest
from gateway import Driver

TOKEN = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"


def options(folder, **more):
    return {"path": folder, "format": "json", **more}


def visible(gateway, folder):
    """The keys that any client sees below the folder, without the store under test."""
    root = gateway.folder / "data" / folder.split("/", 3)[3]
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()) if root.exists() else []


def ids(gateway, folder):
    root = gateway.folder / "data" / folder.split("/", 3)[3]
    return sorted(json.loads(line)["id"] for path in root.glob("part-*") for line in path.read_text().splitlines())


def test_rows_are_seen_when_the_call_returns_and_not_before(driver, gateway, folder):
    call = {"options": options(folder), "token": TOKEN, "rows": 1000, "writers": 3}
    written = driver.do("write_files", **call)
    assert visible(gateway, folder) == []
    assert len(driver.do("uploads", folder)) == 3
    driver.do("discard_files", token=TOKEN, **written)
    assert driver.do("uploads", folder) == []
    driver.do("write_files", **call, commit=True)
    assert ids(gateway, folder) == list(range(1000))
    names = visible(gateway, folder)
    assert len(names) == 4 and sum(name.startswith("part-") and TOKEN[:8] in name for name in names) == 3
    assert [name for name in names if name.startswith("_tenon/")][0].endswith("-1")
    assert driver.do("read_files", options=options(folder)) == 1000
    assert driver.do("uploads", folder) == []


@pytest.mark.parametrize("done", [0, 1, 2])
def test_a_call_that_was_cut_is_rolled_forward_by_another_process(driver, gateway, folder, done):
    written = driver.do("write_files", options=options(folder), token=TOKEN, rows=300, writers=2)
    # The process ended when so many uploads were completed.
    for message in written["messages"][:done]:
        for name, size, _, upload in json.loads(message)["files"]:
            driver.do("publish", staged={"final": f"{folder}/{name}", "bytes": size, "upload": upload["upload"],
                                         "part_etags": upload["parts"], "token": upload["token"]})
    other = Driver(gateway.url)
    for _ in range(3):  # Repeating it gives the same answer.
        assert other.do("settle_files", token=TOKEN, seq=7, **written) is True
        assert ids(gateway, folder) == list(range(300))
    assert sum(name.startswith("_tenon/") and name.endswith("-7") for name in visible(gateway, folder)) == 1
    other.close()


def test_what_is_published_stays_published_when_its_objects_are_gone(driver, gateway, folder):
    written = driver.do("write_files", options=options(folder), token=TOKEN, rows=10, commit=True, seq=3)
    for name in visible(gateway, folder):
        if name.startswith("part-"):
            driver.do("remove", f"{folder}/{name}")
    assert driver.do("settle_files", token=TOKEN, seq=3, **written) is True
    assert ids(gateway, folder) == []


def test_an_upload_that_somebody_gave_up_leaves_the_outcome_open(driver, gateway, folder):
    written = driver.do("write_files", options=options(folder), token=TOKEN, rows=10)
    for upload in driver.do("uploads", folder):
        driver.do("discard", staged={"final": upload["path"], "upload": upload["upload"]})
    error = driver.fail("settle_files", token=TOKEN, seq=3, **written)
    assert "Upload is gone and its object is not there: path=" in error["error"]
    assert visible(gateway, folder) == []


def test_only_one_call_takes_a_place_in_the_register(driver, gateway, folder):
    driver.do("write_files", options=options(folder), token=TOKEN, rows=10, commit=True, seq=5)
    error = driver.fail("write_files", options=options(folder), token=OTHER, rows=10, commit=True, seq=5)
    assert error["code"] == "Conflict" and "Another call has taken this one's place: marker=" in error["error"]


def test_calls_add_replace_and_refuse(driver, gateway, folder):
    driver.do("write_files", options=options(folder), token=TOKEN, rows=10, commit=True, seq=1)
    driver.do("write_files", options=options(folder), token=OTHER, rows=5, commit=True, seq=2)
    assert ids(gateway, folder) == sorted([*range(10), *range(5)])
    # An older marker of the same register goes with the next.
    assert [name[-2:] for name in visible(gateway, folder) if name.startswith("_tenon/")] == ["-2"]
    error = driver.fail("write_files", options=options(folder), token=OTHER, rows=5, mode="create")
    assert error["code"] == "AlreadyExists" and f"Target is there already: path={folder}" in error["error"]
    third = "a" * 32
    driver.do("write_files", options=options(folder), token=third, rows=7, mode="replace", commit=True, seq=3)
    assert ids(gateway, folder) == list(range(7))
    error = driver.fail("write_files", options=options("s3://nosuchbucket/x"), token=third, rows=7)
    assert "Bucket is not there" in error["error"]


@pytest.mark.parametrize("fault_at", ["POST", "PUT", "GET", "HEAD"])
def test_a_call_passes_over_lost_answers(proxy, through_proxy, gateway, folder, fault_at):
    from fault_proxy import Lose
    seen = {"n": 0}

    def every_third(request, _):
        seen["n"] += request.method == fault_at
        return Lose() if request.method == fault_at and seen["n"] % 3 == 1 else None

    proxy.reset(every_third)
    through_proxy.do("write_files", options=options(folder), token=TOKEN, rows=100, writers=2, commit=True)
    proxy.reset()
    assert ids(gateway, folder) == list(range(100))
    assert not [name for name in visible(gateway, folder) if not name.startswith(("part-", "_tenon/"))]


def test_a_store_that_refuses_leaves_nothing_visible(proxy, through_proxy, driver, gateway, folder):
    from fault_proxy import Answer, error as xml
    proxy.reset(lambda request, n: Answer(403, xml("AccessDenied")) if request.method == "PUT" else None)
    failed = through_proxy.fail("write_files", options=options(folder), token=TOKEN, rows=100, commit=True)
    proxy.reset()
    assert (failed["code"], failed["number"]) == ("PermissionDenied", 5002)
    assert "operation=UploadPart" in failed["error"]
    assert visible(gateway, folder) == [] and driver.do("uploads", folder) == []


def test_paths_are_read_as_folders_globs_and_objects(driver, gateway, folder):
    root = gateway.folder / "data" / folder.split("/", 3)[3]
    for name, rows in (("a.json", 3), ("day=1/b.json", 4), ("day=2/c.json", 5), ("_hidden/d.json", 6)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text('{"id": 1}\n' * rows)
    assert driver.do("read_files", options=options(folder)) == 3
    assert driver.do("read_files", options=options(folder, recurse="true")) == 12
    assert driver.do("read_files", options=options(f"{folder}/day=2/c.json")) == 5
    assert driver.do("read_files", options=options(f"s3a://{folder[5:]}/day=*/*.json")) == 9
    error = driver.fail("read_files", options=options(f"{folder}/none.json"))
    assert (error["code"], error["number"]) == ("NotFound", 2003)
    assert f"Path is not there: path={folder}/none.json" in error["error"]


def test_a_small_object_is_read_by_one_request(proxy, through_proxy, driver, folder):
    for number in range(20):
        driver.do("put_if_absent", f"{folder}/{number:02}.json", text='{"id": 1}\n' * 3)
    proxy.reset()
    assert through_proxy.do("read_files", options=options(folder)) == 60
    objects = [request.method for request, _ in proxy.seen if ".json" in request.target.split("?")[0]]
    assert objects == ["GET"] * 20


def test_an_object_that_is_replaced_while_it_is_read_ends_the_read(proxy, through_proxy, driver, folder):
    driver.do("put_if_absent", f"{folder}/a.json", text='{"id": 1}\n' * 3)

    def replace(request, _):
        if ".json" in request.target.split("?")[0]:
            driver.do("remove", f"{folder}/a.json")
            driver.do("put_if_absent", f"{folder}/a.json", text='{"id": 2}\n' * 3)

    proxy.reset(replace)
    error = through_proxy.fail("read_files", options=options(folder))
    proxy.reset()
    assert error["code"] == "DataError"
    assert f"Object has been replaced: operation=GetObject path={folder}/a.json" in error["error"]


def lines(gateway, path):
    return [json.loads(line)["id"] for line in (gateway.folder / "data" / path.split("/", 3)[3]).read_text().splitlines()]


def test_a_path_that_ends_like_a_file_is_one_object(driver, gateway, folder):
    one = options(f"{folder}/one.json")
    call = {"options": one, "token": TOKEN, "rows": 3000, "writers": 3}
    written = driver.do("write_files", **call)
    state = json.loads(written["state"])
    assert state["class"] == "atomic" and pathlib.Path(state["temporary"]).is_dir()
    assert visible(gateway, folder) == [] and driver.do("uploads", folder) == []
    driver.do("discard_files", token=TOKEN, **written)
    assert not pathlib.Path(state["temporary"]).exists()
    driver.do("write_files", **call, commit=True)
    assert lines(gateway, f"{folder}/one.json") == list(range(3000))
    assert [name for name in visible(gateway, folder) if not name.startswith("_tenon/")] == ["one.json"]
    assert not pathlib.Path(state["temporary"]).exists() and driver.do("uploads", folder) == []
    error = driver.fail("write_files", options=one, token=OTHER, rows=5)
    assert error["code"] == "AlreadyExists" and f"Target file is there already: path={folder}/one.json" in error["error"]
    driver.do("write_files", options=one, token=OTHER, rows=5, mode="replace", commit=True, seq=2)
    assert lines(gateway, f"{folder}/one.json") == list(range(5))


@pytest.mark.parametrize("done", ["nothing", "begun", "completed"])
def test_one_object_of_a_call_that_was_cut_is_rolled_forward_by_another_process(
        proxy, through_proxy, driver, gateway, folder, done):
    from fault_proxy import Answer, error as xml
    written = through_proxy.do("write_files", options=options(f"{folder}/one.json"), token=TOKEN, rows=300, writers=2)
    if done != "nothing":
        # The first publication came to the parts, or to the marker.
        cut_at = {"begun": lambda request: "partNumber" in request.target,
                  "completed": lambda request: "_tenon/" in request.target and request.method == "PUT"}[done]
        proxy.reset(lambda request, n: Answer(403, xml("AccessDenied")) if cut_at(request) else None)
        failed = through_proxy.fail("settle_files", token=TOKEN, seq=7, **written)
        assert failed["code"] == "PermissionDenied"
        proxy.reset()
    assert len(driver.do("uploads", folder)) == (1 if done == "begun" else 0)
    other = Driver(gateway.url)
    assert other.do("settle_files", token=TOKEN, seq=7, **written) is True
    assert lines(gateway, f"{folder}/one.json") == list(range(300))
    assert other.do("settle_files", token=TOKEN, seq=7, **written) is True
    assert driver.do("uploads", folder) == []
    other.close()


def test_one_object_whose_pieces_are_gone_is_not_guessed(driver, gateway, folder):
    written = driver.do("write_files", options=options(f"{folder}/one.json"), token=TOKEN, rows=300)
    shutil.rmtree(json.loads(written["state"])["temporary"])
    error = driver.fail("settle_files", token=TOKEN, seq=7, **written)
    assert error["code"] == "DataError" and "Prepared files are gone: folder=" in error["error"]
    assert visible(gateway, folder) == []


def test_one_object_that_may_not_be_written_is_said_before_the_rows(proxy, through_proxy, folder):
    from fault_proxy import Answer, error as xml
    proxy.reset(lambda request, n: Answer(403, xml("AccessDenied")) if request.method == "POST" else None)
    error = through_proxy.fail("write_files", options=options(f"{folder}/one.json"), token=TOKEN, rows=5)
    assert error["number"] == 5002 and "operation=CreateMultipartUpload" in error["error"]
    assert [request.method for request, _ in proxy.seen][-1] == "POST"
    proxy.reset()
