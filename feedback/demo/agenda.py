"""What will happen when: acts of customers and staff, kept in the order of time."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count

Act = Callable[[datetime], None]


class Agenda:
    """Acts with their moments; of two at one moment the one put down first happens first."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Act]] = []
        self._order = count()

    def put(self, at: datetime, act: Act) -> None:
        """Let `act` happen at this moment."""
        heapq.heappush(self._heap, (at, next(self._order), act))

    def due(self, until: datetime) -> Iterator[tuple[datetime, Act]]:
        """What happens up to `until`, also what comes up meanwhile."""
        while self._heap and self._heap[0][0] <= until:
            at, _, act = heapq.heappop(self._heap)
            yield at, act

    def __len__(self) -> int:
        return len(self._heap)
