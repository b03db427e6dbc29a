"""Sink calls of files on S3 while one step of them fails and goes on failing: the words, what is seen, and what is left."""

import hashlib
import json
import pathlib
import time

import pytest
from fault_proxy import Answer, Change, Stall, error
from gateway import Driver

OLD = "a" * 32

# What a call asks, by the name that errors give it.
STEPS = {
    "CreateMultipartUpload": lambda r: r.method == "POST" and r.target.endswith("uploads="),
    "UploadPart": lambda r: r.method == "PUT" and "partNumber" in r.target,
    "ListParts": lambda r: r.method == "GET" and "part-number-marker" in r.target,
    "CompleteMultipartUpload": lambda r: r.method == "POST" and "uploadId" in r.target,
    "PutObject": lambda r: r.method == "PUT" and "if-none-match" in r.headers,
    "DeleteObject": lambda r: r.method == "POST" and "delete" in r.target,
    "ListObjects": lambda r: r.method == "GET" and "list-type=2" in r.target,
    "ListMultipartUploads": lambda r: r.method == "GET" and "uploads" in r.target and "list-type" not in r.target,
    "HeadObject": lambda r: r.method == "HEAD",
}
WRITING = ("CreateMultipartUpload", "UploadPart", "ListParts")
PUBLISHING = ("CompleteMultipartUpload", "PutObject", "DeleteObject")

FAULTS = {
    "500": (Answer(500, error("InternalError", "We encountered an internal error.")), "Unavailable", 5012,
            "Store does not answer as it should: operation="),
    "503": (Answer(503, error("SlowDown", "Reduce your request rate."), (("Retry-After", "0"),)), "Unavailable", 5012,
            "Store asks to slow down: operation="),
    "403": (Answer(403, error("AccessDenied", "Access Denied")), "PermissionDenied", 5002,
            "Store denies access: operation="),
    "quota": (Answer(507, error("QuotaExceeded", "Bucket is full")), "ResourceExhausted", 4005,
              "Store is full: operation="),
}


@pytest.fixture(scope="module")
def short(proxy):
    """A job whose store is asked twice."""
    program = Driver(proxy.url, idle_ms=500, AWS_MAX_ATTEMPTS="2")
    yield program
    program.close()


def token_of(folder):
    return hashlib.md5(folder.encode()).hexdigest()


def call(folder, one_object, **more):
    path = f"{folder}/one.json" if one_object else folder
    return {"options": {"path": path, "format": "json"}, "token": token_of(folder), "rows": 300, "writers": 3, "mode": "replace", **more}


def seen(gateway, folder):
    root = gateway.folder / "data" / folder.split("/", 3)[3]
    files = sorted(path for path in root.rglob("*") if path.is_file() and "_tenon" not in path.parts)
    return sorted(json.loads(line)["id"] for path in files for line in path.read_text().splitlines())


def old_rows(driver, folder, one_object):
    driver.do("write_files", **call(folder, one_object, token=OLD, rows=7, writers=1, commit=True, seq=1))


# One object has its parts sent when it is published.
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step, one_object", [*((step, False) for step in WRITING), ("CreateMultipartUpload", True)])
def test_a_write_that_fails_says_so_and_leaves_nothing(proxy, short, driver, gateway, folder, step, fault, one_object):
    old_rows(driver, folder, one_object)
    answer, code, number, words = FAULTS[fault]
    proxy.reset(lambda request, n: answer if STEPS[step](request) else None)
    failed = short.fail("write_files", **call(folder, one_object))
    proxy.reset()
    assert (failed["code"], failed["number"]) == (code, number)
    assert f"{words}{step} path={folder}" in failed["error"]
    assert seen(gateway, folder) == list(range(7)) and driver.do("uploads", folder) == []


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step, one_object", [
    *((step, False) for step in PUBLISHING), ("UploadPart", True), ("CompleteMultipartUpload", True), ("PutObject", True)])
def test_a_publication_that_fails_is_finished_by_the_next_start(proxy, short, driver, gateway, folder, step, fault, one_object):
    old_rows(driver, folder, one_object)
    answer, code, number, words = FAULTS[fault]
    written = short.do("write_files", **call(folder, one_object))
    proxy.reset(lambda request, n: answer if STEPS[step](request) else None)
    failed = short.fail("settle_files", token=token_of(folder), seq=2, **written)
    proxy.reset()
    assert (failed["code"], failed["number"]) == (code, number)
    assert f"{words}{step} path={'s3://data' if step == 'DeleteObject' else folder}" in failed["error"]
    assert driver.do("settle_files", token=token_of(folder), seq=2, **written) is True
    assert seen(gateway, folder) == list(range(300)) and driver.do("uploads", folder) == []
    assert not pathlib.Path(json.loads(written["state"])["temporary"]).exists()


@pytest.mark.parametrize("step", ["CreateMultipartUpload", "ListParts", "ListObjects"])
def test_an_answer_that_is_cut_short_is_no_answer(proxy, short, driver, gateway, folder, step):
    old_rows(driver, folder, False)
    proxy.reset(lambda request, n: Change(b"", b"", body_bytes=60) if STEPS[step](request) else None)
    failed = short.fail("write_files", **call(folder, False))
    proxy.reset()
    assert (failed["code"], failed["number"]) == ("DataError", 5012)
    operation = {"ListObjects": "ListBucket"}.get(step, step)
    assert f"Store answers wrongly: operation={operation} path={folder}" in failed["error"]
    assert seen(gateway, folder) == list(range(7))
    for upload in driver.do("uploads", folder):  # One that the store began, and whose name never came.
        assert step == "CreateMultipartUpload"
        driver.do("discard", staged={"final": upload["path"], "upload": upload["upload"]})


@pytest.mark.parametrize("step", ["CreateMultipartUpload", "ListParts", "ListObjects"])
def test_a_write_whose_store_stalls_ends_soon_after_it_is_cancelled(proxy, gateway, driver, folder, step):
    job = Driver(proxy.url, AWS_MAX_ATTEMPTS="100")
    old_rows(driver, folder, False)
    proxy.reset(lambda request, n: Stall(30) if STEPS[step](request) else None)
    began = time.monotonic()
    failed = job.fail("write_files", **call(folder, False), stop_after_ms=300)
    assert failed["code"] == "Cancelled" and time.monotonic() - began < 2
    proxy.reset()
    assert seen(gateway, folder) == list(range(7))
    job.close()


def test_a_write_that_is_tried_again_and_again_ends_soon_after_it_is_cancelled(proxy, driver, folder):
    job = Driver(proxy.url, AWS_MAX_ATTEMPTS="100")
    proxy.reset(lambda request, n: FAULTS["503"][0] if STEPS["UploadPart"](request) else None)
    began = time.monotonic()
    failed = job.fail("write_files", **call(folder, False), stop_after_ms=1500)
    assert failed["code"] == "Cancelled" and time.monotonic() - began < 3
    proxy.reset()
    job.close()
