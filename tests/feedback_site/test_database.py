"""Which database, how it is opened, and when it is not to be trusted."""

import sys
from contextlib import closing
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler

from feedback_site import database


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "delete"),  # Debian 12
        ((3, 44, 5), "delete"),
        ((3, 44, 6), "wal"),  # back-ported
        ((3, 45, 0), "delete"),
        ((3, 50, 6), "delete"),
        ((3, 50, 7), "wal"),  # back-ported
        ((3, 51, 0), "delete"),
        ((3, 51, 2), "delete"),
        ((3, 51, 3), "wal"),
        ((3, 53, 4), "wal"),
        ((4, 0, 0), "wal"),
    ],
)
def test_wal_is_used_only_with_a_library_that_does_not_lose_pages(version, mode):
    assert database.journal_mode(version) == mode


def test_a_newer_library_takes_the_place_of_an_unsafe_one(monkeypatch):
    newer = SimpleNamespace(sqlite_version_info=(3, 53, 4), dbapi2=object())
    monkeypatch.setitem(sys.modules, "sqlite3", SimpleNamespace(sqlite_version_info=(3, 40, 1)))
    monkeypatch.setitem(sys.modules, "sqlite3.dbapi2", object())
    monkeypatch.setitem(sys.modules, "pysqlite3", newer)
    database.prefer_safe_sqlite()
    assert sys.modules["sqlite3"] is newer
    assert sys.modules["sqlite3.dbapi2"] is newer.dbapi2


def test_a_safe_library_is_left_alone(monkeypatch):
    safe = SimpleNamespace(sqlite_version_info=(3, 51, 3))
    monkeypatch.setitem(sys.modules, "sqlite3", safe)
    monkeypatch.setitem(sys.modules, "pysqlite3", None)
    database.prefer_safe_sqlite()
    assert sys.modules["sqlite3"] is safe


def test_an_unsafe_library_without_a_better_one_means_the_rollback_journal(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "sqlite3", SimpleNamespace(sqlite_version_info=(3, 40, 1)))
    monkeypatch.setitem(sys.modules, "pysqlite3", None)
    database.prefer_safe_sqlite()
    assert "journal_mode=delete" in database.from_url(None, tmp_path)["OPTIONS"]["init_command"]


def test_without_an_address_it_is_sqlite_in_the_data_directory(tmp_path):
    options = database.from_url("", tmp_path)
    assert options["NAME"] == tmp_path / "db.sqlite3"
    assert options["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    ("url", "name"), [("sqlite:////var/lib/a.db", "/var/lib/a.db"), ("sqlite:///a%20b.db", "a b.db")]
)
def test_sqlite_by_path(url, name, tmp_path):
    assert str(database.from_url(url, tmp_path)["NAME"]) == name


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgres://u:p@db.example:5433/feedback", "db.example", "5433"),
        ("postgresql://u:p@[::1]:5432/feedback", "::1", "5432"),
        ("postgres://u:p@%2Frun%2FPostgres/feedback", "/run/Postgres", ""),
        ("postgres://u:p@/feedback?host=/run/postgresql", "/run/postgresql", ""),
    ],
)
def test_postgres_by_network_or_socket(url, host, port, tmp_path):
    options = database.from_url(url, tmp_path)
    assert (options["HOST"], options["PORT"], options["NAME"]) == (host, port, "feedback")
    assert (options["USER"], options["PASSWORD"]) == ("u", "p")


def test_a_password_may_hold_any_character_when_encoded(tmp_path):
    assert database.from_url("postgres://u:a%40b%2Fc%3A@h/d", tmp_path)["PASSWORD"] == "a@b/c:"


def test_other_words_for_libpq_are_passed_on(tmp_path):
    options = database.from_url("postgres://u@h/d?sslmode=verify-full&sslrootcert=/ca.pem", tmp_path)["OPTIONS"]
    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/ca.pem")
    assert options["pool"]["timeout"] <= 5  # an absent database is a quick 503
    assert options["connect_timeout"] <= 5


@pytest.mark.parametrize(
    "url", ["mysql://u:secret@h/d", "postgres://u:secret@h", "postgres://u:secret@h:x/d", "sqlite://h/d"]
)
def test_an_address_of_no_use_is_refused_without_repeating_it(url, tmp_path):
    with pytest.raises(ImproperlyConfigured) as refusal:
        database.from_url(url, tmp_path)
    assert str(refusal.value).startswith("DATABASE_URL ")
    assert "secret" not in str(refusal.value)


def test_sqlite_waits_syncs_and_checks_foreign_keys(tmp_path):
    wrapper = ConnectionHandler({"default": database.from_url(None, tmp_path)})["default"]
    with closing(wrapper.get_new_connection(wrapper.get_connection_params())) as connection:

        def pragma(name):
            return connection.execute(f"PRAGMA {name}").fetchone()[0]

        assert pragma("journal_mode") == database.journal_mode(database.sqlite_version())
        assert pragma("synchronous") == 2  # FULL
        assert pragma("foreign_keys") == 1
        assert pragma("busy_timeout") == 20_000


class Answering:
    """A connection whose server has these settings."""

    vendor = "postgresql"

    def __init__(self, **settings):
        self.settings = settings

    def cursor(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        return None

    def execute(self, statement, parameters):
        self.asked = parameters[0]

    def fetchall(self):
        return [(name, self.settings.get(name, "on")) for name in self.asked]


@pytest.mark.parametrize("name", ["synchronous_commit", "fsync", "full_page_writes"])
def test_a_server_that_forgets_at_a_crash_is_refused(name):
    assert database.postgres_durability_errors(Answering()) == []
    [error] = database.postgres_durability_errors(Answering(**{name: "off"}))
    assert f"{name}=off" in error.msg
