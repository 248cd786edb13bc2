"""Workers on a Ray cluster: an actor each, which keeps its model warm. A lost actor is replaced, on any node."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import Any

from laser_cluster.commits import Written
from laser_cluster.errors import ClusterError
from laser_cluster.executors import Event, Lost
from laser_cluster.merging import MergeTask, PoolMade, merge
from laser_cluster.writing import PartitionWriter, Task, WriterOptions


@dataclass(frozen=True)
class RayOptions:
    """`address`: "local" starts a cluster on this machine, "auto" joins the one that this machine belongs to."""

    address: str
    cpus_per_worker: float
    gpus_per_worker: float


class SlotActor:
    """Runs in a process of its own. Faults are returned: Ray would wrap what is raised."""

    def __init__(self, options: WriterOptions, slot: int) -> None:
        self._writer = PartitionWriter(options, slot)

    def write(self, task: Task) -> Written | ClusterError:
        try:
            return self._writer.write(task)
        except ClusterError as error:
            return error

    def merge(self, task: MergeTask) -> PoolMade | ClusterError | None:
        try:
            return merge(task)
        except ClusterError as error:
            return error

    def close(self) -> None:
        self._writer.close()


class RayExecutor:
    def __init__(self, options: WriterOptions, size: int, how: RayOptions) -> None:
        ray = import_ray()
        if not ray.is_initialized():
            start_ray(how, size)
        self.size = size
        self._ray = ray
        self._options = options
        self._actor_class = ray.remote(SlotActor).options(
            num_cpus=how.cpus_per_worker,
            num_gpus=how.gpus_per_worker,
            max_restarts=0,
            scheduling_strategy="SPREAD",
        )
        self.actors: list[Any] = [self._actor_class.remote(options, slot) for slot in range(size)]
        self._running: dict[Any, int] = {}

    def submit(self, slot: int, task: Task) -> None:
        self._running[self.actors[slot].write.remote(task)] = slot

    def wait(self) -> Event:
        (done, *_), _ = self._ray.wait(list(self._running), num_returns=1)
        slot = self._running.pop(done)
        try:
            return Event(slot, self._ray.get(done))
        except self._ray.exceptions.RayError as error:
            self.actors[slot] = self._actor_class.remote(self._options, slot)
            return Event(slot, Lost(_first_line(error)))

    def merge(self, task: MergeTask) -> PoolMade | None:
        """On the machine of the first worker, which has the model."""
        try:
            made = self._ray.get(self.actors[0].merge.remote(task))
        except self._ray.exceptions.RayError as error:
            self.actors[0] = self._actor_class.remote(self._options, 0)
            next_step = "The answers are kept: run again."
            raise ClusterError(
                "mergeFailed", round=task.round - 1, reason=_first_line(error), next_step=next_step
            ) from error
        if isinstance(made, ClusterError):
            raise made
        return made  # type: ignore[no-any-return]

    def close(self, at_once: bool) -> None:
        if not at_once:
            with contextlib.suppress(self._ray.exceptions.RayError):
                self._ray.get([actor.close.remote() for actor in self.actors], timeout=30)
        for actor in self.actors:
            self._ray.kill(actor)  # Its laser worker sees the end of its input, and ends.


def import_ray() -> Any:
    """Raises rayMissing."""
    try:
        import ray
        import ray.exceptions
    except ImportError as error:
        raise ClusterError("rayMissing", reason=error) from error
    return ray


def start_ray(how: RayOptions, size: int) -> None:
    """Starts or joins a cluster; Ray's own lines are shown from warnings on."""
    ray = import_ray()
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.WARNING)
    if how.address == "local":
        import math

        cpus = max(1, math.ceil(how.cpus_per_worker * size)) + 1  # One for reading the data.
        ray.init(
            address="local",
            num_cpus=cpus,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.WARNING,
        )
    else:
        import laser_cluster

        # The other machines need not have this package installed.
        ray.init(
            address=how.address,
            runtime_env={"py_modules": [laser_cluster]},
            log_to_driver=False,
            logging_level=logging.WARNING,
        )


def nodes() -> int:
    """Machines of the cluster that are alive."""
    return sum(1 for node in import_ray().nodes() if node["Alive"])


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
