"""Writes the answers of partitions with one warm worker, which it starts again when it is lost."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from laser_cluster.commits import Written, commit
from laser_cluster.errors import ClusterError
from laser_cluster.plan import staged_rows
from laser_cluster.rows import Row
from laser_cluster.storage import digest, fetch_whole, open_storage
from laser_cluster.worker import Answer, LaserWorker, WorkerLost, WorkerRefused

#: Attempts at starting a worker before the slot gives up.
START_ATTEMPTS: Final = 3
#: Own answers of a round that join the pool in memory: later ones would add little and cost time each.
MAX_OWN_ANSWERS: Final = 20_000


@dataclass(frozen=True)
class PoolFile:
    """A frozen pool: a file of the run's storage, and its hash."""

    name: str
    sha256: str


@dataclass(frozen=True)
class WriterOptions:
    """What all workers of a run share. `model` is ModelChoice, `settings` are those of AnswerParams."""

    out: str
    command: tuple[str, ...]
    model: dict[str, Any]
    settings: dict[str, Any]
    prompt: str
    prompt_file: str
    values: dict[str, Any]
    #: own: the target's own choices of finished answers join the pool; all: all text; none.
    learn: str
    cache: str
    load_timeout_s: float
    row_timeout_s: float
    row_retries: int
    #: Rows that a worker writes at once.
    parallel: int = 1
    env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """A partition to write, drafting from the round's pool."""

    partition: str
    round: int
    pool: PoolFile | None


#: An answer, or the error of a row; and why workers were lost over it.
Outcome = tuple[Answer | dict[str, str], list[str]]


class PartitionWriter:
    """For one thread, except `kill`. With `parallel`, it has this many threads of its own."""

    def __init__(self, options: WriterOptions, slot: int) -> None:
        self._options = options
        self._slot = slot
        self._storage = open_storage(options.out)
        self._worker: LaserWorker | None = None
        #: The pool of the round, None before the first; and what this slot added to it.
        self._pool: PoolFile | None = None
        self._round: int | None = None
        self._added: list[dict[str, object]] = []
        #: Guards the worker's start and what is added: a new worker gets each answer once.
        self._lock = threading.RLock()
        self._load_s = 0.0
        self._add_s = 0.0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the worker's process."""
        return self._worker.pid if self._worker else None

    def write(self, task: Task) -> Written:
        """Writes and commits a partition's answers. The attempt that counts: another's, if that was first. Raises
        ClusterError when no worker can be had."""
        begun = time.monotonic()
        self._load_s = self._add_s = 0.0
        if task.round != self._round:
            self._round, self._pool, self._added = task.round, task.pool, []
            if self._worker is not None:
                self._reload_pool()
        records: list[dict[str, Any]] = []
        answers: list[tuple[Row, Answer]] = []
        retries, last_failure = 0, ""
        rows = staged_rows(self._storage, task.partition)
        for row, (outcome, lost) in zip(rows, self._write_rows(rows), strict=True):
            retries += len(lost)
            last_failure = lost[-1] if lost else last_failure
            if isinstance(outcome, Answer):
                answers.append((row, outcome))
                records.append({**_subject(row), **_record(outcome)})
            else:
                last_failure = outcome["message"]
                records.append({**_subject(row), "error": outcome})
        data = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in records).encode()
        file = f"answers/{task.partition}.{uuid.uuid4().hex}.jsonl"
        self._storage.write(file, data)
        groups: dict[str, int] = {}
        for row, answer in answers:
            groups[row.group or ""] = groups.get(row.group or "", 0) + answer.committed
        made = [answer for _, answer in answers]
        busy_s = time.monotonic() - begun
        prefill_s, decode_s = (sum(one.prefill_ms for one in made) / 1000, sum(one.decode_ms for one in made) / 1000)
        overlap = max(1.0, (prefill_s + decode_s) / max(1e-9, busy_s - self._load_s))
        written = Written(
            partition=task.partition,
            round=task.round,
            slot=self._slot,
            file=file,
            sha256=digest(data),
            rows=len(records),
            failed=len(records) - len(made),
            tokens=sum(one.committed for one in made),
            prompt_tokens=sum(one.prompt_tokens for one in made),
            steps=sum(one.steps for one in made),
            drafted=sum(one.drafted for one in made),
            kept=sum(one.accepted + one.relaxed for one in made),
            relaxed=sum(one.relaxed for one in made),
            prefill_s=prefill_s / overlap,
            decode_s=decode_s / overlap,
            busy_s=busy_s,
            load_s=self._load_s,
            add_s=self._add_s,
            retries=retries,
            last_failure=last_failure,
            group_tokens=groups,
        )
        return commit(self._storage, written)

    def write_row(self, row: Row) -> Answer | dict[str, str]:
        """One answer outside of partitions, or the error of its row. Raises ClusterError when no worker can be had."""
        return self._write_row(row)[0]

    def close(self) -> None:
        self._closed = True
        if self._worker is not None:
            self._worker.close()

    def kill(self) -> None:
        """From any thread: ends the worker's process; a partition that is being written then fails."""
        self._closed = True
        if self._worker is not None:
            self._worker.kill()

    def _write_rows(self, rows: Sequence[Row]) -> Iterator[Outcome]:
        """The outcome of each row, in their order; answers join the pool when they end.

        Of rows that are written at once, the one that ended the worker ends the others, too. So each is written again
        alone, after the others, and only what happens there counts against it."""
        parallel = min(self._options.parallel, len(rows))
        if parallel <= 1:
            for row in rows:
                yield self._write_row(row)
            return
        with ThreadPoolExecutor(parallel) as threads:
            try:
                together = list(threads.map(self._write_in_company, rows))
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                raise
        for row, outcome in zip(rows, together, strict=True):
            if isinstance(outcome, WorkerLost):
                alone, lost = self._write_row(row)
                yield alone, [str(outcome), *lost]
            else:
                yield outcome, []

    def _write_in_company(self, row: Row) -> Answer | dict[str, str] | WorkerLost:
        try:
            return self._attempt(row)
        except WorkerLost as error:
            return error

    def _write_row(self, row: Row) -> Outcome:
        lost: list[str] = []
        while True:
            try:
                return self._attempt(row), lost
            except WorkerLost as error:
                lost.append(str(error))
                if len(lost) > self._options.row_retries:
                    message = f"its worker was lost {len(lost)} times: {error}"
                    next_step = "Look at this row's values, or raise --row-timeout."
                    return {"code": "workerLost", "message": message, "nextStep": next_step}, lost

    def _attempt(self, row: Row) -> Answer | dict[str, str]:
        """The answer or the error of a row. Raises WorkerLost, and ClusterError when no worker can be had."""
        options = self._options
        params = {
            "source": options.prompt,
            "promptFile": options.prompt_file,
            "values": {**options.values, **row.values},
            "settings": options.settings,
            "about": row.about(),
        }
        refused: str | None = None
        while True:
            worker = self._ready()
            try:
                answer = worker.answer(params, options.row_timeout_s)
            except WorkerRefused as error:
                if refused == error.code:  # The same again: it is the row's own.
                    return {"code": error.code, "message": str(error), "nextStep": error.next_step}
                refused = error.code
            except WorkerLost as error:
                if self._closed:
                    raise ClusterError("workerUnusable", attempts=1, reason="the run was stopped") from error
                raise
            else:
                self._learn(row, answer)
                return answer

    def _learn(self, row: Row, answer: Answer) -> None:
        texts = learned_texts(answer.text, answer.own_choice, answer.relaxed, self._options.learn)
        added: list[dict[str, object]] = [{"id": row.id, "group": row.group, "text": one} for one in texts]
        with self._lock:
            if added and len(self._added) < MAX_OWN_ANSWERS:
                self._added += added
                self._timed_add(added)

    def _timed_add(self, answers: list[dict[str, object]]) -> None:
        begun = time.monotonic()
        worker = self._worker
        try:
            if worker is not None:
                worker.add(answers, self._options.load_timeout_s)
        except (WorkerLost, WorkerRefused):
            pass  # The pool only makes drafts: the next row starts another worker, with all that was added.
        self._add_s += time.monotonic() - begun

    def _ready(self) -> LaserWorker:
        """The warm worker, or a new one with the round's pool and this slot's answers. Raises ClusterError."""
        with self._lock:
            if self._worker is not None and not self._worker.is_lost:
                return self._worker
            return self._start()

    def _start(self) -> LaserWorker:
        begun = time.monotonic()
        options = self._options
        reason = ""
        for attempt in range(START_ATTEMPTS):
            worker = self._worker = LaserWorker(options.command, options.env)
            if self._closed:
                worker.kill()
            try:
                worker.hello(options.load_timeout_s)
                worker.load(options.model, options.load_timeout_s)
                if options.parallel > 1:
                    worker.lanes(options.parallel, options.load_timeout_s)
                self._load_pool(worker)
                self._load_s += time.monotonic() - begun
                return worker
            except WorkerRefused as error:
                worker.kill()
                what = options.model.get("path") or options.model.get("catalogueId") or "the demo model"
                raise ClusterError("loadRefused", what=what, reason=error, next_step=error.next_step) from error
            except WorkerLost as error:
                reason = str(error)
                time.sleep(0.1 * attempt if not self._closed else 0)
        raise ClusterError("workerUnusable", attempts=START_ATTEMPTS, reason=reason)

    def _reload_pool(self) -> None:
        begun = time.monotonic()
        try:
            assert self._worker is not None
            self._load_pool(self._worker)
        except (WorkerLost, WorkerRefused):
            assert self._worker is not None
            self._worker.kill()  # A new one says what is wrong.
        self._load_s += time.monotonic() - begun

    def _load_pool(self, worker: LaserWorker) -> None:
        options = self._options
        if self._pool is not None:
            path = fetch_whole(self._storage, self._pool.name, self._pool.sha256, Path(options.cache).expanduser())
            worker.pool(path, options.load_timeout_s)
        for begin in range(0, len(self._added), 1000):
            worker.add(self._added[begin : begin + 1000], options.load_timeout_s)


def learned_texts(text: str, own_choice: tuple[str, ...], relaxed: int, learn: str) -> list[str]:
    """The texts of an answer that join a pool."""
    if learn == "none" or text.strip() == "":
        return []
    return [text] if learn == "all" or relaxed == 0 else [part for part in own_choice if part.strip()]


def _subject(row: Row) -> dict[str, Any]:
    """What names a line of the output."""
    reason = {} if row.group_reason is None else {"groupReason": row.group_reason}
    return {"id": row.id, "group": row.group, **reason}


def _record(answer: Answer) -> dict[str, Any]:
    """An answer as it is written; the target's own choices only where they differ from the text."""
    return {
        "text": answer.text,
        **({"ownChoice": list(answer.own_choice)} if answer.relaxed > 0 else {}),
        "finish": answer.finish,
        "committed": answer.committed,
        "promptTokens": answer.prompt_tokens,
        "prefillMs": answer.prefill_ms,
        "decodeMs": answer.decode_ms,
        "steps": answer.steps,
        "drafted": answer.drafted,
        "accepted": answer.accepted,
        "relaxed": answer.relaxed,
    }


#: Makes the writer of a slot; another in tests.
MakeWriter = Callable[[WriterOptions, int], PartitionWriter]
