"""What DATABASES["default"] says: a SQLite that may be trusted, or a PostgreSQL that fails quickly.

SQLite from 3.7.0 to 3.51.2 can damage a database in WAL mode when a checkpoint meets a WAL reset
(reliability.md D10). Debian 12 links such a library, so a newer one comes from the `pysqlite3` wheel;
where neither is good, the slower rollback journal is used.
"""

import importlib
import sqlite3
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.checks import Error
from django.core.exceptions import ImproperlyConfigured

from feedback_site import env

FIXED_IN = (3, 51, 3)
BACKPORTED_TO = ((3, 44, 6), (3, 50, 7))
BUSY_TIMEOUT_SECONDS = 20
CONNECT_TIMEOUT_SECONDS = 3
POOL_SIZE = 8
STATEMENT_TIMEOUT_SECONDS = 60
DURABLE = ("synchronous_commit", "fsync", "full_page_writes")
POSTGRES_SCHEMES = {"postgres", "postgresql"}

Version = tuple[int, ...]


def journal_mode(version: Version) -> str:
    """`wal` for a SQLite library without the WAL-reset bug, else `delete`."""
    backported = any(version[:2] == fix[:2] and version >= fix for fix in BACKPORTED_TO)
    return "wal" if version >= FIXED_IN or backported else "delete"


def prefer_safe_sqlite() -> None:
    """Let `import sqlite3` mean the newer library of the wheel; call it before Django's backend loads."""
    if journal_mode(sqlite_version()) == "wal":
        return
    try:
        newer = importlib.import_module("pysqlite3")
    except ImportError:
        return
    if journal_mode(newer.sqlite_version_info) == "wal":
        sys.modules["sqlite3"] = newer
        sys.modules["sqlite3.dbapi2"] = newer.dbapi2


def sqlite_version() -> Version:
    """The version of the library that `import sqlite3` gives now."""
    return sys.modules.get("sqlite3", sqlite3).sqlite_version_info


def from_url(url: str | None, data_dir: Path | str) -> dict[str, Any]:
    """Django's settings for one database.

    None → SQLite in `data_dir`; `sqlite:///relative`, `sqlite:////absolute`;
    `postgres://user:password@host:port/name?sslmode=require`, a socket's folder as `?host=/run/postgresql`
    or percent-encoded in place of the host.
    """
    if not url:
        return sqlite_options(Path(data_dir) / "db.sqlite3", data_dir)
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path)[1:]
        if parts.netloc or not path:
            raise ImproperlyConfigured("DATABASE_URL for SQLite must look like sqlite:///path/to/file.")
        return sqlite_options(Path(path), data_dir)
    if parts.scheme in POSTGRES_SCHEMES:
        return postgres_options(url)
    raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or sqlite:///.")


def sqlite_options(path: Path, data_dir: Path | str) -> dict[str, Any]:
    """SQLite that waits instead of failing and syncs before it answers."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": BUSY_TIMEOUT_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": f"PRAGMA journal_mode={journal_mode(sqlite_version())}; PRAGMA synchronous=FULL",
        },
        # A file, not memory: threads of a live server meet the same locks as in life.
        "TEST": {"NAME": str(Path(data_dir) / "test.sqlite3")},
    }


def postgres_options(url: str) -> dict[str, Any]:
    """PostgreSQL with a pool of its own per process; an absent server is noticed within seconds."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    try:
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured("DATABASE_URL has a port that is not a number.") from error
    # The host's text is cut by hand: urlsplit lower-cases it, which breaks the path of a socket.
    host = unquote(parts.netloc.rpartition("@")[2].removesuffix(f":{port}").strip("[]"))
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL must end with the name of the database.")
    milliseconds = 1000 * env.whole("DATABASE_STATEMENT_TIMEOUT_SECONDS", STATEMENT_TIMEOUT_SECONDS)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", host),
        "PORT": str(query.pop("port", port or "")),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "application_name": "feedback_site",
            # Only for `feedback_site.prepared`; off for a PgBouncer that cannot keep prepared statements (before 1.22).
            "prepare_threshold": 2 if env.flag("DATABASE_PREPARED_STATEMENTS", True) else None,
            "options": f"-c statement_timeout={milliseconds} -c lock_timeout=20000"
            " -c idle_in_transaction_session_timeout=60000",
            "pool": {
                "min_size": 1,
                "max_size": env.whole("DATABASE_POOL_SIZE", POOL_SIZE, minimum=1),
                "timeout": CONNECT_TIMEOUT_SECONDS,
            },
            **query,
        },
    }


def postgres_durability_errors(connection: Any) -> list[Error]:
    """What PostgreSQL's settings would lose at a crash although it was answered (reliability.md D11)."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
            [list(DURABLE)],
        )
        off = sorted(name for name, setting in cursor.fetchall() if setting == "off")
    return [
        Error(
            f"PostgreSQL runs with {name}=off: a crash would lose ratings that were already acknowledged.",
            hint=f"Set {name} = on for this server, database and role.",
            id="feedback_site.E001",
        )
        for name in off
    ]
