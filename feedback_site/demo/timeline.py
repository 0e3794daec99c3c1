"""What happens when: calls kept in order of time, whatever the order in which they were thought of."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count


class Timeline:
    """A heap of moments and calls; each call is given its moment."""

    def __init__(self):
        self._events: list = []
        self._order = count()

    def add(self, at: datetime, call: Callable[[datetime], object]) -> None:
        """Let `call(at)` happen at that moment; of equal moments, the first added is the first to happen."""
        heapq.heappush(self._events, (at, next(self._order), call))

    def run(self, until: datetime) -> None:
        """Let everything happen up to and including that moment, also what is added meanwhile."""
        while self._events and self._events[0][0] <= until:
            at, _order, call = heapq.heappop(self._events)
            call(at)
