"""The web server as it runs in production, on a free port, for as long as a figure needs it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from feedback_site.launch.processes import Family
from feedback_site.launch.serve import web_options

START_SECONDS = 180.0


@contextmanager
def web_server() -> Iterator[int]:
    """gunicorn with the product's own options and this process's environment; yields the port."""
    with web_process() as (port, _child):
        yield port


@contextmanager
def web_process() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The same, with the process whose children are the web workers."""
    family = Family()
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        os.set_inheritable(listener.fileno(), True)
        command = [sys.executable, "-m", "gunicorn", *web_options(listener), "feedback_site.wsgi:application"]
        try:
            child = family.start("the web server", command, keep=[listener.fileno()])
            port = listener.getsockname()[1]
            _wait(port, child)
            yield port, child
        finally:
            family.close()


def _wait(port, child):
    until = time.monotonic() + START_SECONDS
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    while child.poll() is None and time.monotonic() < until:
        with socket.create_connection(("127.0.0.1", port), timeout=START_SECONDS) as client:
            client.sendall(request)
            if client.recv(64).startswith(b"HTTP/1.1 200"):
                return
        time.sleep(0.2)
    raise RuntimeError("The web server does not answer; its messages above say why.")
