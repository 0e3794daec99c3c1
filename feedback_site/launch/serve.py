"""`./run`: web, worker, scheduler (and a Valkey, when none is named) start and stop together."""

import fcntl
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO

from feedback_site.launch import valkey
from feedback_site.launch.processes import POLL_SECONDS, Family

DEFAULT_PORT = 8000
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
RESTARTS = 5
RESTARTS_WITHIN_SECONDS = 120.0
CLEAN_UP_SECONDS = 15.0
READY_SECONDS = 60.0
PAGES = (
    ("Tablet", "/kiosk/"),
    ("Listening desk", "/desk/"),
    ("Tracking", "/track/"),
    ("Admin", "/admin/"),
    ("API documents", "/api/docs/"),
)
LOGINS = (
    ("admin", "superuser"),
    ("manager", "manager of hall A"),
    ("manager_b", "manager of hall B"),
    ("officer", "listening desk of hall A"),
    ("officer_b", "listening desk of hall B"),
    ("clerk", "clerk in hall A"),
    ("auditor", "auditor"),
    ("staff", "a rated person of hall A"),
)


class Refused(Exception):
    """The start cannot go on; the message is a sentence for people."""


class Supervisor:
    """Starts everything for one DATA_DIR, restarts what dies, stops all of it at a signal."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self.data_dir = data_dir
        self.port = port
        self.stopping = False
        self.deaths: deque[float] = deque(maxlen=RESTARTS)
        self.restarts: dict[str, Callable[[], object]] = {}
        self.due: list[tuple[float, str]] = []

    def serve(self) -> int:
        """Run until a signal (0), a refusal (2) or until something keeps dying (1)."""
        for number in STOP_SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                signal.signal(number, self.ask_to_stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)  # `run` held them back until here
        try:
            with lock(self.data_dir) as held, listen(self.port) as listener:
                self.port = listener.getsockname()[1]
                self.family = Family(keep=[held.fileno()])
                try:
                    return self.work(listener)
                finally:
                    self.family.close(last=["Valkey"])
        except (Refused, valkey.ValkeyFailed) as refusal:
            say(str(refusal))
            return 2

    def ask_to_stop(self, number: int, frame: object) -> None:
        self.stopping = True

    def work(self, listener: socket.socket) -> int:
        embedded = not os.environ.get("REDIS_URL", "").strip()
        if embedded:
            os.environ["REDIS_URL"] = valkey.url(self.data_dir)
            self.restarts["Valkey"] = lambda: valkey.start(self.family, self.data_dir)
            self.restarts["Valkey"]()
        say("Preparing the database …")
        prepare = [sys.executable, "-m", "feedback_site.launch.prepare"]
        code = self.family.run("the preparation", prepare, stop=lambda: self.stopping)
        if self.stopping:
            return 0
        if code:
            return code if code > 0 else 1
        python = [sys.executable, "-m"]
        celery = ["celery", "--quiet", "-A", "feedback_site"]
        worker = ["feedback_site.launch.worker"] if embedded else [*celery, "worker"]
        commands = {
            "the web server": [*python, "gunicorn", *web_options(listener), "feedback_site.wsgi:application"],
            "the worker": [*python, *worker, "--concurrency=2", "--loglevel=WARNING"],
            "the scheduler": [*python, *celery, "beat", "--loglevel=WARNING", "--pidfile="],
        }
        for name, command in commands.items():
            keep = [listener.fileno()] if name == "the web server" else []
            self.restarts[name] = partial(self.family.start, name, command, keep=keep)
            self.restarts[name]()
        return self.watch()

    def watch(self) -> int:
        """Keep the children running; says hello as soon as the web server answers."""
        greeted, give_up_at = False, time.monotonic() + READY_SECONDS
        while not self.stopping:
            if not greeted and answers(self.port):
                greeted = True
                greet(self.port, self.data_dir)
            if not greeted and time.monotonic() > give_up_at:
                raise Refused("The web server does not answer; its messages above say why.")
            if not self.family.watched:
                raise Refused("The process that guards against orphans was killed, so everything is stopped.")
            for name, child in self.family.dead():
                self.family.forget(child)
                if not self.may_restart():
                    say(f"{name} keeps ending (last exit code {child.returncode}), so everything is stopped.")
                    return 1
                pause = 2.0 ** (len(self.deaths) - 1) - 1
                say(f"{name} ended (exit code {child.returncode}) and is started again.")
                self.due.append((time.monotonic() + pause, name))
            for entry in [entry for entry in self.due if entry[0] <= time.monotonic()]:
                self.due.remove(entry)
                self.restarts[entry[1]]()
            time.sleep(POLL_SECONDS)
        say("Stopping …")
        return 0

    def may_restart(self) -> bool:
        """Whether fewer than RESTARTS children died within the last RESTARTS_WITHIN_SECONDS."""
        now = time.monotonic()
        while self.deaths and now - self.deaths[0] > RESTARTS_WITHIN_SECONDS:
            self.deaths.popleft()
        if len(self.deaths) == RESTARTS:
            return False
        self.deaths.append(now)
        return True


def web_options(listener: socket.socket) -> list[str]:
    return [
        f"--bind=fd://{listener.fileno()}",
        "--preload",  # imported once, shared by both workers
        "--worker-class=gthread",
        "--workers=2",
        "--threads=4",
        "--graceful-timeout=4",
        "--no-control-socket",
        "--log-level=warning",
    ]


def lock(data_dir: Path) -> IO[str]:
    """Hold DATA_DIR for this process alone; waits only while a killed predecessor is cleared away."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = open(data_dir / "run.lock", "a+")  # noqa: SIM115  (held until the end of the process)
    except OSError as error:
        raise Refused(f"DATA_DIR cannot be written: {error.strerror}: {error.filename}") from error
    until = time.monotonic() + CLEAN_UP_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except OSError as error:
            file.seek(0)
            holder = file.read().strip()
            if is_alive(holder) or time.monotonic() > until:
                file.close()
                raise Refused(f"Another ./run (process {holder}) already works with {data_dir}.") from error
            time.sleep(POLL_SECONDS)
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def listen(port: int) -> socket.socket:
    """Take the port here, once and for all: a restarted web server inherits it with its queue."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise Refused(f"Port {port} on 127.0.0.1 cannot be used ({error.strerror}); try PORT=8001 ./run.") from error
    listener.listen(512)
    return listener


def answers(port: int) -> bool:
    """Whether the web server gives any HTTP answer at all."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.5) as client:
            client.sendall(b"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            return client.recv(16).startswith(b"HTTP/")
    except OSError:
        return False


def greet(port: int, data_dir: Path) -> None:
    say("")
    for label, path in PAGES:
        say(f"{label:<16} http://127.0.0.1:{port}{path}")
    password_file = data_dir / "demo_password"
    password = os.environ.get("DEMO_PASSWORD") or (password_file.read_text().strip() if password_file.exists() else "")
    if os.environ.get("DEMO", "").strip() in ("1", "true", "yes", "on") and password:
        say(f"\nDemo logins, all with the password {password}")
        for login, who in LOGINS:
            say(f"  {login:<11}{who}")
        say("\nA tablet asks for a code: ./run manage enrolment_code --hall A --window 10")
    say("Ctrl-C stops everything.")


def say(line: str) -> None:
    """Print, even when nobody reads any more (the terminal was closed)."""
    try:
        print(line, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115


def main() -> int:
    text = os.environ.get("PORT", "").strip() or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        say("PORT must be a number between 0 and 65535 (0 takes any free one).")
        return 2
    return Supervisor(Path(os.environ["DATA_DIR"]), int(text)).serve()
