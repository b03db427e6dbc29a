"""The signer against botocore's: 20,000 random requests, and what botocore sends for each kind of key."""

import hashlib
import json
import os
import random
import time

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from gateway import Driver

REQUESTS = 20_000
AWKWARD = " %+/?#&=~-._*'()!$,:;@[]{}|\\^`\"<>äöüß日本語🙂\t"
PLAIN = "abcXYZ0189"


def random_text(rng: random.Random, most: int, more: str = AWKWARD) -> str:
    return "".join(rng.choice(PLAIN + more) for _ in range(rng.randrange(1, most + 1)))


def random_request(rng: random.Random) -> dict:
    path = "/" + "/".join(random_text(rng, 12).replace("/", "-") for _ in range(rng.randrange(0, 5)))
    host = rng.choice(["127.0.0.1:7070", "bucket.s3.eu-west-1.amazonaws.com", "example.com"])
    headers = [["Host", host], ["x-amz-date", "20261122T140000Z"]]
    payload = rng.choice(["UNSIGNED-PAYLOAD", hashlib.sha256(random_text(rng, 30).encode()).hexdigest()])
    headers.append(["x-amz-content-sha256", payload])
    for number in range(rng.randrange(0, 4)):
        value = random_text(rng, 20, " ,;=  \"'/").strip() or "x"
        headers.append([rng.choice(["Range", "If-Match", "X-Amz-Meta-A", "x-amz-meta-b", "Content-Type"])
                        + ("" if number == 0 else str(number)), value])
    token = None if rng.random() < 0.5 else random_text(rng, 40, "/+=")
    if token:
        headers.append(["x-amz-security-token", token])
    return {"do": "sign", "method": rng.choice(["GET", "PUT", "POST", "DELETE", "HEAD"]), "path": path,
            "query": [[random_text(rng, 8), random_text(rng, 10) if rng.random() < 0.8 else ""]
                      for _ in range(rng.randrange(0, 5))],
            "headers": headers, "payload_hash": payload, "time": "20261122T140000Z",
            "region": rng.choice(["us-east-1", "eu-central-1", "cn-north-1"]),
            "access_key": "AKIA" + random_text(rng, 16, ""), "secret_key": random_text(rng, 40, "/+"),
            "token": token}


class Oracle(S3SigV4Auth):
    """botocore's, with the time of the request."""

    def authorization(self, job: dict, path: str, query: str) -> tuple[str, str]:
        headers = dict(job["headers"])
        host = headers.pop("Host")
        request = AWSRequest(method=job["method"], url=f"https://{host}{path}" + (f"?{query}" if query else ""),
                             headers={**headers, "host": host})
        request.context["timestamp"] = job["time"]
        request.context["payload_signing_enabled"] = job["payload_hash"] != "UNSIGNED-PAYLOAD"
        canonical = self.canonical_request(request)
        signature = self.signature(self.string_to_sign(request, canonical), request)
        signed = self.signed_headers(self.headers_to_sign(request))
        return canonical, (f"AWS4-HMAC-SHA256 Credential={self.scope(request)}, SignedHeaders={signed}, "
                           f"Signature={signature}")

    def payload(self, request):
        return request.headers["x-amz-content-sha256"]


def test_twenty_thousand_random_requests_are_signed_as_botocore_signs_them():
    seed = int(os.environ.get("TENON_TEST_SEED") or time.time())
    print(f"TENON_TEST_SEED={seed}")
    rng = random.Random(seed)
    jobs = [random_request(rng) for _ in range(REQUESTS)]
    driver = Driver("http://127.0.0.1:9")
    wrong = []
    try:
        for job in jobs:
            ours = driver.ask(job)["ok"]
            oracle = Oracle(Credentials(job["access_key"], job["secret_key"], job["token"]), "s3", job["region"])
            canonical, authorization = oracle.authorization(job, ours["path"], ours["query"])
            if canonical != ours["canonical"] or authorization != ours["authorization"]:
                wrong.append((job, canonical, ours["canonical"], authorization, ours["authorization"]))
    finally:
        driver.close()
    assert not wrong, f"{len(wrong)} of {REQUESTS} differ, seed={seed}; the first: {json.dumps(wrong[0], indent=1)}"


def test_the_comparison_can_fail():
    job = random_request(random.Random(1))
    driver = Driver("http://127.0.0.1:9")
    ours = driver.ask(job)["ok"]
    oracle = Oracle(Credentials(job["access_key"], job["secret_key"] + "x", None), "s3", job["region"])
    canonical, authorization = oracle.authorization(job, ours["path"], ours["query"])
    driver.close()
    assert canonical == ours["canonical"] and authorization != ours["authorization"]
