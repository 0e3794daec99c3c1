"""Ends what ./run started once ./run itself is gone, however it went (kill -9 included).

Reads `+<group>` and `-<group>` lines from a pipe whose only lasting writer is ./run. The end of the pipe is
the end of ./run: every group still on the list is asked to stop, then killed. Runs as a plain script, outside
the terminal's session, so that no Ctrl-C reaches it.
"""

import os
import signal
import sys
import time
from typing import BinaryIO

GRACE_SECONDS = 5.0


def follow(pipe: BinaryIO) -> list[int]:
    """The process groups still running when the last writer of the pipe is gone, newest first."""
    groups: list[int] = []
    for line in pipe:
        group = int(line[1:])
        if line.startswith(b"+"):
            groups.append(group)
        elif group in groups:
            groups.remove(group)
    return groups[::-1]


def signal_group(group: int, number: int) -> bool:
    """Signal a process group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS answers so for a group of zombies
        return False
    return True


def end(groups: list[int], grace_seconds: float = GRACE_SECONDS) -> None:
    """Ask the groups to stop, wait a little, kill the rest."""
    left = [group for group in groups if signal_group(group, signal.SIGTERM)]
    until = time.monotonic() + grace_seconds
    while left and time.monotonic() < until:
        time.sleep(0.1)
        left = [group for group in left if signal_group(group, 0)]
    for group in left:
        signal_group(group, signal.SIGKILL)


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    end(follow(sys.stdin.buffer))
