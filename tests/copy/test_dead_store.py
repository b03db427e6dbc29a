"""Ctrl-C while a store does not answer: it is heard at once, wherever the program waits."""

import contextlib
import signal
import socket
import threading
import time

import pytest
from copied import environment


@contextlib.contextmanager
def silent_store():
    """Takes connections and requests, and never answers. Gives its address and an event: a request has come."""
    asked, taken = threading.Event(), []

    def listen():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            taken.append(connection)
            with contextlib.suppress(OSError):
                if connection.recv(1):
                    asked.set()

    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        # accept() of a closed socket may wait for ever.
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=10)
    for connection in taken:
        connection.close()


def interrupted(start, tmp_path, number, words):
    with silent_store() as (url, asked):
        process = start(*words, env=environment(
            tmp_path, AWS_ACCESS_KEY_ID="key", AWS_SECRET_ACCESS_KEY="secret", AWS_ENDPOINT_URL_S3=url,
            AWS_REGION="us-east-1", AWS_EC2_METADATA_DISABLED="true", no_proxy="*"))
        assert asked.wait(timeout=60), process.communicate(timeout=60)
        begun = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert time.monotonic() - begun < 2
    assert out == "" and "interrupted: stopping; nothing half-done stays." in err and "error" not in err
    return process.returncode


@pytest.mark.parametrize("words", [
    ("preview", "s3://bucket/folder"), ("preview", "s3://bucket/a.csv"),
    ("schema", "s3://bucket/folder"), ("schema", "s3://bucket/a.json"),
    ("copy", "s3://bucket/folder", "out"), ("copy", "s3://bucket/a.parquet", "out"),
    ("copy", "people.json", "s3://bucket/out"), ("copy", "people.json", "s3://bucket/out.parquet"),
], ids=" ".join)
def test_ctrl_c_is_heard_while_a_store_is_silent(start, tmp_path, people, words):
    assert interrupted(start, tmp_path, signal.SIGINT, words) == 130
    assert not (tmp_path / "out").exists()


def test_so_is_sigterm(start, tmp_path):
    assert interrupted(start, tmp_path, signal.SIGTERM, ("preview", "s3://bucket/folder")) == 143


def test_a_copy_that_was_interrupted_there_is_run_again_as_if_it_had_not_been(start, tenon, tmp_path, people):
    assert interrupted(start, tmp_path, signal.SIGINT, ("copy", "s3://bucket/a.json", "out")) == 130
    done = tenon("copy", "people.json", "out")
    assert done.code == 0, done.err
