"""Child processes that live in groups of their own and never outlive the one that started them."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from feedback_site.launch.leash import signal_group

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.1
STOP_SECONDS = 8.0
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Family:
    """All children of this process, tied to a watcher that ends them when this process is gone.

    `keep` names file descriptors that the watcher shall hold as long as it works (the lock of DATA_DIR).
    """

    def __init__(self, *, keep: Iterable[int] = ()) -> None:
        watcher_end, self._pipe = os.pipe()
        self._children: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._watcher = subprocess.Popen(
            [sys.executable, "-I", str(Path(__file__).with_name("leash.py"))],
            stdin=watcher_end,
            pass_fds=tuple(keep),
            start_new_session=True,
        )
        os.close(watcher_end)

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        keep: Iterable[int] = (),
        output: int | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a child in a process group of its own, known to the watcher before it runs its first line."""
        parent = os.getpid()

        def tie() -> None:
            os.write(self._pipe, b"+%d\n" % os.getpid())
            if LIBC is not None:
                LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
                if os.getppid() != parent:
                    os._exit(1)

        child = subprocess.Popen(
            [str(part) for part in command],
            env=None if environment is None else dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=tie,
            pass_fds=tuple(keep),
            **as_user(user),
        )
        self._children.append((name, child))
        return child

    def forget(self, child: subprocess.Popen[bytes]) -> None:
        """A child is over: nothing of its group may be left, and the watcher need not know it any more."""
        signal_group(child.pid, signal.SIGKILL)
        self._children = [(name, other) for name, other in self._children if other is not child]
        with contextlib.suppress(BrokenPipeError):  # the watcher is gone; `watched` says so
            os.write(self._pipe, b"-%d\n" % child.pid)

    def run(self, name: str, command: Sequence[str | Path], *, stop: Callable[[], bool], **options) -> int:
        """Start a child and wait for its end; when `stop` turns true it is ended. Returns its exit code."""
        child = self.start(name, command, **options)
        while child.poll() is None and not stop():
            time.sleep(POLL_SECONDS)
        if child.poll() is None:
            self.stop([child])
        else:
            self.forget(child)
        return child.returncode

    def dead(self) -> list[tuple[str, subprocess.Popen[bytes]]]:
        """The children that ended by themselves."""
        return [(name, child) for name, child in self._children if child.poll() is not None]

    @property
    def watched(self) -> bool:
        return self._watcher.poll() is None

    def stop(self, children: Iterable[subprocess.Popen[bytes]], seconds: float = STOP_SECONDS) -> None:
        """Ask these children to stop, all at once; kill the groups of those that do not within `seconds`."""
        children = list(children)
        for child in children:
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + seconds
        while any(child.poll() is None for child in children) and time.monotonic() < until:
            time.sleep(POLL_SECONDS / 2)
        for child in children:
            signal_group(child.pid, signal.SIGKILL)
            child.wait()
            self.forget(child)

    def close(self, *, last: Sequence[str] = ()) -> None:
        """Stop every child, those named in `last` after the others; then let the watcher go."""
        self.stop([child for name, child in self._children if name not in last])
        self.stop([child for _, child in self._children])
        os.close(self._pipe)
        self._watcher.wait()


def as_user(user: str | None) -> dict[str, Any]:
    """What makes `subprocess` run a command as another user, with nothing left of root's groups."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
