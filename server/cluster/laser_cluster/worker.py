"""One `laser worker`: a process that holds a model and answers JSON lines (server/protocol/worker.ts).

Nothing that the process does is trusted: it may end at any moment, write what is not a message, never answer, or answer
late. Each of these is `WorkerLost`: the process is ended, and the caller starts another. What the worker itself refuses
is `WorkerRefused`.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from laser_cluster.errors import ClusterError

PROTOCOL_VERSION: Final = 3
#: The most answers that one worker writes at once.
MAX_LANES: Final = 256
#: Longer than any reply: an answer of a million tokens has some 4 MB.
MAX_LINE_BYTES: Final = 64 * 1024 * 1024
#: Lines that are not messages, of a library that prints, before the process counts as babbling.
MAX_STRAY_LINES: Final = 100
_STDERR_LINES: Final = 20
_STDERR_LINE_BYTES: Final = 2000


class WorkerLost(Exception):
    """The process can't be used any more; the row may be tried again on another."""


class WorkerRefused(Exception):
    """The worker refused a request, and works on."""

    def __init__(self, code: str, message: str, next_step: str) -> None:
        super().__init__(message)
        self.code = code
        self.next_step = next_step


@dataclass(frozen=True)
class Answer:
    """AnswerResult of server/protocol/worker.ts. Times in ms; `committed` counts the answer's tokens."""

    text: str
    own_choice: tuple[str, ...]
    finish: str
    committed: int
    prompt_tokens: int
    prefill_ms: float
    decode_ms: float
    steps: int
    drafted: int
    accepted: int
    relaxed: int


@dataclass(frozen=True)
class Route:
    """The group that a subject is sent to, and why. None: all answers of the pool count equally."""

    group: str | None
    reason: str


@dataclass(frozen=True)
class PoolFigures:
    """Entries and tokens of the pool that a worker holds."""

    entries: int
    tokens: int


class LaserWorker:
    """Starts the process at once. Several threads may send requests: a reply goes to whoever asked."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        """@param command the `laser` program, such as ["node", "dist/laser.mjs"]. Raises laserMissing."""
        try:
            self._process = subprocess.Popen(
                [*command, "worker", "--stdio"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=None if env is None else {**os.environ, **env},
                start_new_session=True,
            )
        except OSError as error:
            raise ClusterError("laserMissing", command=" ".join(command), reason=error.strerror) from error
        #: By the id of a request that waits for its reply. None in a queue: nothing follows.
        self._waiting: dict[int, queue.SimpleQueue[dict[str, Any] | None]] = {}
        self._is_at_end = False
        #: Guards the four fields around it.
        self._lock = threading.Lock()
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._stderr: deque[str] = deque(maxlen=_STDERR_LINES)
        self._stray = 0
        #: Why the process can't be used, once a request found out; and what its output showed before.
        self._broken: str | None = None
        self._fault: str | None = None
        self._next_id = 1
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._threads = [
            threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True),
            threading.Thread(target=self._write, args=(self._process.stdin,), daemon=True),
            threading.Thread(target=self._note, args=(self._process.stderr,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_lost(self) -> bool:
        """Whether a request found that the process can't be used."""
        return self._broken is not None

    def hello(self, timeout_s: float) -> str:
        """Program and version of the worker. Raises WorkerRefused protocolVersion for another release."""
        return str(self._request("hello", {"version": PROTOCOL_VERSION}, timeout_s).get("generator", ""))

    def load(self, model: Mapping[str, object], timeout_s: float) -> None:
        self._request("load", {"model": dict(model)}, timeout_s)

    def pool(self, path: str, timeout_s: float) -> PoolFigures:
        return _figures(self._request("pool", {"poolPath": path}, timeout_s))

    def add(self, answers: Sequence[Mapping[str, object]], timeout_s: float) -> PoolFigures:
        return _figures(self._request("add", {"answers": list(answers)}, timeout_s))

    def lanes(self, count: int, timeout_s: float) -> None:
        """From now on this many threads may ask for an answer at once."""
        self._request("lanes", {"lanes": count}, timeout_s)

    def groups(self, path: str, timeout_s: float) -> None:
        """Reads the groups file by which `route` finds groups."""
        self._request("groups", {"groupsPath": path}, timeout_s)

    def route(self, about: Sequence[Mapping[str, object]], timeout_s: float) -> list[Route]:
        """The groups of subjects, each an AnswerSubject of the protocol; at most 10,000."""
        found = self._ask("route", {"about": list(about)}, timeout_s)
        if not isinstance(found, list) or len(found) != len(about):
            raise self._lost("its reply to route is not one")
        return [Route(one.get("group"), str(one.get("reason", ""))) for one in found]

    def answer(self, params: Mapping[str, object], timeout_s: float) -> Answer:
        """@param params AnswerParams of the protocol. A run that was stopped from outside counts as lost."""
        result = self._request("answer", {"params": dict(params)}, timeout_s)
        try:
            answer = Answer(
                text=_typed(result["text"], str),
                own_choice=tuple(_typed(part, str) for part in _typed(result["ownChoice"], list)),
                finish=_typed(result["finish"], str),
                committed=_typed(result["committed"], int),
                prompt_tokens=_typed(result["promptTokens"], int),
                prefill_ms=float(result["prefillMs"]),
                decode_ms=float(result["decodeMs"]),
                steps=_typed(result["steps"], int),
                drafted=_typed(result["drafted"], int),
                accepted=_typed(result["accepted"], int),
                relaxed=_typed(result["relaxed"], int),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise self._lost(f"its answer lacks {error}") from error
        if answer.finish == "stopped":
            raise self._lost("its answer was stopped from outside")
        return answer

    def close(self, timeout_s: float = 5.0) -> None:
        """Asks the process to end, and ends it if it does not."""
        if self._process.poll() is None and self._broken is None:
            with contextlib.suppress(WorkerLost, WorkerRefused):
                self._request("shutdown", {}, timeout_s)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout_s)
        self.kill()

    def kill(self) -> None:
        """Ends the process and what it started, at once."""
        self._broken = self._broken or "it was ended"
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._outgoing.put(None)
        self._process.wait()
        if threading.current_thread() not in self._threads:
            for thread in self._threads:
                thread.join(1.0)

    def _request(self, kind: str, body: Mapping[str, object], timeout_s: float) -> dict[str, Any]:
        """The reply where it is an object, else nothing. Raises as `_ask`."""
        result = self._ask(kind, body, timeout_s)
        return result if isinstance(result, dict) else {}

    def _ask(self, kind: str, body: Mapping[str, object], timeout_s: float) -> object:
        """Raises WorkerRefused, or WorkerLost when no reply came in time: the process is then ended."""
        replies: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        with self._lock:
            if self._broken is not None:
                raise WorkerLost(self._broken)
            number = self._next_id
            self._next_id += 1
            self._waiting[number] = replies
            if self._is_at_end:
                replies.put(None)
        self._outgoing.put(json.dumps({"kind": kind, "id": number, **body}).encode() + b"\n")
        try:
            message = replies.get(timeout=timeout_s)
        except queue.Empty:
            raise self._lost(f"no reply to {kind} in {timeout_s:g} s") from None
        finally:
            with self._lock:
                del self._waiting[number]
        if message is None:
            raise self._lost(self._broken or self._fault or self._ending())
        if message.get("kind") == "done" and message.get("request") == kind:
            return message.get("result")
        error = message.get("error")
        if message.get("kind") == "failed" and isinstance(error, dict):
            raise WorkerRefused(*(str(error.get(key, "")) for key in ("code", "message", "nextStep")))
        raise self._lost(f"its reply to {kind} is not one")

    def _lost(self, reason: str) -> WorkerLost:
        with self._lock:
            # The first reason is the one: other requests find out because of it.
            self._broken = self._broken or reason
        self.kill()
        return WorkerLost(self._broken)

    def _ending(self) -> str:
        code = self._process.wait()
        how = f"signal {-code}" if code < 0 else f"code {code}"
        self._threads[2].join(1.0)
        last = self._stderr[-1] if self._stderr else ""
        return f"its process ended with {how}" + (f": {last}" if last else "")

    def _read(self, stdout: IO[bytes]) -> None:
        """Lines into messages. The last message is None: nothing follows."""
        rest = bytearray()
        while chunk := os.read(stdout.fileno(), 1 << 16):
            rest += chunk
            if b"\n" not in chunk:
                if len(rest) > MAX_LINE_BYTES:
                    self._fault = f"it wrote a line of more than {MAX_LINE_BYTES} bytes"
                    break
                continue
            *lines, tail = rest.split(b"\n")
            rest = bytearray(tail)
            for line in lines:
                self._take(bytes(line))
            if self._stray > MAX_STRAY_LINES:
                self._fault = f"it wrote more than {MAX_STRAY_LINES} lines that are not messages"
                break
        with self._lock:
            self._is_at_end = True
            for replies in self._waiting.values():
                replies.put(None)
        stdout.close()

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = None
        if isinstance(message, dict) and isinstance(message.get("kind"), str):
            if message["kind"] not in ("done", "failed"):
                return  # Progress, which nobody waits for.
            number = message.get("id")
            with self._lock:
                # A late reply to what nobody waits for any more has no queue.
                replies = self._waiting.get(number) if isinstance(number, int) else None
            if replies is not None:
                replies.put(message)
        elif line.strip():
            self._stray += 1

    def _write(self, stdin: IO[bytes]) -> None:
        """In a thread of its own: a process that does not read would hold up whoever writes to it."""
        with contextlib.suppress(OSError, ValueError):
            while (line := self._outgoing.get()) is not None:
                stdin.write(line)
                stdin.flush()
        with contextlib.suppress(OSError, ValueError):
            stdin.close()

    def _note(self, stderr: IO[bytes]) -> None:
        while line := stderr.readline(_STDERR_LINE_BYTES):
            if text := line.decode(errors="replace").strip():
                self._stderr.append(text)
        stderr.close()


def _figures(result: Mapping[str, Any]) -> PoolFigures:
    return PoolFigures(int(result.get("entries", 0)), int(result.get("tokens", 0)))


def _typed(value: object, wanted: type[Any]) -> Any:
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise TypeError(f"a {wanted.__name__}")
    return value
