"""Every operation of the store on a real server that checks signatures."""

import json
import threading

import pytest
from gateway import ACCESS, SECRET, Driver

MIB = 1 << 20


def test_an_object_is_written_listed_looked_at_and_read(driver, folder):
    staged = driver.put(f"{folder}/a b+c/ü%20.bin", 3 * MIB + 17)
    info = driver.do("stat", f"{folder}/a b+c/ü%20.bin")
    assert (info["bytes"], info["folder"]) == (3 * MIB + 17, False)
    listed = driver.do("list", folder)["objects"]
    assert [entry["path"] for entry in listed] == [f"{folder}/a b+c/ü%20.bin"]
    assert listed[0]["modified_ns"] == info["modified_ns"] and listed[0]["etag"] == info["etag"]
    read = driver.do("stream", f"{folder}/a b+c/ü%20.bin", piece=1000003)
    assert (read["bytes"], read["right"]) == (staged["bytes"], True)


@pytest.mark.parametrize("size", [0, 1, 8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 40 * MIB + 5])
def test_objects_of_every_number_of_parts_come_back(driver, folder, size):
    staged = driver.put(f"{folder}/o", size)
    assert len(staged["part_etags"]) == max(1, -(-size // (8 * MIB)))
    read = driver.do("stream", f"{folder}/o")
    assert (read["bytes"], read["right"]) == (size, True)


def test_a_staged_object_is_seen_by_nobody_until_another_process_publishes_it(driver, gateway, folder):
    staged = driver.do("stage", f"{folder}/o", bytes=9 * MIB)
    assert driver.fail("stat", f"{folder}/o")["code"] == "NotFound"
    assert driver.do("list", folder)["objects"] == []
    assert [upload["upload"] for upload in driver.do("uploads", folder)] == [staged["upload"]]
    other = Driver(gateway.url)
    assert other.do("publish", staged=staged) is True
    other.do("publish", staged=staged)  # Stores differ in whether they remember a completed upload.
    other.close()
    driver.do("publish", staged=staged)
    assert driver.do("stream", f"{folder}/o")["right"]
    assert driver.do("uploads", folder) == []


def test_an_upload_that_is_gone_is_published_only_if_the_object_is_ours(driver, folder):
    staged = driver.do("stage", f"{folder}/o", bytes=100)
    driver.do("discard", staged=staged)
    driver.do("discard", staged=staged)
    error = driver.fail("publish", staged=staged)
    assert error["code"] == "NotFound" and "Upload is gone and its object is not there: path=" in error["error"]
    driver.put(f"{folder}/o", 101)
    assert "Upload is gone" in driver.fail("publish", staged=staged)["error"]


def test_a_writer_that_is_given_up_leaves_nothing(driver, folder):
    driver.do("stage", f"{folder}/o", bytes=20 * MIB, abandon=True)
    assert driver.do("uploads", folder) == []
    assert driver.fail("stat", f"{folder}/o")["code"] == "NotFound"


def test_one_of_many_makes_an_object_that_must_not_be_there(gateway, folder):
    drivers = [Driver(gateway.url) for _ in range(8)]
    made = []

    def race(number: int) -> None:
        made.append((drivers[number].do("put_if_absent", f"{folder}/marker", text=f"mine {number}"), number))

    for turn in range(3):
        path = f"{folder}/marker"
        threads = [threading.Thread(target=race, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winners = [number for won, number in made if won]
        assert len(made) == 8 and len(winners) == 1, made
        # Who tries again with the same bytes hears the same.
        assert drivers[winners[0]].do("put_if_absent", path, text=f"mine {winners[0]}") is True
        drivers[0].do("remove", path)
        made.clear()
    for driver in drivers:
        driver.close()


def test_folders_are_listed_sorted_and_entered_as_asked(driver, folder):
    for name in ("b", "a/y", "a/x/z", "c/d", "a-b"):
        driver.put(f"{folder}/{name}", 3)
    names = [entry["path"][len(folder) + 1:] for entry in driver.do("list", folder)["objects"]]
    assert names == sorted(names) == ["a-b", "a/x/z", "a/y", "b", "c/d"]
    flat = driver.do("list", folder, recurse=False)
    assert [entry["path"][len(folder) + 1:] for entry in flat["objects"]] == ["a-b", "b"]
    assert flat["asked"] == [f"{folder}/a", f"{folder}/c"]
    left = driver.do("list", folder, leave="/x")
    assert [entry["path"][len(folder) + 1:] for entry in left["objects"]] == ["a-b", "a/y", "b", "c/d"]
    assert driver.do("stat", f"{folder}/a")["folder"] is True
    assert driver.fail("stat", f"{folder}/aa")["code"] == "NotFound"
    assert driver.do("list", f"{folder}/none") == {"count": 0, "objects": [], "asked": []}


def test_thousands_of_names_in_folders_are_listed_in_order_and_removed(driver, gateway, folder):
    root = gateway.folder / "data" / folder.rsplit("/", 1)[1]
    expected = []
    for day in range(25):
        (root / f"day={day:02}" / "skip").mkdir(parents=True)
        for number in range(100):
            (root / f"day={day:02}" / f"{number:03}.json").write_bytes(b"{}")
            expected.append(f"{folder}/day={day:02}/{number:03}.json")
        (root / f"day={day:02}" / "skip" / "x").write_bytes(b"")
    for number in range(30):
        (root / f"top{number:02}").write_bytes(b"1")
        expected.append(f"{folder}/top{number:02}")
    listing = driver.do("list", folder, leave="/skip")
    assert [entry["path"] for entry in listing["objects"]] == expected
    assert len(listing["asked"]) == len(set(listing["asked"])) == 50
    assert driver.do("list", folder)["count"] == len(expected) + 25
    driver.do("remove_all", paths=expected + [f"{folder}/never/there"])
    assert driver.do("list", folder)["count"] == 25


def test_pieces_read_anywhere_are_right(driver, folder):
    driver.put(f"{folder}/o", 20 * MIB)
    driver.do("open", f"{folder}/o")
    for offset, size in ((20 * MIB - 8, 8), (20 * MIB - 70000, 70000), (0, 4), (4, 100), (104, 3 * MIB),
                         (5 * MIB, 15 * MIB), (7, 2 * MIB), (19 * MIB, 5 * MIB), (20 * MIB, 10), (99 * MIB, 1)):
        got = driver.do("read", offset=offset, bytes=size)
        assert got == {"bytes": max(0, min(size, 20 * MIB - offset)), "right": True}, (offset, size)


def test_a_replaced_object_is_not_read_on(driver, folder):
    driver.put(f"{folder}/o", 30 * MIB)
    driver.do("open", f"{folder}/o")
    assert driver.do("read", offset=0, bytes=100)["right"]
    driver.put(f"{folder}/o", 31 * MIB)
    error = driver.fail("read", offset=25 * MIB, bytes=100)
    assert error["code"] == "DataError" and "Object has been replaced: operation=GetObject path=" in error["error"]


def test_wrong_places_have_their_words(driver, folder):
    error = driver.fail("stat", "s3://nosuchbucket/x")
    assert (error["code"], error["number"]) == ("NotFound", 2003)
    assert "Bucket is not there" in error["error"] and "path=s3://nosuchbucket" in error["error"]
    error = driver.fail("open", f"{folder}/none")
    assert (error["code"], error["number"]) == ("NotFound", 2003)
    assert f"Object is not there: path={folder}/none" in error["error"]
    assert "names a bucket and no object" in driver.fail("open", "s3://data")["error"]
    assert "Bucket is not there" in driver.fail("stage", "s3://nosuchbucket/x", bytes=1)["error"]


def test_wrong_keys_have_their_words(gateway):
    for key, secret in ((ACCESS, "notthesecret"), ("nobody", SECRET)):
        driver = Driver(gateway.url, AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret)
        for job in (("stat", "s3://data/x"), ("list", "s3://data/x"), ("stage", "s3://data/x")):
            error = driver.fail(*job)
            assert (error["code"], error["number"]) == ("PermissionDenied", 5011), error
            assert "Store does not accept the credentials" in error["error"]
            assert "credentials=environment" in error["error"] and secret not in error["error"]
        driver.close()


def test_without_credentials_the_places_that_were_looked_at_are_named(gateway):
    driver = Driver(gateway.url, AWS_ACCESS_KEY_ID="")
    error = driver.fail("stat", "s3://data/x")
    assert (error["code"], error["number"]) == ("PermissionDenied", 5010)
    assert "looked=options,environment,profile default,container,instance" in error["error"]
    driver.close()


def test_a_process_and_a_profile_give_credentials(gateway, tmp_path):
    config = tmp_path / "config"
    answer = json.dumps({"Version": 1, "AccessKeyId": ACCESS, "SecretAccessKey": SECRET})
    (tmp_path / "print.sh").write_text(f"cat <<'END'\n{answer}\nEND\n")
    config.write_text(f"[default]\nregion = us-east-1\n[profile p]\ncredential_process = sh {tmp_path}/print.sh\n"
                      f"[profile bad]\ncredential_process = false\n"
                      f"[profile file]\naws_access_key_id = {ACCESS}\naws_secret_access_key = {SECRET}\n"
                      f"endpoint_url = {gateway.url}\ns3 =\n  addressing_style = path\n")
    nothing = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_CONFIG_FILE": str(config)}
    for profile in ("p", "file"):
        url = "" if profile == "file" else gateway.url
        driver = Driver(url, AWS_PROFILE=profile, **nothing)
        assert driver.do("stat", "s3://data")["folder"] is True
        driver.close()
    for profile, words in (("bad", "Program for credentials failed: source=credential_process of profile bad"),
                           ("none", "AWS profile is not there: profile=none")):
        driver = Driver(gateway.url, AWS_PROFILE=profile, **nothing)
        error = driver.fail("stat", "s3://data")
        assert words in error["error"] and error["number"] == 5010
        driver.close()


def test_a_stopped_task_does_not_wait_for_the_store(gateway):
    driver = Driver("http://127.0.0.1:9", AWS_MAX_ATTEMPTS="100")
    driver.do("stop_after_ms", ms=300)
    assert driver.fail("stat", "s3://data/x")["code"] == "Cancelled"
    assert driver.fail("stat", "s3://data/x")["code"] == "Cancelled"
    driver.close()
