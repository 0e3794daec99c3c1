"""CI's last word: clone this checkout, start it without its environment, drive it, kill it, start it again.

Standard library only. Everything happens in a temporary directory, on a free port.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
# What tells pip and TLS about this machine; nothing else of the environment may matter.
KEPT = ("PATH", "HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "http_proxy", "https_proxy", "no_proxy")
FIRST_START_SECONDS = 600
NEXT_START_SECONDS = 180
STOP_SECONDS = 60
READY = "Ctrl-C stops everything."


def clean_environment(port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("PIP_")}
    return kept | {"PORT": str(port)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(clone: Path, environment: dict[str, str], seconds: float) -> subprocess.Popen[bytes]:
    """Start ./run and wait until it says that all is there."""
    log, began = clone.parent / "run.log", time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["./run"], cwd=clone, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    while READY not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() - began > seconds:
            process.kill()
            sys.exit(f"./run did not come up within {seconds} s:\n{log.read_text(errors='replace')}")
        time.sleep(0.1)
    print(f"./run was ready after {time.monotonic() - began:.1f} s", flush=True)
    return process


def left_behind(clone: Path) -> str:
    """The processes that were started from the clone, one a line."""
    listing = subprocess.run(["ps", "-eo", "pid,stat,args"], capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in listing.splitlines() if str(clone) in line and " Z" not in line)


def expect_nothing_left(clone: Path, after: str) -> None:
    until = time.monotonic() + STOP_SECONDS
    while (rest := left_behind(clone)) and time.monotonic() < until:
        time.sleep(0.2)
    if rest:
        sys.exit(f"After {after} these processes are left:\n{rest}")
    print(f"nothing left after {after}", flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="fresh-") as place:
        clone = Path(place).resolve() / "clone"
        subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(clone)], check=True)
        port = free_port()
        environment = clean_environment(port)
        drive = [sys.executable, str(clone / "tests/smoke/drive.py"), f"http://127.0.0.1:{port}", str(clone)]

        process = start(clone, environment, FIRST_START_SECONDS)
        try:
            subprocess.run(drive, env=environment, check=True)
            process.kill()
            process.wait()
            expect_nothing_left(clone, "kill -9")
            process = start(clone, environment, NEXT_START_SECONDS)
            subprocess.run([*drive, "--again"], env=environment, check=True)
            process.send_signal(signal.SIGINT)
            code = process.wait(timeout=STOP_SECONDS)
            if code:
                sys.exit(f"./run answered Ctrl-C with exit code {code}")
            expect_nothing_left(clone, "Ctrl-C")
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
                time.sleep(6)  # the watcher's grace, before the directory goes


if __name__ == "__main__":
    main()
