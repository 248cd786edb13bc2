"""Merges answers of a round into the next pool. `laser pool` tokenizes and indexes them, so that workers load the
result at once; the command runs on one of the workers' machines, which has the model."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from laser_cluster.commits import Written, read_answers
from laser_cluster.concurrency import in_threads
from laser_cluster.errors import ClusterError
from laser_cluster.plan import is_sampled
from laser_cluster.storage import Storage, digest, fetch_whole, open_storage
from laser_cluster.writing import PoolFile, WriterOptions, learned_texts

_POOL_FILE_MAGIC: Final = b"LASERPL\n"
_MERGE_TIMEOUT_S: Final = 24 * 3600


@dataclass(frozen=True)
class PoolMade:
    """The frozen pool of a round. `merge_s` is the time of the command with reading and writing; 0 for a given pool."""

    file: str
    sha256: str
    bytes: int
    entries: int | None
    tokens: int | None
    added: int
    merge_s: float

    @property
    def pool(self) -> PoolFile:
        return PoolFile(self.file, self.sha256)


@dataclass(frozen=True)
class MergeTask:
    """Everything that a merge needs, on any machine. `budget` and `group_budget` are in tokens."""

    options: WriterOptions
    round: int
    base: PoolFile | None
    answers: tuple[Written, ...]
    budget: int | None
    group_budget: int | None
    #: About this many of the round's answers join, spread evenly over them: a pool gains little from more.
    most_answers: int


def read_pool_marker(storage: Storage, round: int) -> PoolMade | None:
    """The pool of a round, if it was made before. Raises outDamaged."""
    name = f"pools/round-{round}.json"
    try:
        return PoolMade(**json.loads(storage.read(name)))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise ClusterError("outDamaged", path=f"{storage.url}/{name}", reason=error) from error


def keep_pool(storage: Storage, round: int, data: bytes, figures: dict[str, Any]) -> PoolMade:
    """Writes a round's pool, then its marker."""
    made = PoolMade(file=f"pools/round-{round}.laserpool", sha256=digest(data), bytes=len(data), **figures)
    storage.write(made.file, data)
    storage.write(f"pools/round-{round}.json", json.dumps(asdict(made)).encode())
    return made


def merge(task: MergeTask) -> PoolMade | None:
    """The pool for `task.round`; None if there is neither a base nor an answer. Raises mergeFailed."""
    begun = time.monotonic()
    storage = open_storage(task.options.out)
    with tempfile.TemporaryDirectory(prefix="laser-merge-") as name:
        folder = Path(name)
        delta, target = folder / "delta.jsonl", folder / "next.laserpool"
        added = _write_delta(delta, storage, task)
        base = None
        if task.base is not None:
            cache = Path(task.options.cache).expanduser()
            base = Path(fetch_whole(storage, task.base.name, task.base.sha256, cache))
        if added == 0 and base is None:
            return None
        if added == 0 and base is not None:
            shutil.copyfile(base, target)
        elif base is not None and _is_pool_file(base):
            shutil.copyfile(base, target)
            _laser(task, ["pool", "add", str(target), str(delta), *_limits(task)])
        else:
            parts = [str(base)] if base is not None else []
            _laser(task, ["pool", "build", *parts, str(delta), "--out", str(target), *_limits(task)])
        figures = _figures(task, target)
        data = target.read_bytes()
    return keep_pool(storage, task.round, data, {**figures, "added": added, "merge_s": time.monotonic() - begun})


def _write_delta(path: Path, storage: Storage, task: MergeTask) -> int:
    added = 0
    rows = sum(written.rows for written in task.answers)
    share = min(1.0, task.most_answers / rows) if rows > 0 else 1.0
    with open(path, "w", encoding="utf-8") as file:
        for answers in in_threads(lambda written: read_answers(storage, written), task.answers):
            for answer in answers:
                if "error" in answer or not is_sampled(answer["id"], share):
                    continue
                own = tuple(answer.get("ownChoice", ()))
                for text in learned_texts(answer["text"], own, answer["relaxed"], task.options.learn):
                    line = {"id": answer["id"], "group": answer["group"], "text": text}
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
                    added += 1
    return added


def _limits(task: MergeTask) -> list[str]:
    model = task.options.model.get("path") or task.options.model.get("catalogueId")
    limits = [] if model is None else ["--model", str(model)]
    for flag, value in (("--budget", task.budget), ("--group-budget", task.group_budget)):
        limits += [] if value is None else [flag, str(value)]
    return limits


def _figures(task: MergeTask, target: Path) -> dict[str, int | None]:
    if not _is_pool_file(target):
        return {"entries": None, "tokens": None}
    info = json.loads(_laser(task, ["pool", "info", str(target), "--json"]))
    return {"entries": int(info["entries"]), "tokens": int(info["tokens"])}


def _is_pool_file(path: Path) -> bool:
    with open(path, "rb") as file:
        return file.read(len(_POOL_FILE_MAGIC)) == _POOL_FILE_MAGIC


def _laser(task: MergeTask, args: list[str]) -> str:
    command = [*task.options.command, *args]
    try:
        done = subprocess.run(
            command, capture_output=True, env={**os.environ, **task.options.env}, timeout=_MERGE_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ClusterError("mergeFailed", round=task.round - 1, reason=error, next_step="Check --laser.") from error
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip()[-600:] or f"code {done.returncode}"
        raise ClusterError(
            "mergeFailed", round=task.round - 1, reason=reason, next_step="The answers are kept: run again."
        )
    return done.stdout.decode()
