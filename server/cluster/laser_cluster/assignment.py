"""Which worker writes which partition: partitions of a group go to one worker, so that its own answers serve the next.

A group that is more than a worker's share is spread over as many workers as it is shares. Work is balanced by expected
tokens. A worker without work takes the last partition of the worker that has most left.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence

from laser_cluster.plan import Partition


class Assignment:
    """The queues of a round. `expected` gives a partition's tokens in any unit that all share."""

    def __init__(self, partitions: Sequence[Partition], slots: int, expected: Callable[[Partition], float]) -> None:
        self._expected = expected
        self._queues: list[deque[Partition]] = [deque() for _ in range(slots)]
        self._left = [0.0] * slots
        self.moved = 0
        by_group: dict[str, list[Partition]] = {}
        for partition in partitions:
            # Partitions of small groups need not stay together: each is its own group.
            key = f"\0{partition.name}" if partition.group is None else partition.group
            by_group.setdefault(key, []).append(partition)
        total = sum(expected(one) for one in partitions)
        share = total / slots if total > 0 else 1.0
        groups = sorted(by_group.values(), key=lambda group: -sum(map(expected, group)))
        for group in groups:
            weight = sum(map(expected, group))
            # A hair above a share is not worth a second worker.
            wanted = min(slots, len(group), max(1, math.ceil(weight / share - 0.05)))
            homes = sorted(range(slots), key=lambda slot: (self._left[slot], slot))[:wanted]
            for partition in group:
                self._put(min(homes, key=lambda slot: (self._left[slot], slot)), partition)

    def home(self, partition: Partition) -> int | None:
        """The slot in whose queue a partition waits."""
        return next((slot for slot, queue in enumerate(self._queues) if partition in queue), None)

    def take(self, slot: int) -> Partition | None:
        """The next partition for a worker; None when none is left."""
        if self._queues[slot]:
            return self._took(slot, self._queues[slot].popleft())
        richest = max(range(len(self._queues)), key=lambda one: (self._left[one], len(self._queues[one])))
        if not self._queues[richest]:
            return None
        self.moved += 1
        return self._took(richest, self._queues[richest].pop())

    def give_back(self, slot: int, partition: Partition) -> None:
        """Puts a partition first in a queue, after its worker was lost."""
        self._queues[slot].appendleft(partition)
        self._left[slot] += self._expected(partition)

    @property
    def waiting(self) -> int:
        return sum(map(len, self._queues))

    def _put(self, slot: int, partition: Partition) -> None:
        self._queues[slot].append(partition)
        self._left[slot] += self._expected(partition)

    def _took(self, slot: int, partition: Partition) -> Partition:
        self._left[slot] -= self._expected(partition)
        return partition
