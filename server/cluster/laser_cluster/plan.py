"""Rows into partitions: what one worker writes and commits at once.

A partition holds rows of one group; groups that are smaller than a partition share one, undivided. Partitions of a
group alternate between the rounds, so that the pool of each round has answers of each group that is large enough.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from laser_cluster.concurrency import in_threads
from laser_cluster.errors import ClusterError
from laser_cluster.rows import Row
from laser_cluster.storage import Storage

PLAN = "plan.json"


@dataclass(frozen=True)
class Partition:
    """`weights`: the sum of its rows' weights by group, of which expected tokens follow."""

    number: int
    round: int
    rows: int
    weights: dict[str, float]

    @property
    def name(self) -> str:
        return f"p{self.number:07d}"

    @property
    def group(self) -> str | None:
        """Its group; None where several small ones share it."""
        return next(iter(self.weights)) if len(self.weights) == 1 else None


@dataclass(frozen=True)
class Plan:
    """The rows of a run, staged beside it. `identity` says of what data and with what options."""

    identity: dict[str, Any]
    rounds: int
    rows: int
    partitions: tuple[Partition, ...]

    def of_round(self, round: int) -> list[Partition]:
        return [one for one in self.partitions if one.round == round]


def stage(rows: Iterable[Row], storage: Storage, *, partition_rows: int, rounds: int, identity: dict[str, Any]) -> Plan:
    """Writes the rows of each partition to a file, then the plan. Raises rowRepeated, and dataMissing without rows."""
    marks = array("Q")
    partitions: list[Partition] = []
    turns = _Turns(rounds)

    def files() -> Iterator[tuple[str, bytes]]:
        for number, chunk in enumerate(_chunks(_marked(rows, marks), partition_rows)):
            weights: dict[str, float] = {}
            for row in chunk:
                weights[row.group or ""] = weights.get(row.group or "", 0.0) + row.weight
            partitions.append(Partition(number, turns.next(chunk), len(chunk), weights))
            lines = (json.dumps(row.record(), ensure_ascii=False, default=str) for row in chunk)
            yield f"rows/{partitions[-1].name}.jsonl", "".join(f"{line}\n" for line in lines).encode()

    for _ in in_threads(lambda file: storage.write(*file), files()):
        pass
    if not partitions:
        raise ClusterError("dataMissing", path="--data", reason="there are no rows")
    _require_distinct(marks, partitions, storage)
    plan = Plan(identity, rounds, len(marks), tuple(partitions))
    storage.write(PLAN, json.dumps(asdict(plan), ensure_ascii=False).encode())
    return plan


def read_plan(storage: Storage) -> Plan | None:
    """The plan of an earlier start; None if there is none. Raises outDamaged."""
    try:
        value = json.loads(storage.read(PLAN))
        partitions = tuple(Partition(**one) for one in value["partitions"])
        return Plan(value["identity"], value["rounds"], value["rows"], partitions)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise ClusterError("outDamaged", path=f"{storage.url}/{PLAN}", reason=error) from error


def staged_rows(storage: Storage, partition: str) -> list[Row]:
    """The rows of a partition, in order."""
    lines = storage.read(f"rows/{partition}.jsonl").split(b"\n")
    return [Row.of_record(json.loads(line)) for line in lines if line]


def _chunks(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """A whole chunk as soon as a group has one; at the end what is left, small groups together."""
    open_groups: dict[str | None, list[Row]] = {}
    divided: set[str | None] = set()
    for row in rows:
        chunk = open_groups.setdefault(row.group, [])
        chunk.append(row)
        if len(chunk) == size:
            divided.add(row.group)
            yield open_groups.pop(row.group)
    together: list[Row] = []
    for group, chunk in sorted(open_groups.items(), key=lambda item: item[0] or ""):
        if group in divided:
            yield chunk
            continue
        if together and len(together) + len(chunk) > size:
            yield together
            together = []
        together = together + chunk
    if together:
        yield together


class _Turns:
    """The rounds of a group's partitions: one after the other, and each group begins with another."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds
        self._next: dict[str | None, int] = {}

    def next(self, chunk: list[Row]) -> int:
        group = chunk[0].group if chunk[0].group == chunk[-1].group else None
        turn = self._next.setdefault(group, len(self._next))
        self._next[group] = turn + 1
        return turn % self._rounds


def _marked(rows: Iterable[Row], marks: array[int]) -> Iterator[Row]:
    for row in rows:
        marks.append(_mark(row.id))
        yield row


def _mark(id: str) -> int:
    """64 bits of a hash: 8 B a row, so that ids of 10 million rows fit into memory."""
    return int.from_bytes(blake2b(id.encode(), digest_size=8).digest(), "big")


def is_sampled(id: str, share: float) -> bool:
    """Whether a row belongs to a sample of this share, the same one at every call."""
    return share >= 1 or _mark(id) < share * 2**64


def _require_distinct(marks: array[int], partitions: list[Partition], storage: Storage) -> None:
    ordered = sorted(marks)
    repeated = {one for one, next in pairwise(ordered) if one == next}
    if not repeated:
        return
    seen: set[str] = set()
    for partition in partitions:
        for row in staged_rows(storage, partition.name):
            if row.id in seen:
                raise ClusterError("rowRepeated", id=row.id)
            if _mark(row.id) in repeated:
                seen.add(row.id)
