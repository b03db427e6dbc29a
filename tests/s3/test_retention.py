"""Objects that are removed, or moved to another storage class, by their age."""

import csv
import re

from fault_proxy import Answer, error

MIB = 1 << 20


def names(driver, folder):
    return [entry["path"].removeprefix(folder + "/") for entry in driver.do("list", folder)["objects"]]


def test_what_is_old_enough_goes_with_all_below_it(driver, folder):
    for name in ("a", "deep/down/b c+ü", ".hidden"):
        driver.put(f"{folder}/data/{name}", 10)
    driver.put(f"{folder}/other", 10)
    outcome = driver.do("retain", f"{folder}/data", keep_hours=168, hours_later=167)
    assert (outcome["objects"], outcome["failed"]) == (0, 0)
    outcome = driver.do("retain", f"{folder}/data", keep_hours=168, hours_later=169, manifest=f"{folder}/manifest")
    assert (outcome["objects"], outcome["bytes"], outcome["failed"]) == (3, 30, 0)
    assert names(driver, folder) == ["manifest/Failed.csv", "manifest/Success.csv", "other"]
    assert driver.do("retain", f"{folder}/data", hours_later=169)["objects"] == 0
    assert driver.do("retain", f"{folder}/other", keep_hours=0, hours_later=1)["objects"] == 1


def test_a_path_with_a_slash_is_a_folder_also_where_an_object_has_its_name(driver, proxy, through_proxy, folder):
    """A POSIX server cannot hold both: that the object is there is what the proxy says."""
    driver.put(f"{folder}/logs/a", 10)
    head = (("Last-Modified", "Fri, 24 May 2013 00:00:00 GMT"), ("ETag", '"1"'))
    proxy.reset(lambda request, _: Answer(200, b"", head) if request.method == "HEAD" else None)
    assert through_proxy.do("retain", f"{folder}/logs", folder=True, hours_later=169)["objects"] == 1
    assert [request for request, _ in proxy.seen if request.method == "HEAD"] == []
    proxy.reset()
    assert names(driver, folder) == []


def test_a_listing_without_classes_is_one_of_standard(proxy, through_proxy, driver, folder):
    driver.put(f"{folder}/a", 10)
    bare = (f"<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>{folder.removeprefix('s3://data/')}/a</Key>"
            f"<LastModified>2013-05-24T00:00:00.000Z</LastModified><ETag>&quot;1&quot;</ETag><Size>10</Size></Contents>"
            f"</ListBucketResult>").encode()
    proxy.reset(lambda request, _: Answer(200, bare) if "list-type=2" in request.target else None)
    assert through_proxy.do("retain", folder, folder=True, to="STANDARD")["objects"] == 0
    assert through_proxy.do("retain", folder, folder=True, excluded=["STANDARD"])["objects"] == 0
    assert all(request.method == "GET" for request, _ in proxy.seen)
    proxy.reset()


def test_a_key_that_the_store_cannot_read_keeps_no_other(proxy, through_proxy, driver, folder):
    for name in ("a", "odd", "z"):
        driver.put(f"{folder}/{name}", 10)
    proxy.reset(lambda request, _: Answer(400, error("MalformedXML"))
                if b"odd" in request.body or (request.method == "DELETE" and "odd" in request.target) else None)
    outcome = through_proxy.do("retain", folder, hours_later=169)
    proxy.reset()
    assert (outcome["objects"], outcome["failed"]) == (2, 1)
    assert "Store refuses the request" in outcome["first_failure"] and "code=MalformedXML" in outcome["first_failure"]
    assert names(driver, folder) == ["odd"]


def test_a_bucket_that_is_not_there_is_no_empty_one(driver, folder):
    assert driver.do("retain", f"{folder}/nothing", hours_later=169)["objects"] == 0
    failed = driver.fail("retain", "s3://no-such-bucket/data", hours_later=169)
    assert failed["code"] == "NotFound" and "Bucket is not there" in failed["error"]


def test_manifests_on_s3_name_each_object(driver, gateway, folder):
    driver.put(f"{folder}/data/a", 10)
    driver.put(f"{folder}/data/b,c", 20)
    driver.do("retain", f"{folder}/data", hours_later=169, manifest=f"{folder}/manifest")
    there = gateway.folder / folder.removeprefix("s3://") / "manifest"
    rows = list(csv.reader((there / "Success.csv").read_text().splitlines()))
    assert rows[0] == ["path", "bytes", "lastModified", "storageClass"]
    assert [row[:2] for row in rows[1:]] == [[f"{folder}/data/a", "10"], [f"{folder}/data/b,c", "20"]]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row[2]) for row in rows[1:])
    assert (there / "Failed.csv").read_text() == "path,bytes,lastModified,storageClass,error\n"


def test_excluded_storage_classes_stay(driver, folder):
    driver.put(f"{folder}/a", 10)
    storage_class = driver.do("list", folder)["objects"][0]["storage_class"]
    assert storage_class
    assert driver.do("retain", folder, hours_later=169, excluded=[storage_class])["objects"] == 0
    assert names(driver, folder) == ["a"]


def test_keys_that_the_store_refuses_to_remove_are_told_one_by_one(proxy, through_proxy, driver, folder):
    for name in ("a", "b", "c"):
        driver.put(f"{folder}/data/{name}", 10)
    prefix = folder.removeprefix("s3://data/")
    refused = (f"<DeleteResult><Error><Key>{prefix}/data/b</Key><Code>AccessDenied</Code>"
               f"<Message>Access Denied</Message></Error></DeleteResult>").encode()
    proxy.reset(lambda request, _: Answer(200, refused) if request.target.endswith("?delete=") else None)
    outcome = through_proxy.do("retain", f"{folder}/data", hours_later=169, manifest=f"{folder}/manifest")
    proxy.reset()
    assert (outcome["objects"], outcome["failed"]) == (2, 1)
    assert "Store denies access" in outcome["first_failure"] and f"{prefix}/data/b" in outcome["first_failure"]


def test_a_refused_request_fails_for_each_of_its_keys(proxy, through_proxy, driver, folder):
    for name in ("a", "b"):
        driver.put(f"{folder}/{name}", 10)
    proxy.reset(lambda request, _: Answer(403, error("AccessDenied")) if request.target.endswith("?delete=") else None)
    outcome = through_proxy.do("retain", folder, hours_later=169)
    proxy.reset()
    assert (outcome["objects"], outcome["failed"]) == (0, 2)
    assert "Allow s3:DeleteObject to these credentials" in outcome["first_failure"]
    assert names(driver, folder) == ["a", "b"]


def test_a_store_that_is_down_ends_it(proxy, through_proxy, driver, folder):
    driver.put(f"{folder}/a", 10)
    proxy.reset(lambda request, _: Answer(500, error("InternalError")) if request.target.endswith("?delete=") else None)
    failed = through_proxy.fail("retain", folder, hours_later=169)
    proxy.reset()
    assert failed["code"] == "Unavailable"
    assert names(driver, folder) == ["a"]


def test_objects_are_copied_onto_themselves_in_the_new_class(proxy, through_proxy, driver, folder):
    """The server of these tests keeps no classes: what would be asked of it is looked at."""
    for name in ("a b+ü", "c"):
        driver.put(f"{folder}/{name}", MIB)
    listed = {entry["path"]: entry for entry in driver.do("list", folder)["objects"]}
    copied = b"<CopyObjectResult><ETag>&quot;1&quot;</ETag></CopyObjectResult>"
    proxy.reset(lambda request, _: Answer(200, copied) if request.method == "PUT" else None)
    outcome = through_proxy.do("retain", folder, hours_later=169, to="GLACIER_IR")
    assert (outcome["objects"], outcome["bytes"], outcome["failed"]) == (2, 2 * MIB, 0), outcome
    copies = [request for request, _ in proxy.seen if request.method == "PUT"]
    assert len(copies) == 2
    for request in copies:
        assert request.headers["x-amz-storage-class"] == "glacier_ir"  # The proxy lowers what it sees.
        assert request.headers["x-amz-copy-source"].lstrip("/") == request.target.lstrip("/").lower()
        assert request.headers["x-amz-metadata-directive"] == "copy"
        assert request.headers["x-amz-copy-source-if-match"] in {entry["etag"].lower() for entry in listed.values()}
    proxy.reset()


def test_a_copy_that_failed_after_its_answer_began_is_a_failure(proxy, through_proxy, driver, folder):
    driver.put(f"{folder}/a", 10)
    proxy.reset(lambda request, _: Answer(200, error("InternalError")) if request.method == "PUT" else None)
    outcome = through_proxy.do("retain", folder, hours_later=169, to="STANDARD_IA")
    proxy.reset()
    assert (outcome["objects"], outcome["failed"]) == (0, 1), outcome


def test_an_object_that_was_replaced_or_archived_is_told(proxy, through_proxy, driver, folder):
    driver.put(f"{folder}/a", 10)
    for status, code, words in ((412, "PreconditionFailed", "Object has been replaced"),
                                (403, "InvalidObjectState", "Object is archived")):
        proxy.reset(lambda request, _, status=status, code=code:
                    Answer(status, error(code)) if request.method == "PUT" else None)
        outcome = through_proxy.do("retain", folder, hours_later=169, to="STANDARD_IA")
        assert (outcome["objects"], outcome["failed"]) == (0, 1)
        assert words in outcome["first_failure"]
    proxy.reset()


def test_an_unknown_class_is_refused_with_the_nearest(driver, folder):
    failed = driver.fail("retain", folder, to="STANDART_IA")
    assert "Storage class is not known: value=STANDART_IA" in failed["error"]
    assert "Did you mean STANDARD_IA?" in failed["error"]
