"""How often the public forms may be posted, counted in this process: cheap and generous, for shops share an address.

A link's token is its own proof, so only posts to one token and posts to tokens that do not exist are counted.
"""

from threading import Lock
from time import monotonic

WINDOW_SECONDS = 60.0
PER_TOKEN = 40
UNKNOWN_PER_ADDRESS = 60
MOST_KEYS = 20_000


class Counter:
    """Fixed windows by key. `allows` counts one try and says whether it is within the limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = Lock()
        self._counts: dict[str, int] = {}
        self._ends = 0.0

    def allows(self, key: str) -> bool:
        """Count one try under `key`."""
        with self._lock:
            moment = monotonic()
            if moment >= self._ends or len(self._counts) > MOST_KEYS:
                self._counts.clear()
                self._ends = moment + WINDOW_SECONDS
            count = self._counts[key] = self._counts.get(key, 0) + 1
            return count <= self.limit
