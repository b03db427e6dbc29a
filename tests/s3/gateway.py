"""A real S3 server on a free loopback port, and the program that drives our store against it."""

import json
import os
import pathlib
import socket
import subprocess
import time
import urllib.error
import urllib.request

from dev import go_tools

ACCESS, SECRET = "tenonaccess", "tenonsecretkeyofthetests"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Gateway:
    """versitygw over a folder, with signatures enforced. A port that was lost meanwhile is tried again."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder / "buckets"
        self.folder.mkdir()
        self.log = folder / "versitygw.log"
        program = go_tools.tool("versitygw")
        for _ in range(5):
            self.port = free_port()
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen(
                    [program, "--access", ACCESS, "--secret", SECRET, "--port", f"127.0.0.1:{self.port}",
                     "--region", "us-east-1", "posix", str(self.folder)],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder)
            if self._is_up():
                self.url = f"http://127.0.0.1:{self.port}"
                return
            self.close()
        raise RuntimeError(self.log.read_text())

    def _is_up(self) -> bool:
        for _ in range(600):
            if self.process.poll() is not None:
                return False
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=1).close()
                return True
            except urllib.error.HTTPError:
                return True  # It refuses who does not sign: it is there.
            except OSError:
                time.sleep(0.05)
        return False

    def make_bucket(self, name: str) -> None:
        (self.folder / name).mkdir()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


def variables(url: str, **more: str) -> dict[str, str]:
    """The environment of a job that uses this store and nothing of the machine's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_ENDPOINT_URL_S3": url,
            "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent",
            "AWS_MAX_ATTEMPTS": "6", "no_proxy": "*", **more}


class Driver:
    """s3_driver, one process; `do` gives what it answered, `fail` the error that was expected."""

    def __init__(self, url: str, idle_ms: int = 30000, **more: str):
        program = pathlib.Path(os.environ["TENON_BUILD"]) / "tests/s3/s3_driver"
        self.process = subprocess.Popen([program, str(idle_ms)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=variables(url, **more))

    def ask(self, job: dict) -> dict:
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the driver ended: code={self.process.wait()}"
        return json.loads(line)

    def do(self, what: str, path: str = "", **more):
        answer = self.ask({"do": what, "path": path, **more})
        assert "ok" in answer, answer
        return answer["ok"]

    def fail(self, what: str, path: str = "", **more) -> dict:
        answer = self.ask({"do": what, "path": path, **more})
        assert "error" in answer, answer
        for secret in (SECRET, "Signature=", "AWS4-HMAC"):
            assert secret not in answer["error"]
        return answer

    def put(self, path: str, size: int) -> dict:
        staged = self.do("stage", path, bytes=size)
        assert self.do("publish", staged=staged) is True
        return staged

    def close(self) -> None:
        self.process.stdin.close()
        assert self.process.wait(timeout=60) == 0


def content(offset: int, size: int) -> bytes:
    """As the driver makes it."""
    return bytes((((i * 2654435761) & 0xFFFFFFFF) >> 13) & 255 for i in range(offset, offset + size))
