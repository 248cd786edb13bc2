"""`laser-cluster run` and `laser-cluster collect`: options into a run, and its answers into one file."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from laser_cluster.commits import Commits, require_all
from laser_cluster.driving import DriveOptions, Session, drive
from laser_cluster.errors import ClusterError
from laser_cluster.executors import Executor, LocalExecutor
from laser_cluster.plan import Plan, read_plan, stage
from laser_cluster.reading import FORMATS, data_files, fingerprint, records
from laser_cluster.report import as_markdown, make_report
from laser_cluster.routing import routed
from laser_cluster.rows import RowFields, rows_of
from laser_cluster.storage import Storage, digest, is_remote, local_copy, open_filesystem, open_storage
from laser_cluster.worker import MAX_LANES, LaserWorker
from laser_cluster.writing import WriterOptions

Commands = Any  # argparse's own class for it is private.


def add_run(commands: Commands) -> None:
    parser = commands.add_parser("run", help="write the answers; the same command resumes a run that ended early")
    need = parser.add_argument_group("what is written")
    need.add_argument("--prompt", required=True, help="a .prompty file whose variables are columns of the data")
    need.add_argument("--data", required=True, help="a file, folder or pattern, local or an address such as s3://…")
    need.add_argument("--out", required=True, help="the run's folder, local or an address; keeps one run")
    need.add_argument("--format", choices=FORMATS, help="default: by each file's ending")
    need.add_argument("--id-field", default="id", help="the column that names a row (default: %(default)s)")
    need.add_argument("--group-field", help="the column of the group; default: all rows are one group")
    need.add_argument(
        "--groups", help="a groups file of `laser groups`: which group each row is sent to; instead of --group-field"
    )
    need.add_argument("--weight-field", help="a column that grows with an answer's length, to balance work by")
    need.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a value for all rows")
    model = parser.add_argument_group("how an answer is written")
    model.add_argument("--model", help="a GGUF file on every machine, or a name of `laser models list`")
    model.add_argument("--strategy", help="as of `laser generate`")
    model.add_argument("--max-tokens", type=int, help="as of `laser generate`")
    model.add_argument(
        "--setting",
        action="append",
        default=[],
        metavar="NAME=JSON",
        help="such as relaxed.topK=3; repeatable",
    )
    model.add_argument("--gpu", default="auto", help="auto, off, cuda, vulkan or metal (default: %(default)s)")
    model.add_argument("--context-tokens", type=int, default=4096, help="default: %(default)s")
    model.add_argument("--threads", type=int, help="CPU threads of a worker; default: all, or --cpus-per-worker")
    pools = parser.add_argument_group("pools")
    pools.add_argument("--pool", help="the first round's pool: a pool file, or answers as JSON lines")
    pools.add_argument("--rounds", type=int, default=1, help="answers of a round join the next one's pool (default: 1)")
    pools.add_argument(
        "--learn",
        choices=("own", "all", "none"),
        default="own",
        help="what joins pools: the target's own choices, all text, or nothing (default: own)",
    )
    pools.add_argument(
        "--round-answers",
        type=int,
        default=20_000,
        help="of a round's answers, about this many join the next pool (default: %(default)s)",
    )
    pools.add_argument("--pool-budget", type=int, metavar="TOKENS", help="as --budget of `laser pool build`")
    pools.add_argument("--group-budget", type=int, metavar="TOKENS", help="as of `laser pool build`")
    where = parser.add_argument_group("where")
    where.add_argument(
        "--address",
        default="local",
        help="Ray's address: auto on a cluster's machine; local (default) starts Ray here; none does without Ray",
    )
    where.add_argument("--workers", type=int, default=2, help="default: %(default)s")
    where.add_argument(
        "--parallel",
        type=int,
        default=1,
        help="rows that a worker writes at once, sharing evaluations (default: %(default)s)",
    )
    where.add_argument("--cpus-per-worker", type=float, default=1.0, help="default: %(default)s")
    where.add_argument("--gpus-per-worker", type=float, default=0.0, help="default: %(default)s")
    where.add_argument("--laser", default="laser", help="the laser program on every machine (default: %(default)s)")
    where.add_argument("--shared-out", action="store_true", help="--out is a folder that all machines share")
    where.add_argument(
        "--cache", default="~/.cache/laser-cluster", help="where a machine keeps pools (default: %(default)s)"
    )
    faults = parser.add_argument_group("faults")
    faults.add_argument("--partition-rows", type=int, default=64, help="rows committed at once (default: %(default)s)")
    faults.add_argument("--row-timeout", type=float, default=300.0, metavar="S", help="default: %(default)s")
    faults.add_argument("--row-retries", type=int, default=2, help="after a lost worker (default: %(default)s)")
    faults.add_argument("--load-timeout", type=float, default=900.0, metavar="S", help="default: %(default)s")
    parser.set_defaults(action=_run)


def add_collect(commands: Commands) -> None:
    parser = commands.add_parser("collect", help="write the answers of a finished run into one file of JSON lines")
    parser.add_argument("--out", required=True, help="the run's folder")
    parser.add_argument("--to", required=True, help="the file to write")
    parser.set_defaults(action=_collect)


def _run(args: argparse.Namespace) -> int:
    _check(args)
    storage = open_storage(args.out)
    prompt = _text(args.prompt, "promptUnreadable")
    settings = _settings(args)
    model = _model(args)
    values = dict(_pair(one, "--set", as_json=False) for one in args.set)
    files = data_files(args.data)
    identity: dict[str, Any] = {
        "data": fingerprint(files),
        "prompt": digest(prompt.encode()),
        "model": {name: value for name, value in model.items() if name in ("path", "catalogueId", "contextTokens")},
        "settings": settings,
        "values": values,
        "columns": [args.id_field, args.group_field, args.weight_field],
        **({} if args.groups is None else {"groups": digest(_bytes(args.groups, "groupsUnreadable"))}),
        "learn": [args.learn, args.round_answers],
        "rounds": args.rounds,
        "partition rows": args.partition_rows,
        "pool": None if args.pool is None else digest(_bytes(args.pool, "poolUnreadable")),
    }
    plan = read_plan(storage)
    if plan is not None:
        _require_same(plan, identity, args.out)
    writer = WriterOptions(
        out=storage.url,
        command=tuple(shlex.split(args.laser)),
        model=model,
        settings=settings,
        prompt=prompt,
        prompt_file=Path(args.prompt).name,
        values=values,
        learn=args.learn,
        cache=args.cache,
        load_timeout_s=args.load_timeout,
        row_timeout_s=args.row_timeout,
        row_retries=args.row_retries,
        parallel=args.parallel,
    )
    if args.address != "none":
        _say(f"starting Ray ({args.address})")
    _start_ray(args)
    if plan is None:
        _say(f"reading the rows of {args.data}")
        plan = _stage(args, files, storage, identity, writer)
    commits = Commits(storage)
    session = Session(workers=args.workers, rows_before=sum(one.rows for one in commits.written))
    if session.rows_before > 0:
        _say(f"resuming: {session.rows_before} of {plan.rows} rows are committed")
    options = DriveOptions(
        writer=writer,
        first_pool=None if args.pool is None else _bytes(args.pool, "poolUnreadable"),
        budget=args.pool_budget,
        group_budget=args.group_budget,
        most_answers=args.round_answers,
        on_progress=_Progress(),
    )
    executor = _executor(args, writer)
    done = False
    try:
        drive(plan, storage, commits, executor, options, session)
        done = True
    finally:
        executor.close(at_once=not done)
        report = make_report(plan, storage, commits, session)
    print(as_markdown(report))
    return 0


def _collect(args: argparse.Namespace) -> int:
    storage = open_storage(args.out)
    plan = read_plan(storage)
    if plan is None:
        raise ClusterError("outDamaged", path=args.out, reason="it holds no run")
    commits = Commits(storage)
    require_all(plan, commits)
    lines = (json.dumps(answer, ensure_ascii=False) + "\n" for answer in commits.all_answers())
    target = Path(args.to).expanduser()
    open_storage(str(target.parent)).write(target.name, "".join(lines).encode())
    print(f"{args.to}: {plan.rows} answers")
    return 0


def _stage(
    args: argparse.Namespace, files: list[str], storage: Storage, identity: dict[str, Any], writer: WriterOptions
) -> Plan:
    if args.address == "none":
        found: Iterator[Mapping[str, Any]] = records(files, args.format)
    else:
        from laser_cluster import ray_data

        found = ray_data.records(files, args.format)
    fields = RowFields(args.id_field, args.group_field, args.weight_field)
    rows = rows_of(found, fields, args.data)
    if args.groups is not None:
        # A worker reads only files of its own machine.
        with local_copy(args.groups) as path:
            routed_rows = routed(rows, path, lambda: LaserWorker(writer.command), args.load_timeout)
            return stage(
                routed_rows, storage, partition_rows=args.partition_rows, rounds=args.rounds, identity=identity
            )
    return stage(rows, storage, partition_rows=args.partition_rows, rounds=args.rounds, identity=identity)


def _start_ray(args: argparse.Namespace) -> None:
    if args.address == "none":
        return
    from laser_cluster.ray_executor import RayOptions, import_ray, nodes, start_ray

    if not import_ray().is_initialized():
        start_ray(RayOptions(args.address, args.cpus_per_worker, args.gpus_per_worker), args.workers)
    if not is_remote(args.out) and not args.shared_out and nodes() > 1:
        raise ClusterError("storageShared", path=args.out, nodes=nodes())


def _executor(args: argparse.Namespace, writer: WriterOptions) -> Executor:
    if args.address == "none":
        return LocalExecutor(writer, args.workers)
    from laser_cluster.ray_executor import RayExecutor, RayOptions

    return RayExecutor(writer, args.workers, RayOptions(args.address, args.cpus_per_worker, args.gpus_per_worker))


def _check(args: argparse.Namespace) -> None:
    for option, value, low in (
        ("--workers", args.workers, 1),
        ("--rounds", args.rounds, 1),
        ("--partition-rows", args.partition_rows, 1),
        ("--row-retries", args.row_retries, 0),
        ("--parallel", args.parallel, 1),
    ):
        if value < low:
            raise ClusterError("optionInvalid", option=option, value=value, reason=f"must be at least {low}")
    if args.parallel > MAX_LANES:
        reason = f"must be at most {MAX_LANES}"
        raise ClusterError("optionInvalid", option="--parallel", value=args.parallel, reason=reason)
    if args.groups is not None and args.group_field is not None:
        reason = "the group is that of the groups file; give one of them"
        raise ClusterError("optionInvalid", option="--group-field", value=args.group_field, reason=reason)
    if args.address == "none" and args.gpus_per_worker > 1:
        reason = "needs Ray, which gives each worker GPUs of its own"
        raise ClusterError("optionInvalid", option="--gpus-per-worker", value=args.gpus_per_worker, reason=reason)


def _settings(args: argparse.Namespace) -> dict[str, Any]:
    settings = dict(_pair(one, "--setting", as_json=True) for one in args.setting)
    for name, value in (("strategy", args.strategy), ("maxTokens", args.max_tokens)):
        if value is not None:
            settings[name] = value
    return settings


def _model(args: argparse.Namespace) -> dict[str, Any]:
    model: dict[str, Any] = {"gpu": args.gpu, "contextTokens": args.context_tokens}
    threads = args.threads
    if threads is None and args.gpus_per_worker == 0:
        threads = max(1, int(args.cpus_per_worker))
    if threads is not None:
        model["threads"] = threads
    if args.model is not None:
        is_path = os.sep in args.model or args.model.endswith(".gguf")
        model |= {"path": os.path.expanduser(args.model)} if is_path else {"catalogueId": args.model}
    return model


def _pair(text: str, option: str, as_json: bool) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise ClusterError("optionInvalid", option=option, value=text, reason="must be NAME=VALUE")
    if not as_json:
        return name, value
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _require_same(plan: Plan, identity: dict[str, Any], out: str) -> None:
    now = json.loads(json.dumps(identity))
    for what, before in plan.identity.items():
        if now.get(what) != before:
            shown = [json.dumps(one, ensure_ascii=False)[:120] for one in (before, now.get(what))]
            raise ClusterError("otherRun", out=out, what=what, before=shown[0], now=shown[1])


def _text(path: str, tag: str) -> str:
    try:
        return _bytes(path, tag).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ClusterError(tag, path=path, reason="it is not UTF-8") from error


def _bytes(path: str, tag: str) -> bytes:
    try:
        if is_remote(path):
            fs, inner = open_filesystem(path)
            return bytes(fs.cat_file(inner))
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        raise ClusterError(tag, path=path, reason=error.strerror or error) from error


class _Progress:
    """A line on stderr, at most once in five seconds."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, line: str) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + 5
            _say(line)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
