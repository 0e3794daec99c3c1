"""A database of the bench's own beside the named one, gone at the end; the named one's data is never touched."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from feedback_site.database import POSTGRES_SCHEMES


class NoPostgres(Exception):
    """DATABASE_URL names no PostgreSQL that can be reached; the message is a sentence for people."""


@contextmanager
def scratch_database(url: str, template: str = "") -> Iterator[str]:
    """The address of a new database on the server of `url`: empty, or a copy of the one that `template` names."""
    parts = urlsplit(url)
    if parts.scheme not in POSTGRES_SCHEMES:
        raise NoPostgres("The figures are about PostgreSQL: name one in DATABASE_URL, or none to use the embedded one.")
    name = f"feedback_bench_{os.getpid()}_{secrets.token_hex(3)}"
    names = [name, urlsplit(template).path[1:]] if template else [name]
    _run(parts, "CREATE DATABASE {} TEMPLATE {}" if template else "CREATE DATABASE {}", *names)
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        _run(parts, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _run(parts, statement, *names):
    maintenance = parts._replace(path="/postgres").geturl()  # as Django's own test databases are made
    try:
        with psycopg.connect(maintenance, autocommit=True, connect_timeout=5) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    except psycopg.OperationalError as error:
        raise NoPostgres(f"The PostgreSQL of DATABASE_URL does not answer: {str(error).splitlines()[0]}") from error
