"""The driver: rounds of partitions, each with a frozen pool; what is committed is not written again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from laser_cluster.assignment import Assignment
from laser_cluster.commits import Commits, Written, require_all
from laser_cluster.errors import ClusterError
from laser_cluster.executors import Executor, Lost
from laser_cluster.merging import MergeTask, PoolMade, keep_pool, read_pool_marker
from laser_cluster.plan import Partition, Plan
from laser_cluster.storage import Storage
from laser_cluster.writing import Task, WriterOptions

#: How often the process that writes a partition may be lost before the run gives up on it.
MAX_LOSSES: Final = 3
#: From this many rows on, a run most of whose rows fail ends.
ENOUGH_ROWS: Final = 20


@dataclass
class Session:
    """What happened since this start of the driver. Times in seconds."""

    workers: int
    rows_before: int
    rows: int = 0
    tokens: int = 0
    wall_s: float = 0.0
    #: Losses of a slot's own process (an actor, its node), and partitions that a slot took from another.
    slots_lost: int = 0
    moved: int = 0
    not_first: int = 0
    #: Round -> wall time of its partitions that were written now.
    round_s: dict[int, float] = field(default_factory=dict)
    merge_s: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class DriveOptions:
    writer: WriterOptions
    #: The pool of the first round, as the user gave it.
    first_pool: bytes | None
    budget: int | None
    group_budget: int | None
    most_answers: int
    on_progress: Callable[[str], None]


def drive(
    plan: Plan,
    storage: Storage,
    commits: Commits,
    executor: Executor,
    options: DriveOptions,
    session: Session,
) -> None:
    """Writes what is not committed yet. Raises ClusterError; `session` holds what was reached even then."""
    begun = time.monotonic()
    try:
        pool: PoolMade | None = None
        for round in range(plan.rounds):
            pool = _pool_of(round, pool, storage, commits, executor, options, session)
            pending = [one for one in plan.of_round(round) if one.name not in commits]
            if pending:
                started = time.monotonic()
                _write_round(plan, round, pending, pool, commits, executor, options, session)
                session.round_s[round] = time.monotonic() - started
        require_all(plan, commits)
        commits.remove_strays()
    finally:
        session.wall_s = time.monotonic() - begun


def _pool_of(
    round: int,
    before: PoolMade | None,
    storage: Storage,
    commits: Commits,
    executor: Executor,
    options: DriveOptions,
    session: Session,
) -> PoolMade | None:
    made = read_pool_marker(storage, round)
    if made is not None:
        return made
    if round == 0:
        if options.first_pool is None:
            return None
        figures = {"entries": None, "tokens": None, "added": 0, "merge_s": 0.0}
        return keep_pool(storage, 0, options.first_pool, figures)
    if options.writer.learn == "none":
        return before
    options.on_progress(f"merging the answers of round {round} into the next pool")
    base = before.pool if before else None
    answers = tuple(commits.of_round(round - 1))
    task = MergeTask(options.writer, round, base, answers, options.budget, options.group_budget, options.most_answers)
    begun = time.monotonic()
    merged = executor.merge(task)
    session.merge_s[round] = time.monotonic() - begun
    return merged


def _write_round(
    plan: Plan,
    round: int,
    pending: list[Partition],
    pool: PoolMade | None,
    commits: Commits,
    executor: Executor,
    options: DriveOptions,
    session: Session,
) -> None:
    assignment = Assignment(pending, executor.size, expected_tokens(commits.written, plan))
    losses: dict[str, int] = {}
    running: dict[int, Partition] = {}

    def feed(slot: int) -> None:
        partition = assignment.take(slot)
        if partition is not None:
            running[slot] = partition
            executor.submit(slot, Task(partition.name, round, pool.pool if pool else None))

    for slot in range(executor.size):
        feed(slot)
    moved_at_first = assignment.moved
    while running:
        event = executor.wait()
        partition = running.pop(event.slot)
        outcome = event.outcome
        if isinstance(outcome, ClusterError):
            raise outcome
        if isinstance(outcome, Lost):
            session.slots_lost += 1
            losses[partition.name] = losses.get(partition.name, 0) + 1
            if losses[partition.name] >= MAX_LOSSES:
                times = losses[partition.name]
                raise ClusterError("partitionLost", partition=partition.name, times=times, reason=outcome.reason)
            assignment.give_back(event.slot, partition)
        elif commits.note(outcome):
            session.rows += outcome.rows
            session.tokens += outcome.tokens
            _require_success(commits, outcome)
            options.on_progress(f"round {round + 1} of {plan.rounds}: {commits.rows} of {plan.rows} rows")
        else:
            session.not_first += 1
        feed(event.slot)
    session.moved += assignment.moved - moved_at_first


def expected_tokens(written: list[Written], plan: Plan) -> Callable[[Partition], float]:
    """A partition's tokens: its weights, times what a weight of its group came to so far (of all groups if unknown)."""
    by_name = {one.name: one for one in plan.partitions}
    tokens: dict[str, float] = {}
    weights: dict[str, float] = {}
    for one in written:
        for group, weight in by_name[one.partition].weights.items():
            tokens[group] = tokens.get(group, 0.0) + one.group_tokens.get(group, 0)
            weights[group] = weights.get(group, 0.0) + weight
    overall = sum(tokens.values()) / sum(weights.values()) if sum(weights.values()) > 0 else 1.0
    a_weight = {group: tokens[group] / weights[group] for group in tokens if tokens[group] > 0}
    return lambda partition: sum(
        weight * a_weight.get(group, overall or 1.0) for group, weight in partition.weights.items()
    )


def _require_success(commits: Commits, last: Written) -> None:
    rows, failed = commits.rows, commits.failed
    if last.failed > 0 and rows >= ENOUGH_ROWS and failed > rows / 2:
        raise ClusterError(
            "mostRowsFail",
            failed=failed,
            rows=rows,
            reason=last.last_failure,
            next_step="Correct the prompt or the data, and name another folder with --out.",
        )
