"""Which answers count. A worker writes a partition's answers whole, under a name of its own attempt; a marker then
names the one attempt that counts. The first marker wins: a second attempt at the same rows changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from laser_cluster.concurrency import in_threads
from laser_cluster.errors import ClusterError
from laser_cluster.plan import Plan
from laser_cluster.storage import Storage, digest


@dataclass(frozen=True)
class Written:
    """One attempt at a partition: its file, and what it took. Times in seconds; `tokens` are committed tokens."""

    partition: str
    round: int
    slot: int
    file: str
    sha256: str
    rows: int
    failed: int
    tokens: int
    prompt_tokens: int
    steps: int
    drafted: int
    kept: int
    relaxed: int
    #: Of the worker's time: where several rows are written at once, their own times overlap, and are divided by that.
    prefill_s: float
    decode_s: float
    #: From taking the partition to its file.
    busy_s: float
    #: Starting the worker and loading model and pool, which `busy_s` includes.
    load_s: float
    #: Adding own answers to the pool in memory.
    add_s: float
    #: Rows that were tried again because their worker died, babbled or hung.
    retries: int
    last_failure: str
    #: Tokens by group, of rows that did not fail.
    group_tokens: dict[str, int]


class Commits:
    """The markers of a run."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._written: dict[str, Written] = {}
        #: Of all commits; kept up, because a large run has hundreds of thousands.
        self.rows = 0
        self.failed = 0
        names = [name for name in storage.names("commits") if name.endswith(".json")]
        for written in in_threads(lambda name: _read_marker(storage, name), names):
            self._keep(written)

    def __contains__(self, partition: str) -> bool:
        return partition in self._written

    @property
    def written(self) -> list[Written]:
        """In the order of the partitions."""
        return [self._written[name] for name in sorted(self._written)]

    def of_round(self, round: int) -> list[Written]:
        return [one for one in self.written if one.round == round]

    def note(self, written: Written) -> bool:
        """Counts a partition that a worker committed. Whether it is new here."""
        if written.partition in self._written:
            return False
        self._keep(written)
        return True

    def answers(self, partition: str) -> list[dict[str, Any]]:
        """The answers of a committed partition, in the order of its rows. Raises outDamaged."""
        return read_answers(self._storage, self._written[partition])

    def all_answers(self) -> Iterator[dict[str, Any]]:
        for written in self.written:
            yield from read_answers(self._storage, written)

    def remove_strays(self) -> int:
        """Removes attempts that don't count, of drivers and workers that died."""
        counted = {one.file.rsplit("/", 1)[-1] for one in self._written.values()}
        strays = [name for name in self._storage.names("answers") if name not in counted]
        for name in strays:
            self._storage.remove(f"answers/{name}")
        return len(strays)

    def _keep(self, written: Written) -> None:
        self._written[written.partition] = written
        self.rows += written.rows
        self.failed += written.failed


def commit(storage: Storage, written: Written) -> Written:
    """Makes an attempt count, on the worker's machine, so that commits don't wait for each other. The attempt that
    counts: another's, if that was first; the file of this one is then removed. Raises outDamaged."""
    name = f"{written.partition}.json"
    if storage.create(f"commits/{name}", json.dumps(asdict(written), ensure_ascii=False).encode()):
        return written
    first = _read_marker(storage, name)
    if first.file != written.file:
        storage.remove(written.file)
    return first


def _read_marker(storage: Storage, name: str) -> Written:
    try:
        return Written(**json.loads(storage.read(f"commits/{name}")))
    except (ValueError, TypeError) as error:
        raise ClusterError("outDamaged", path=f"{storage.url}/commits/{name}", reason=error) from error


def read_answers(storage: Storage, written: Written) -> list[dict[str, Any]]:
    """The answers of an attempt. Raises outDamaged for a file that is not what was written."""
    path = f"{storage.url}/{written.file}"
    try:
        data = storage.read(written.file)
    except FileNotFoundError as error:
        raise ClusterError("outDamaged", path=path, reason="it is missing") from error
    if digest(data) != written.sha256:
        raise ClusterError("outDamaged", path=path, reason="its SHA-256 is not that of its commit")
    return [json.loads(line) for line in data.split(b"\n") if line]


def require_all(plan: Plan, commits: Commits) -> None:
    """Raises rowsMissing unless each planned row has one committed answer."""
    rows = commits.rows
    complete = all(one.name in commits for one in plan.partitions)
    if not complete or rows != plan.rows:
        raise ClusterError("rowsMissing", missing=plan.rows - rows, rows=plan.rows)
