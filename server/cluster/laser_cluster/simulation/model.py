"""A run of many workers, simulated partition by partition, with the driver and the storage as what they share.

A worker takes a partition, writes and commits it, and gets the next from the driver, which serves one worker at a time.
A round ends when its last partition is committed; then answers are merged, and the pool goes to every node.
"""

from __future__ import annotations

import heapq
import math
import random
from dataclasses import dataclass
from itertools import pairwise

from laser_cluster.concurrency import THREADS
from laser_cluster.simulation.assumptions import EDL_BY_POOL, Assumptions


@dataclass
class Outcome:
    """Of a whole run. Times in seconds; those of workers are summed over them."""

    workers: int
    rounds: int
    wall_s: float = 0.0
    tokens: float = 0.0
    #: Serial parts, in which all workers wait.
    stage_s: float = 0.0
    merge_s: float = 0.0
    ship_s: float = 0.0
    #: Waiting of workers: for the driver, and for the last partition of a round.
    driver_wait_s: float = 0.0
    straggler_wait_s: float = 0.0
    #: Time that the same tokens would have taken at the speed of the last round, subtracted from what they took.
    warm_up_s: float = 0.0
    redone_s: float = 0.0
    load_s: float = 0.0
    losses: int = 0
    pool_bytes_shipped: float = 0.0
    largest_pool_bytes: float = 0.0

    @property
    def worker_s(self) -> float:
        return self.wall_s * self.workers


def edl_of(answers: float, points: tuple[tuple[float, float], ...] = EDL_BY_POOL) -> float:
    """Tokens per step by answers in the pool: linear in log(1 + answers) between points, flat after the last."""
    at = math.log1p(answers)
    for (left, low), (right, high) in pairwise(points):
        begin, end = math.log1p(left), math.log1p(right)
        if at <= end:
            return low + (high - low) * (at - begin) / (end - begin)
    return points[-1][1]


def decode_tokens_per_s(answers: float, assumed: Assumptions) -> float:
    """Speed by answers in the pool: what EDL gains over one token per step, scaled to the measured speed."""
    share = (edl_of(answers) - 1) / (edl_of(assumed.measured_pool_answers) - 1)
    return assumed.plain_tokens_per_s + (assumed.pool_tokens_per_s - assumed.plain_tokens_per_s) * share


def ship_s(pool_bytes: float, nodes: int, assumed: Assumptions) -> float:
    """All nodes fetch the pool at once: their own network or the storage's is what limits them."""
    own = pool_bytes * 8e-9 / assumed.node_gbit_per_s
    shared = pool_bytes * nodes * 8e-9 / assumed.storage_gbit_per_s
    return max(own, shared)


def _read_s(files: float, rows: float, assumed: Assumptions) -> float:
    """One node reads the answers of a round, from which those that join are chosen."""
    return (
        files * assumed.put_ms / 1000 / THREADS + files * rows * assumed.answer_bytes * 8e-9 / assumed.node_gbit_per_s
    )


def simulate(assumed: Assumptions, workers: int, rounds: int, seed: int = 1) -> Outcome:
    """Seeded: equal arguments give an equal outcome."""
    chance = random.Random(seed)
    out = Outcome(workers, rounds)
    nodes = math.ceil(workers / assumed.workers_per_node)
    speeds = [math.exp(chance.gauss(0, assumed.worker_spread)) for _ in range(workers)]
    partitions = max(1, math.ceil(assumed.users / assumed.partition_rows))
    rows_each = assumed.users / partitions
    answers = assumed.first_pool_answers
    now = out.stage_s = assumed.users / assumed.stage_rows_per_s
    begun = now  # The driver is free.
    now += assumed.load_s
    out.load_s = assumed.load_s * workers
    final = decode_tokens_per_s(
        assumed.first_pool_answers + (rounds - 1) * assumed.round_answers + assumed.most_own_answers, assumed
    )
    for round in range(rounds):
        count = partitions // rounds + (1 if round < partitions % rounds else 0)
        if round > 0:
            joined = min(assumed.round_answers, count * rows_each)
            read = _read_s(partitions / rounds, rows_each, assumed)
            merge = assumed.merge_fixed_s + read + joined * assumed.answer_tokens / assumed.merge_tokens_per_s
            answers += joined
            now += merge
            out.merge_s += merge
        pool_tokens = answers * assumed.answer_tokens
        pool_bytes = pool_tokens * assumed.pool_bytes_per_token
        shipping = ship_s(pool_bytes, nodes, assumed) + pool_tokens * 1e-6 * assumed.pool_load_s_per_mtoken
        now += shipping
        out.ship_s += shipping
        out.pool_bytes_shipped += pool_bytes * nodes
        out.largest_pool_bytes = max(out.largest_pool_bytes, pool_bytes)
        now = _round(assumed, chance, speeds, count, answers, final, rows_each, now, max(begun, now), out)
    out.wall_s = now
    return out


def _round(
    assumed: Assumptions,
    chance: random.Random,
    speeds: list[float],
    count: int,
    answers: float,
    final: float,
    rows: float,
    now: float,
    driver_free: float,
    out: Outcome,
) -> float:
    """The end of a round that begins now."""
    own = [0.0] * len(speeds)
    # A partition in hand, by when it is written. The first ones are handed out at once.
    writing: list[tuple[float, int]] = []
    handed = 0
    ends = [now] * len(speeds)
    driver = assumed.driver_ms / 1000

    def write(worker: int, start: float) -> None:
        nonlocal handed
        handed += 1
        spread = assumed.answer_spread * math.sqrt(rows)
        tokens = max(1.0, assumed.answer_tokens * (rows + spread * chance.gauss(0, 1)))
        speed = decode_tokens_per_s(answers + min(own[worker], assumed.most_own_answers), assumed)
        fixed = rows * (assumed.prompt_tokens / assumed.prefill_tokens_per_s + assumed.row_overhead_ms / 1000)
        takes = (tokens / speed + fixed) / speeds[worker] + 2 * assumed.put_ms / 1000
        out.warm_up_s += (tokens / speed - tokens / final) / speeds[worker]
        if chance.random() < 1 - math.exp(-assumed.failures_per_hour * takes / 3600):
            lost = chance.random() * takes + assumed.load_s
            out.losses += 1
            out.redone_s += lost
            takes += lost
        out.tokens += tokens
        own[worker] += rows
        heapq.heappush(writing, (start + takes, worker))

    for worker in range(min(count, len(speeds))):
        write(worker, now)
    while writing:
        written, worker = heapq.heappop(writing)
        driver_free = max(driver_free, written) + driver
        out.driver_wait_s += driver_free - written
        ends[worker] = driver_free
        if handed < count:
            write(worker, driver_free)
    end = max(ends)
    out.straggler_wait_s += sum(end - one for one in ends)
    return end


def efficiency(outcome: Outcome, assumed: Assumptions) -> float:
    """Time of the same tokens, prompts and overhead at the last round's speed, of all time that workers had."""
    answers = assumed.first_pool_answers + (outcome.rounds - 1) * assumed.round_answers + assumed.most_own_answers
    row = assumed.prompt_tokens / assumed.prefill_tokens_per_s + assumed.row_overhead_ms / 1000
    ideal = outcome.tokens / decode_tokens_per_s(answers, assumed) + assumed.users * row
    return ideal / outcome.worker_s
