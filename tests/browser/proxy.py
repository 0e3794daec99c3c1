"""A cable that can be cut: stands between the browser and the server and spoils what a test tells it to."""

import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

HEAD_END = b"\r\n\r\n"
PATIENCE_SECONDS = 30
BACKLOG = 64
HANG_UP_HARD = struct.pack("ii", 1, 0)


@dataclass
class Exchange:
    """One request with ratings on its way."""

    client: socket.socket
    request: bytes
    target: tuple[str, int]

    def pass_on(self) -> bytes:
        """The server's whole answer; from here on the server has done what it was asked."""
        with socket.create_connection(self.target, timeout=PATIENCE_SECONDS) as upstream:
            upstream.sendall(self.request)
            return b"".join(iter(lambda: upstream.recv(65_536), b""))

    def answer(self, content: bytes):
        self.client.sendall(content)


Fault = Callable[[Exchange], None]


@dataclass
class Proxy:
    """Passes everything on, but for as many posts of ratings as there are `faults` waiting.

    Named like the live server (`url`), so that a test can put it in that one's place.
    """

    server: str
    faults: deque[Fault] = field(default_factory=deque)
    always: Fault | None = None
    met: int = 0
    posts: list[bytes] = field(default_factory=list)  # every body with ratings that came this far

    def __post_init__(self):
        parts = urlsplit(self.server)
        self.target = (parts.hostname, parts.port)
        self.listener = bound(0)
        self.port = self.listener.getsockname()[1]
        self.clients: set[socket.socket] = set()
        self.changing = threading.Lock()
        self.is_up = False
        self.start()

    @property
    def url(self):
        return f"http://localhost:{self.port}"

    def start(self):
        with self.changing:
            self.is_up = True
            self.listener.listen(BACKLOG)
        threading.Thread(target=self._accept, args=[self.listener], daemon=True).start()

    def stop(self):
        """Nobody listens any more: connections are refused, and those that the browser keeps for later are cut."""
        with self.changing:
            self.is_up = False
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = bound(self.port)  # and nobody else gets its port meanwhile
            for client in self.clients:
                with suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.stop()
        self.listener.close()

    def _accept(self, listener):
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            with self.changing:
                if not self.is_up:
                    client.close()
                    continue
                self.clients.add(client)
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client):
        try:
            self._exchange(client)
        finally:
            with self.changing:
                self.clients.discard(client)

    def _exchange(self, client):
        with client, suppress(OSError):
            client.settimeout(PATIENCE_SECONDS)
            request = read_request(client)
            if request is None or not self.is_up:
                return
            exchange = Exchange(client, closing(request), self.target)
            fault = self._next_fault(request)
            if fault is None:
                exchange.answer(exchange.pass_on())
            else:
                fault(exchange)
                self.met += 1

    def _next_fault(self, request):
        if not request.startswith(b"POST /api/v1/ratings/ "):
            return None
        self.posts.append(request.partition(HEAD_END)[2])
        return self.faults.popleft() if self.faults else self.always


def bound(port: int) -> socket.socket:
    """A socket that has the port and does not listen yet."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    return made


def read_request(client) -> bytes | None:
    received = b""
    while HEAD_END not in received:
        part = client.recv(65_536)
        if not part:
            return None
        received += part
    head, _, body = received.partition(HEAD_END)
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    while len(body) < length:
        part = client.recv(65_536)
        if not part:
            return None
        body += part
    return head + HEAD_END + body


def closing(request: bytes) -> bytes:
    """The same request over a connection that ends with its answer."""
    head, _, body = request.partition(HEAD_END)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close"]) + HEAD_END + body


def cut_at(share: float) -> Fault:
    """The server stores and answers; of the answer this share arrives (never all of it), then the cable is out."""

    def fault(exchange):
        whole = exchange.pass_on()
        exchange.client.sendall(whole[: min(len(whole) - 1, int(share * len(whole)))])
        if share < 0.5:  # once with a reset, once with a quiet end
            exchange.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, HANG_UP_HARD)

    return fault


def never_arrives(exchange):
    """The cable is out before the server hears of it."""
    exchange.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, HANG_UP_HARD)


def says(status: str, body: str = "", content_type: str = "text/html; charset=utf-8", **headers: str) -> Fault:
    """Somebody else answers; the server hears nothing."""
    content = body.encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", f"Content-Type: {content_type}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join([*lines, "Connection: close"]).encode()
    return lambda exchange: exchange.answer(head + HEAD_END + content)


def says_json(status: str, body: str, **headers: str) -> Fault:
    return says(status, body, "application/json", **headers)
