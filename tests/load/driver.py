"""A closed-loop HTTP driver on raw sockets: every connection sends its next request as soon as it has its answer.

Own code because it costs the server's cores about 0.1 ms a request, needs nothing installed, and reads every answer
instead of counting bytes. What it costs is on both sides of a ratio.
"""

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

ANSWER_SECONDS = 30
HEAD_END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length:"


class DriverFailed(Exception):
    """An answer was wrong (the message is that answer), late or never came: a figure made of such is none."""


@dataclass
class Outcome:
    """What one round gave: how many answers, all of them good, in how long."""

    seconds: float
    good: int = 0

    @property
    def per_second(self) -> float:
        return self.good / self.seconds


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """One HTTP/1.1 request as bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
    lines += [f"Content-Length: {len(body)}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode("ascii") + HEAD_END + body


def drive(port: int, senders: list[Iterator[bytes]], seconds: float, is_good: Callable[[bytes], bool]) -> Outcome:
    """Let every sender talk over a connection of its own for `seconds`; all that was sent is answered at the end."""
    with selectors.DefaultSelector() as selector:
        lines = [_Line(port, sender) for sender in senders]
        try:
            for line in lines:
                selector.register(line.socket, selectors.EVENT_READ, line)
            return _loop(selector, lines, seconds, is_good)
        finally:
            for line in lines:
                line.socket.close()


def _loop(selector, lines, seconds, is_good):
    began = time.perf_counter()
    until = began + seconds
    outcome = Outcome(seconds)
    for line in lines:
        line.send()
    waiting = len(lines)
    while waiting:
        ready = selector.select(ANSWER_SECONDS)
        if not ready:
            raise DriverFailed(f"no answer within {ANSWER_SECONDS} s")
        for key, _events in ready:
            line = key.data
            answer = line.receive()
            if answer is None:
                continue
            if not is_good(answer):
                raise DriverFailed(answer.decode("utf-8", "replace"))
            outcome.good += 1
            if time.perf_counter() < until:
                line.send()
            else:
                selector.unregister(line.socket)  # the server may close it now, and need not be heard
                waiting -= 1
    outcome.seconds = time.perf_counter() - began
    return outcome


class _Line:
    """One keep-alive connection and the answer it is reading."""

    def __init__(self, port, sender):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sender = sender
        self.buffer = b""

    def send(self):
        self.socket.sendall(next(self.sender))

    def receive(self):
        """The whole answer, or None while a part of it is still on the way."""
        part = self.socket.recv(262_144)
        if not part:
            raise DriverFailed("the server closed a connection")
        self.buffer += part
        head, end, body = self.buffer.partition(HEAD_END)
        if not end:
            return None
        length = int(head.lower().partition(LENGTH)[2].split(b"\r\n", 1)[0])
        if len(body) < length:
            return None
        answer, self.buffer = self.buffer, b""
        return answer
