"""Where partitions are written. A slot is a warm worker; the driver gives it a task at a time and waits for events."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from typing import Protocol

from laser_cluster.commits import Written
from laser_cluster.errors import ClusterError
from laser_cluster.merging import MergeTask, PoolMade, merge
from laser_cluster.writing import MakeWriter, PartitionWriter, Task, WriterOptions


@dataclass(frozen=True)
class Lost:
    """The slot's own process is gone, and the slot has a new one."""

    reason: str


@dataclass(frozen=True)
class Event:
    """How a slot's task ended. A ClusterError ends the run."""

    slot: int
    outcome: Written | Lost | ClusterError


class Executor(Protocol):
    """One task a slot at a time."""

    size: int

    def submit(self, slot: int, task: Task) -> None: ...

    def wait(self) -> Event:
        """The next event; blocks. Call it only while a task is under way."""

    def merge(self, task: MergeTask) -> PoolMade | None:
        """Raises ClusterError."""

    def close(self, at_once: bool) -> None:
        """Ends all workers; at once: in the middle of answers."""


class LocalExecutor:
    """Workers of this machine, a thread each: without Ray."""

    def __init__(self, options: WriterOptions, size: int, make_writer: MakeWriter = PartitionWriter) -> None:
        self.size = size
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._tasks: list[queue.SimpleQueue[Task | None]] = [queue.SimpleQueue() for _ in range(size)]
        self.writers = [make_writer(options, slot) for slot in range(size)]
        self._threads = [threading.Thread(target=self._serve, args=(slot,), daemon=True) for slot in range(size)]
        for thread in self._threads:
            thread.start()

    def submit(self, slot: int, task: Task) -> None:
        self._tasks[slot].put(task)

    def wait(self) -> Event:
        return self._events.get()

    def merge(self, task: MergeTask) -> PoolMade | None:
        return merge(task)

    def close(self, at_once: bool) -> None:
        for slot in range(self.size):
            if at_once:
                self.writers[slot].kill()
            self._tasks[slot].put(None)
        for thread in self._threads:
            thread.join(30)

    def _serve(self, slot: int) -> None:
        writer = self.writers[slot]
        while (task := self._tasks[slot].get()) is not None:
            try:
                self._events.put(Event(slot, writer.write(task)))
            except ClusterError as error:
                self._events.put(Event(slot, error))
            except (
                Exception
            ) as error:  # A defect of ours or a full disk: without an event the driver would wait for ever.
                reason = f"{type(error).__name__}: {error}"
                fault = ClusterError("partitionLost", partition=task.partition, times=1, reason=reason)
                self._events.put(Event(slot, fault))
        writer.close()
