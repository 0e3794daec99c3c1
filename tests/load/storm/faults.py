"""What is killed during a storm, and when: spread over the ratings that have been acknowledged, so that no kill meets
a server at rest."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from feedback_site.launch import postgres
from feedback_site.launch.processes import Family

BACK_SECONDS = 180.0
LOOK_SECONDS = 0.005


class SQLite:
    """A file; there is no server to kill, a killed web worker is its power cut."""

    name = "sqlite"

    def __init__(self, place: Path) -> None:
        self.url = f"sqlite:///{place / 'storm.sqlite3'}"
        self.away_seconds: list[float] = []


class PostgreSQL:
    """A server of the storm's own; the machine's is never touched."""

    name = "postgresql"

    def __init__(self, place: Path, family: Family) -> None:
        self.family = family
        self.cluster = postgres.make_cluster(place)
        self.child = self.cluster.launch(family)
        self.cluster.wait(self.child)
        self.url = self.cluster.url
        self.away_seconds: list[float] = []

    async def kill(self) -> None:
        """`kill -9` for the server and each of its processes, then start it anew; returns when it takes commands."""
        began = time.monotonic()
        processes = [self.child.pid, *children(self.child.pid)]
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.child.wait()
        while True:
            self.family.forget(self.child)
            # Here and not in a thread: Linux ends a child with the thread that started it (see `Family`).
            self.child = self.cluster.launch(self.family)
            try:
                await asyncio.to_thread(self.cluster.wait, self.child)
                break
            except postgres.PostgresFailed:
                # The dead server's memory is freed when the last of its processes is gone.
                if time.monotonic() - began > BACK_SECONDS:
                    raise
                await asyncio.sleep(0.1)
        self.away_seconds.append(time.monotonic() - began)


@contextmanager
def database(name: str) -> Iterator[SQLite | PostgreSQL]:
    """A new, empty database of this kind, gone at the end."""
    with TemporaryDirectory(prefix="feedback-storm-") as folder:
        place = Path(folder)
        if name == SQLite.name:
            yield SQLite(place)
            return
        place.chmod(0o711)  # the unprivileged PostgreSQL has to get through
        (place / "pg").mkdir()
        family = Family()
        try:
            yield PostgreSQL(place / "pg", family)
        finally:
            family.close()


async def strike(
    times: int,
    expected: int,
    done: Callable[[], int],
    blow: Callable[[], Awaitable[None]],
    over: asyncio.Event,
) -> int:
    """Deal so many blows, each after its share of the `expected` is `done`; how many were dealt before it was over."""
    for number in range(times):
        while done() < expected * (number + 0.5) / times:
            if over.is_set():
                return number
            await asyncio.sleep(LOOK_SECONDS)
        await blow()
    return times


async def kill_a_worker(master: subprocess.Popen[bytes]) -> None:
    """`kill -9` for a web worker; gunicorn starts another."""
    until = time.monotonic() + BACK_SECONDS
    while not (workers := children(master.pid)):  # the last blow was a moment ago
        if time.monotonic() > until or master.poll() is not None:
            raise RuntimeError("The web server has no workers any more.")
        await asyncio.sleep(LOOK_SECONDS)
    with suppress(ProcessLookupError):
        os.kill(random.choice(workers), signal.SIGKILL)


def children(parent: int) -> list[int]:
    """The processes that this one started."""
    if sys.platform == "linux":
        lists = Path(f"/proc/{parent}/task").glob("*/children")
        return [int(child) for listed in lists for child in listed.read_text().split()]
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [map(int, line.split()) for line in listing.splitlines()]
    return [pid for pid, ppid in pairs if ppid == parent]
