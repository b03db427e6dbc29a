"""Bad days of a store: what passes is tried again, what does not has its words, nothing is done twice."""

import re

import pytest
from fault_proxy import Answer, Change, Cut, Lose, Stall, error
from gateway import Driver

MIB = 1 << 20


def first(fault, of=lambda request: True, times=1):
    """The fault for the first requests that `of` chooses."""
    left = [times]

    def plan(request, _):
        if left[0] == 0 or not of(request):
            return None
        left[0] -= 1
        return fault
    return plan


def gets(request):
    return request.method == "GET" and "range" in request.headers


PASSING = {
    "500": Answer(500, error("InternalError")),
    "503": Answer(503, error("SlowDown", "Please reduce your request rate."), (("Retry-After", "0"),)),
    "429": Answer(429),
    "408": Answer(400, error("RequestTimeout")),
    "lost": Lose(),
    "never sent": Lose(reached=False),
    "500 after it was done": Answer(500, error("InternalError"), reached=True),
    "stall": Stall(5),
    "hash": Answer(400, error("XAmzContentSHA256Mismatch")),
}


@pytest.mark.parametrize("fault", PASSING)
def test_a_write_passes_over_a_fault_at_every_request_of_it(proxy, through_proxy, driver, folder, fault):
    kinds = {"create": lambda r: r.method == "POST" and r.target.endswith("uploads="),
             "part": lambda r: r.method == "PUT",
             "parts": lambda r: r.method == "GET" and "uploadId" in r.target,
             "complete": lambda r: r.method == "POST" and "uploadId" in r.target}
    for kind, chosen in kinds.items():
        proxy.reset(first(PASSING[fault], chosen))
        staged = through_proxy.do("stage", f"{folder}/{kind}", bytes=9 * MIB)
        through_proxy.do("publish", staged=staged)
        assert sum(done is not None for _, done in proxy.seen) == 1, kind
        proxy.reset()
        assert driver.do("stream", f"{folder}/{kind}")["right"]


@pytest.mark.parametrize("fault", [*PASSING, "cut", "truncated", "stall in the middle"])
def test_a_read_passes_over_faults(proxy, through_proxy, driver, folder, fault):
    driver.put(f"{folder}/o", 20 * MIB)
    faults = {**PASSING, "cut": Cut(1_000_003), "truncated": Change(b"", b"", body_bytes=MIB),
              "stall in the middle": Stall(5, after=777)}
    proxy.reset(first(faults[fault], gets, times=3))
    read = through_proxy.do("stream", f"{folder}/o")
    assert (read["bytes"], read["right"]) == (20 * MIB, True)
    assert sum(done is not None for _, done in proxy.seen) == 3
    proxy.reset()


def test_a_read_that_was_cut_goes_on_where_it_ended(proxy, through_proxy, driver, folder):
    driver.put(f"{folder}/o", 8 * MIB)
    proxy.reset(first(Cut(5 * MIB), gets))
    through_proxy.do("open", f"{folder}/o", expect=[0, 8 * MIB])
    assert through_proxy.do("read", offset=0, bytes=8 * MIB) == {"bytes": 8 * MIB, "right": True}
    ranges = [request.headers["range"] for request, _ in proxy.seen if gets(request)]
    assert len(ranges) == 2 and ranges[0] == f"bytes=0-{8 * MIB - 1}"
    begin = int(re.match(r"bytes=(\d+)-", ranges[1])[1])
    assert 0 < begin <= 5 * MIB
    proxy.reset()


def test_an_error_inside_a_success_is_an_error(proxy, through_proxy, driver, folder):
    staged = driver.do("stage", f"{folder}/o", bytes=100)
    proxy.reset(first(Answer(200, b"  \n" + error("InternalError")), lambda r: r.method == "POST"))
    assert through_proxy.do("publish", staged=staged) is True
    assert [request.method for request, _ in proxy.seen] == ["POST", "POST", "HEAD"]
    proxy.reset()


def test_a_completion_whose_answer_is_lost_is_known_as_done(proxy, through_proxy, driver, folder):
    staged = driver.do("stage", f"{folder}/o", bytes=100)
    proxy.reset(first(Lose(), lambda r: r.method == "POST"))
    through_proxy.do("publish", staged=staged)
    proxy.reset()
    assert driver.do("stream", f"{folder}/o")["right"]


def test_a_marker_whose_answer_is_lost_is_known_as_ours(proxy, through_proxy, driver, folder):
    proxy.reset(first(Lose(), lambda r: r.method == "PUT"))
    assert through_proxy.do("put_if_absent", f"{folder}/m", text="mine") is True
    proxy.reset()
    assert driver.do("put_if_absent", f"{folder}/m", text="other") is False


def test_a_wrong_etag_of_a_part_shows_before_the_object_is_named(proxy, through_proxy, driver, folder):
    wrong = Change(rb'(?i)etag: "?[0-9a-f]+', b'Etag: "00000000000000000000000000000000')
    proxy.reset(first(wrong, lambda r: r.method == "PUT"))
    failed = through_proxy.fail("stage", f"{folder}/o", bytes=100)
    proxy.reset()
    assert failed["code"] == "Unavailable" and failed["retry"] == 1
    assert "Store does not hold what was sent: path=" in failed["error"]
    assert driver.do("uploads", folder) == []


def test_a_wrong_etag_of_a_read_is_another_content(proxy, through_proxy, driver, folder):
    driver.put(f"{folder}/o", 100)
    proxy.reset(first(Change(rb'(?i)etag: "?[0-9a-f]+', b'Etag: "0000'), gets))
    through_proxy.do("open", f"{folder}/o")
    failed = through_proxy.fail("read", offset=0, bytes=100)
    proxy.reset()
    assert failed["code"] == "DataError"
    assert "Store answers with another content than it was asked for" in failed["error"]


def test_a_wrong_range_is_not_taken(proxy, through_proxy, driver, folder):
    driver.put(f"{folder}/o", 100)
    proxy.reset(first(Change(rb"bytes 0-", b"bytes 1-"), gets))
    through_proxy.do("open", f"{folder}/o")
    failed = through_proxy.fail("read", offset=0, bytes=100)
    proxy.reset()
    assert failed["code"] == "DataError" and "not the range that was asked for" in failed["error"]


def test_a_fault_that_does_not_pass_has_its_words(proxy, gateway):
    program = Driver(proxy.url, idle_ms=1000, AWS_MAX_ATTEMPTS="2")
    for fault, words, retry in (
            (Answer(503, error("SlowDown", "Please reduce your request rate.")), "Store asks to slow down", 2),
            (Answer(500, error("InternalError", "oops")), "Store does not answer as it should", 1),
            (Lose(), "Store does not answer as it should", 1)):
        proxy.reset(lambda request, n, fault=fault: fault)
        failed = program.fail("list", "s3://data/x")
        assert (failed["code"], failed["number"], failed["retry"]) == ("Unavailable", 5012, retry), failed
        assert words in failed["error"] and "operation=ListBucket" in failed["error"]
        assert "tries=2" in failed["error"] and f"endpoint={proxy.url[7:]}" in failed["error"]
        # libcurl sends once more by itself when a connection that it kept turns out to be closed.
        assert len(proxy.seen) == 2 or (isinstance(fault, Lose) and len(proxy.seen) <= 4)
    for answer, code, number, words in (
            (Answer(403, error("AccessDenied", "Access Denied")), "PermissionDenied", 5002, "Store denies access"),
            (Answer(403, error("ExpiredToken")), "PermissionDenied", 5011, "does not accept the credentials"),
            (Answer(403, error("InvalidObjectState")), "Unsupported", 5013, "Object is archived and cannot be read"),
            (Answer(507, error("QuotaExceeded")), "ResourceExhausted", 4005, "Store is full"),
            (Answer(400, error("QuotaExceeded")), "ResourceExhausted", 4005, "Store is full"),
            (Answer(400, error("InvalidArgument")), "InvalidArgument", 5012, "Store refuses the request"),
            (Answer(501, error("NotImplemented")), "Unavailable", 5012, "Store refuses the request")):
        proxy.reset(lambda request, n, answer=answer: answer)
        failed = program.fail("list", "s3://data/x")
        assert (failed["code"], failed["number"]) == (code, number), failed
        assert words in failed["error"]
    proxy.reset()
    program.close()


def test_a_clock_that_is_wrong_is_set_by_the_stores_and_once(proxy, through_proxy):
    skewed = Answer(403, error("RequestTimeTooSkewed"), (("Date", "Fri, 24 May 2013 00:00:00 GMT"),))
    program = Driver(proxy.url)
    proxy.reset(lambda request, n: skewed)
    failed = program.fail("list", "s3://data/x")
    assert failed["code"] == "PermissionDenied" and "code=RequestTimeTooSkewed" in failed["error"]
    assert [request.headers["x-amz-date"][:8] for request, _ in proxy.seen][1] == "20130524"
    assert len(proxy.seen) == 2
    proxy.reset()
    program.close()


def test_a_store_that_names_the_region_is_asked_there(proxy):
    program = Driver(proxy.url)

    def plan(request, _):
        if "eu-west-3/s3" in request.headers["authorization"]:
            return Answer(403, error("AccessDenied"))
        return Answer(301, error("PermanentRedirect"), (("x-amz-bucket-region", "eu-west-3"),))

    proxy.reset(plan)
    assert "code=AccessDenied" in program.fail("list", "s3://data/x")["error"]
    assert len(proxy.seen) == 2
    program.fail("list", "s3://data/y")
    assert len(proxy.seen) == 3  # It is remembered.
    proxy.reset(lambda request, n: Answer(307, b"", (("Location", "http://evil.example.com/x"),)))
    failed = program.fail("list", "s3://other/x")
    assert failed["code"] == "Unsupported" and "a place that is not followed" in failed["error"]
    assert len(proxy.seen) == 1
    proxy.reset()
    program.close()
