"""An HTTP proxy in front of a store that answers as a bad day does.

    proxy = FaultProxy(("127.0.0.1", 7070))
    proxy.plan = lambda request, n: Cut(after=100) if n < 2 else None
    ... requests go to proxy.url ...
    proxy.seen     # every request, with what was done to it
    proxy.close()

Requests are passed on byte by byte as they came, so signatures stay valid.
"""

import dataclasses
import re
import socket
import threading
import time
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclasses.dataclass(frozen=True)
class Cut:
    """The store's answer, ended after so many bytes of its body."""
    after: int


@dataclasses.dataclass(frozen=True)
class Lose:
    """The store does it; nobody hears of it. `reached` False: the store never got it."""
    reached: bool = True


@dataclasses.dataclass(frozen=True)
class Answer:
    """Another answer in place of the store's; `reached`: the store has done it all the same."""
    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    reached: bool = False


@dataclasses.dataclass(frozen=True)
class Stall:
    """So many bytes of the answer's body, then silence."""
    seconds: float
    after: int = 0


@dataclasses.dataclass(frozen=True)
class Change:
    """The store's answer with its head changed: (pattern, replacement) of bytes."""
    pattern: bytes
    replacement: bytes
    body_bytes: int | None = None  # Cut the body to this and say so in Content-Length.


Fault = Cut | Lose | Answer | Stall | Change


def error(code: str, message: str = "") -> bytes:
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code>'
            f"<Message>{message}</Message></Error>").encode()


def read_message(stream) -> tuple[bytes, bytes] | None:
    """Head and body of an HTTP message; None at the end of the connection."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        if not line:
            return None
        head += line
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    if found:
        return head, stream.read(int(found[1]))
    if re.search(rb"(?i)\r\ntransfer-encoding: *chunked", head):
        body = b""
        while True:
            size = stream.readline()
            body += size
            count = int(size.split(b";")[0], 16)
            body += stream.read(count + 2)
            if count == 0:
                return head, body
    return head, b""


class FaultProxy:
    def __init__(self, upstream: tuple[str, int]):
        self.upstream = upstream
        self.plan: Callable[[Request, int], Fault | None] = lambda request, n: None
        self.seen: list[tuple[Request, Fault | None]] = []
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def reset(self, plan: Callable[[Request, int], Fault | None] | None = None) -> None:
        with self._lock:
            self.seen = []
            self.plan = plan or (lambda request, n: None)

    def close(self) -> None:
        self._closed.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                stream = connection.makefile("rb")
                while (message := read_message(stream)) and self._one(connection, *message):
                    pass
            except OSError:
                pass

    def _one(self, connection: socket.socket, head: bytes, body: bytes) -> bool:
        """Serves one request; whether the connection goes on."""
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        request = Request(method, target, headers, body)
        with self._lock:
            fault = self.plan(request, len(self.seen))
            self.seen.append((request, fault))
        if isinstance(fault, Lose) and not fault.reached:
            return False
        if isinstance(fault, Answer) and not fault.reached:
            return self._answer(connection, fault, method)
        reply_head, reply_body = self._ask(method, head + body)
        if isinstance(fault, Lose):
            return False
        if isinstance(fault, Answer):
            return self._answer(connection, fault, method)
        if isinstance(fault, Cut):
            connection.sendall(reply_head + reply_body[:fault.after])
            return False
        if isinstance(fault, Stall):
            connection.sendall(reply_head + reply_body[:fault.after])
            time.sleep(fault.seconds)
            return False
        if isinstance(fault, Change):
            reply_head = re.sub(fault.pattern, fault.replacement, reply_head)
            if fault.body_bytes is not None:
                reply_body = reply_body[:fault.body_bytes]
                reply_head = re.sub(rb"(?i)content-length: *\d+", b"Content-Length: %d" % len(reply_body),
                                    reply_head)
        connection.sendall(reply_head + reply_body)
        return True

    def _ask(self, method: str, message: bytes) -> tuple[bytes, bytes]:
        with socket.create_connection(self.upstream) as upstream:
            upstream.sendall(message)
            stream = upstream.makefile("rb")
            if method != "HEAD":
                reply = read_message(stream)
                assert reply is not None
                return reply
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += stream.readline()
            return head, b""

    @staticmethod
    def _answer(connection: socket.socket, fault: Answer, method: str) -> bool:
        head = f"HTTP/1.1 {fault.status} Fault\r\nContent-Length: {len(fault.body)}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in fault.headers) + "\r\n"
        connection.sendall(head.encode() + (b"" if method == "HEAD" else fault.body))
        return True
