"""`./run sure`: all that CI checks, one lane after the other. A lane that cannot run has failed."""

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from feedback_site.launch import proof, testing

BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
CHECK_SECONDS = 300

Outcome = tuple[bool, str, float]  # whether it went well, what it printed, seconds
Lane = Callable[[], Outcome]


class Servers(NamedTuple):
    """What a run of the tests wants; `real` asks for PostgreSQL, an embedded one when none is named."""

    database_url: str | None
    redis_url: str | None
    real: bool


def production(data_dir: str) -> dict[str, str]:
    """The environment of a production server, as far as `check --deploy` looks at it."""
    return os.environ | {
        "DEMO": "0",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SEALING_KEY": secrets.token_urlsafe(32),
        "ALLOWED_HOSTS": "feedback.example.gov.cn",
        "DATA_DIR": data_dir,
        "DATABASE_URL": "",
        "REDIS_URL": "",
    }


def compose() -> dict[str, str]:
    """A value for everything that docker-compose.yml demands."""
    return os.environ | {
        "SECRET_KEY": "x" * 50,
        "POSTGRES_PASSWORD": "x",
        "ALLOWED_HOSTS": "feedback.example.gov.cn",
    }


def checks(data_dir: str) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """Every check that is one command: its name, the command, its environment."""
    plain, live = dict(os.environ), production(data_dir)
    yield "format", [str(BIN / "ruff"), "format", "--check", "."], plain
    yield "lint", [str(BIN / "ruff"), "check", "."], plain
    yield "types of the pure modules", [str(BIN / "mypy")], plain
    yield "import contracts", [str(BIN / "lint-imports")], plain
    yield "check --deploy", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], live
    yield "missing migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], live
    yield "Dockerfile", [str(BIN / "hadolint"), "Dockerfile"], plain
    schema = [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]
    yield "compose file, schema", [*schema, "docker-compose.yml"], plain
    yield "compose file, read by Compose", [str(BIN / "docker-compose"), "config", "-q"], compose()


def test_lanes() -> Iterator[tuple[str, Lane]]:
    """The suite on SQLite and an embedded Valkey, then on the PostgreSQL and Redis named (or embedded)."""
    database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if (database_url or "").startswith("sqlite"):
        database_url = None
    for name, wanted in (
        ("SQLite", Servers(None, None, real=False)),
        ("PostgreSQL", Servers(database_url, redis_url, real=True)),
    ):
        age_seconds = None if wanted.real else proof.age_seconds()
        if age_seconds is not None:
            note = f"passed in `./run test` {age_seconds / 60:.0f} min ago, on these very files"
            yield f"tests on {name}", partial(known_good, note)
            continue
        yield f"tests on {name}", partial(tests, testing.FAST, testing.FAST_SECONDS, wanted)
        yield f"browser tests on {name}", partial(tests, testing.BROWSER, testing.BROWSER_SECONDS, wanted)


def known_good(note: str) -> Outcome:
    return True, note, 0.0


def tests(command: Sequence[str], seconds: float, wanted: Servers) -> Outcome:
    """Run one part of the suite on servers of its own."""
    began = time.monotonic()
    try:
        if command is testing.BROWSER:
            testing.need_browser()
        with testing.servers(wanted.database_url, wanted.redis_url, real=wanted.real) as environment:
            return testing.timed(command, environment, seconds)
    except testing.CannotRun as missing:
        return False, str(missing), time.monotonic() - began


def main() -> int:
    """Run every lane, print a line for each, and the output of those that failed."""
    failed = []
    with tempfile.TemporaryDirectory() as data_dir:
        lanes: list[tuple[str, Lane]] = [
            (name, partial(testing.timed, command, environment, CHECK_SECONDS))
            for name, command, environment in checks(data_dir)
        ]
        for name, lane in [*lanes, *test_lanes()]:
            good, output, seconds = lane()
            if not good:
                failed.append(name)
                print(output.rstrip())
            counted = "tests on" in name and output.strip()
            note = output.strip().splitlines()[-1] if good and counted else ""
            print(f"{'ok' if good else 'FAIL':<6}{name:<32}{seconds:6.1f} s  {note}".rstrip(), flush=True)
    print(f"Failed: {', '.join(failed)}." if failed else "All lanes passed.")
    return 1 if failed else 0
