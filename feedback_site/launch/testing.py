"""`./run test`: the suite on the servers that DATABASE_URL and REDIS_URL name, else on embedded ones."""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from feedback_site.launch import postgres, proof, valkey
from feedback_site.launch.processes import Family

ROOT = Path(__file__).resolve().parent.parent.parent
PYTEST = (sys.executable, "-m", "pytest", "-q", "--create-db")
FAST = (*PYTEST, "-n", "2", "-m", "not browser and not slow")
BROWSER = (*PYTEST, "-n", "2", "-m", "browser or slow")
FAST_SECONDS = 600
BROWSER_SECONDS = 2400  # about 600 s on two idle cores; CI took up to twice as long
BROWSER_PROGRAM = "/usr/bin/chromium"
OWN_VARIABLES = (
    "SECRET_KEY", "SEALING_KEY", "ALLOWED_HOSTS", "DEBUG", "DEMO_PASSWORD", "PORT", "PUBLIC_ADDRESS",
    "CSRF_TRUSTED_ORIGINS",
)  # fmt: skip


class CannotRun(Exception):
    """A lane has not what it needs; the message says what. It counts as failed, never as skipped."""


def main(arguments: Sequence[str]) -> int:
    """The whole suite, or what pytest's own arguments name."""
    try:
        return run_suite(arguments)
    except CannotRun as missing:
        print(missing)
        return 1


def run_suite(arguments: Sequence[str]) -> int:
    with servers(os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")) as environment:
        if arguments:
            return subprocess.run([*PYTEST, *arguments], env=environment, cwd=ROOT).returncode
        files, codes = proof.fingerprint(), []
        for command, seconds in ((FAST, FAST_SECONDS), (BROWSER, BROWSER_SECONDS)):
            try:
                if command is BROWSER:
                    need_browser()
                codes.append(subprocess.run(command, env=environment, cwd=ROOT, timeout=seconds).returncode)
            except CannotRun as missing:
                print(missing)
                codes.append(1)
            except subprocess.TimeoutExpired:
                print(f"The tests took more than {seconds} s and were ended.")
                codes.append(1)
    if not os.environ.get("DATABASE_URL") and not os.environ.get("REDIS_URL"):
        proof.write(files, passed=not any(codes))
    return max(codes)


@contextlib.contextmanager
def servers(database_url: str | None, redis_url: str | None, *, real: bool = False) -> Iterator[dict[str, str]]:
    """The environment for tests, with servers that end with the block.

    `real` asks for PostgreSQL, an embedded one when no `database_url` is given; else it is SQLite.
    """
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    family = Family()
    place = Path(tempfile.mkdtemp(prefix="feedback-test-"))
    try:
        if real and not database_url:
            (place / "pg").mkdir()
            place.chmod(0o711)  # the unprivileged PostgreSQL has to get through
            database_url = postgres.start(family, place / "pg")
        if not redis_url:
            valkey.start(family, place / "data")
            redis_url = valkey.url(place / "data")
        environment = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
        environment |= {"DEMO": "1", "DATA_DIR": str(place / "data"), "REDIS_URL": redis_url}
        environment["DATABASE_URL"] = own_database(database_url) if database_url else ""
        yield environment
    except (postgres.PostgresFailed, valkey.ValkeyFailed) as failure:
        raise CannotRun(str(failure)) from failure
    finally:
        family.close(last=["Valkey", "PostgreSQL"])
        shutil.rmtree(place, ignore_errors=True)


def own_database(url: str) -> str:
    """The same server, but a database name of this checkout's own: two checkouts can test side by side."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return url
    name = "feedback_" + hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    return parts._replace(path=f"/{name}").geturl()


def need_browser() -> None:
    """Chromium and fonts with Chinese characters, from the distribution by name when that is possible."""
    missing = []
    if not Path(BROWSER_PROGRAM).exists():
        missing.append("chromium")
    if sys.platform == "linux" and not has_chinese_fonts():
        missing.append("fonts-noto-cjk")
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {' and '.join(missing)} for the browser tests …", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        install = ["install", "-y", "--no-install-recommends", *missing]
        done = [
            subprocess.run(["apt-get", "-qq", *what], stdout=subprocess.DEVNULL, env=environment)
            for what in (["update"], install)
        ]
        if done[-1].returncode == 0:
            return
    raise CannotRun(f"The browser tests need {' and '.join(missing)}: install them and start again.")


def has_chinese_fonts() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    return bool(subprocess.run([lister, ":lang=zh-cn", "file"], capture_output=True).stdout.strip())


def timed(command: Sequence[str], environment: Mapping[str, str], seconds: float) -> tuple[bool, str, float]:
    """Run a command for `sure`: whether it went well, what it printed, how long it took."""
    began = time.monotonic()
    try:
        done = subprocess.run(
            command,
            env=dict(environment),
            cwd=ROOT,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except subprocess.TimeoutExpired as late:
        output = late.stdout or b""
        text = output.decode(errors="replace") if isinstance(output, bytes) else output
        return False, f"{text}\nended after {seconds} s", time.monotonic() - began
    except OSError as error:
        return False, f"{command[0]} cannot be started: {error.strerror}", time.monotonic() - began
    return done.returncode == 0, done.stdout, time.monotonic() - began
