"""What the simulator assumes: each figure is an option, and is printed with its source."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from laser_cluster.commits import Written
from laser_cluster.errors import ClusterError

_H200 = "docs/benchmarks.md: 7B, 16-bit weights, H200, one request at a time"
_ASSUMED = "assumption: replace it by your own"
_BUILT = "measured: `laser pool build` of 2,000 and 20,000 answers on a loaded 2-core machine"


def _given(default: float, unit: str, text: str, source: str) -> Any:
    return field(default=default, metadata={"unit": unit, "text": text, "source": source})


@dataclass(frozen=True)
class Assumptions:
    """All that is assumed. Each field's metadata says unit, meaning and source."""

    users: float = _given(10_000_000, "rows", "answers to write", "the task of the paper's motivation")
    answer_tokens: float = _given(250, "tokens", "mean length of an answer", "the task of the paper's motivation")
    answer_spread: float = _given(0.35, "of the mean", "standard deviation of an answer's tokens", _ASSUMED)
    prompt_tokens: float = _given(600, "tokens", "mean length of a prompt", _ASSUMED)
    prefill_tokens_per_s: float = _given(8_000, "tokens/s", "reading prompts", _ASSUMED)
    plain_tokens_per_s: float = _given(197, "tokens/s", "decoding without a draft", _H200)
    pool_tokens_per_s: float = _given(622, "tokens/s", "decoding with a pool", _H200)
    measured_pool_answers: float = _given(2_000, "answers", "in that pool", _H200)
    row_overhead_ms: float = _given(20, "ms", "a row's time outside prompt and decoding", _ASSUMED)
    load_s: float = _given(30, "s", "starting a worker with its model", _ASSUMED)
    first_pool_answers: float = _given(0, "answers", "in the pool of the first round", "the option --pool left out")
    round_answers: float = _given(20_000, "answers", "of a round that join the next pool", "default of run")
    most_own_answers: float = _given(20_000, "answers", "of its own that a worker adds in a round", "default of run")
    pool_bytes_per_token: float = _given(12.6, "bytes", "of a pool file", _BUILT)
    pool_load_s_per_mtoken: float = _given(
        0.1, "s", "reading a million tokens of a pool file", "design goal: 10 in 1 s"
    )
    merge_fixed_s: float = _given(14, "s", "a merge of nothing", _BUILT)
    merge_tokens_per_s: float = _given(70_000, "tokens/s", "tokenizing and indexing answers in a merge", _BUILT)
    partition_rows: float = _given(64, "rows", "committed at once", "default of run")
    put_ms: float = _given(50, "ms", "writing or reading a file of storage", _ASSUMED)
    driver_ms: float = _given(3, "ms", "the driver's time for a partition: 0.4 of ours, the rest Ray's", _ASSUMED)
    stage_rows_per_s: float = _given(
        20_000, "rows/s", "the driver reads and divides the data", "51,000 measured without reading; the rest assumed"
    )
    workers_per_node: float = _given(8, "workers", "that share a node's network", _ASSUMED)
    node_gbit_per_s: float = _given(10, "Gbit/s", "network of a node", _ASSUMED)
    storage_gbit_per_s: float = _given(100, "Gbit/s", "storage, all nodes together", _ASSUMED)
    worker_spread: float = _given(0.05, "of the mean", "standard deviation of workers' speeds", _ASSUMED)
    failures_per_hour: float = _given(0.001, "an hour", "losses of a worker with the partition in hand", _ASSUMED)
    answer_bytes: float = _given(1_500, "bytes", "of an answer's record", _ASSUMED)


#: EDL of laser-strict by answers in the pool: greedy texts about films by an 8B model, chains, frozen pools.
EDL_BY_POOL = ((0.0, 1.50), (50.0, 2.82), (500.0, 3.72), (5_000.0, 4.58))
EDL_SOURCE = "replay of recorded texts about films (Llama3-ChatQA-1.5-8B, greedy), laser-strict, chains of 15"


@dataclass(frozen=True)
class Sourced:
    """Assumptions with the source of each, by name."""

    values: Assumptions
    sources: Mapping[str, str]

    @staticmethod
    def defaults() -> Sourced:
        return Sourced(Assumptions(), {one.name: one.metadata["source"] for one in fields(Assumptions)})

    def using(self, values: Mapping[str, float], source: str) -> Sourced:
        return Sourced(replace(self.values, **values), {**self.sources, **dict.fromkeys(values, source)})


def measured(folder: str) -> dict[str, float]:
    """What a run's commits and pools say. Figures that the run does not have are left out. Raises timingsInvalid."""
    root = Path(folder).expanduser()
    commits = _commits(root)
    rows = sum(one.rows - one.failed for one in commits)
    tokens = sum(one.tokens for one in commits)
    values: dict[str, float] = {}
    first = [one for one in commits if one.round == 0]
    last_round = max(one.round for one in commits)
    later = [one for one in commits if one.round == last_round and last_round > 0]
    values["answer_tokens"] = tokens / rows
    values["prompt_tokens"] = sum(one.prompt_tokens for one in commits) / rows
    values["prefill_tokens_per_s"] = values["prompt_tokens"] * rows / sum(one.prefill_s for one in commits)
    values["plain_tokens_per_s"] = _speed(first)
    values["pool_tokens_per_s"] = _speed(later or first)
    rest = sum(one.busy_s - one.decode_s - one.prefill_s - one.load_s for one in commits)
    values["row_overhead_ms"] = 1000 * max(0.0, rest) / rows
    starts = [one.load_s for one in first if one.load_s > 0]
    if starts:
        values["load_s"] = statistics.mean(starts)
    counts = [answer["committed"] for one in commits for answer in _answers(root, one) if "error" not in answer]
    if len(counts) > 1:
        values["answer_spread"] = statistics.stdev(counts) / statistics.mean(counts)
    slots: dict[int, list[Written]] = {}
    for one in commits:
        slots.setdefault(one.slot, []).append(one)
    speeds = [_speed(of_slot) for of_slot in slots.values()]
    if len(speeds) > 1:
        values["worker_spread"] = statistics.stdev(speeds) / statistics.mean(speeds)
    pools = [json.loads(path.read_text()) for path in sorted((root / "pools").glob("*.json"))]
    if later and pools and pools[-1]["entries"]:
        own = sum(one.rows for one in later) / len({one.slot for one in later}) / 2
        values["measured_pool_answers"] = pools[-1]["entries"] + own
    merges = [pool["merge_s"] for pool in pools if pool["merge_s"] > 0]
    if merges:  # Too few answers to tell a merge's fixed part from its speed.
        values["merge_fixed_s"] = statistics.mean(merges)
    return values


def _commits(root: Path) -> list[Written]:
    try:
        found = [Written(**json.loads(path.read_text())) for path in sorted((root / "commits").glob("*.json"))]
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError("timingsInvalid", path=root / "commits", line=1, reason=error) from error
    if not found or sum(one.tokens for one in found) == 0:
        raise ClusterError("timingsInvalid", path=root, line=1, reason="it holds no committed answers of a run")
    return found


def _answers(root: Path, written: Written) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (root / written.file).read_text().splitlines()]


def _speed(commits: list[Written]) -> float:
    """Tokens per second of decoding."""
    return sum(one.tokens for one in commits) / sum(one.decode_s for one in commits)
