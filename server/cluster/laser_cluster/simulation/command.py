"""`laser-cluster simulate`: a table of throughput, traffic and losses by workers and rounds, in Markdown."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from laser_cluster.errors import ClusterError
from laser_cluster.simulation.assumptions import EDL_BY_POOL, EDL_SOURCE, Assumptions, Sourced, measured
from laser_cluster.simulation.model import Outcome, efficiency, simulate

#: Below this share of useful time, more workers are no longer worth their price.
WORTH_WHILE = 0.5
MAX_WORKERS = 1 << 16


def add_simulate(commands: Any) -> None:
    parser = commands.add_parser("simulate", help="what a run on many workers would take, from measured times")
    parser.add_argument("--workers", default="8,64,512", help="default: %(default)s")
    parser.add_argument("--rounds", default="1,4,16", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--timings", metavar="DIR", help="folder of a run, whose measured figures replace assumptions")
    parser.add_argument("--compare", metavar="DIR", help="folder of a run: what is predicted for it, and what it took")
    for one in fields(Assumptions):
        option = "--" + one.name.replace("_", "-")
        text = f"{one.metadata['text']}, {one.metadata['unit']} (default: {one.default:g})".replace("%", "%%")
        parser.add_argument(option, type=float, metavar="X", help=text)
    parser.set_defaults(action=_simulate)


def _simulate(args: argparse.Namespace) -> int:
    sourced = Sourced.defaults()
    if args.timings is not None:
        sourced = sourced.using(measured(args.timings), f"measured: {args.timings}")
    given = {one.name: getattr(args, one.name) for one in fields(Assumptions)}
    sourced = sourced.using({name: value for name, value in given.items() if value is not None}, "given")
    _require_sound(sourced.values)
    lines = comparison(args.compare, sourced) if args.compare is not None else scaling(args, sourced)
    print("\n".join([*lines, "", *assumption_table(sourced)]))
    return 0


def scaling(args: argparse.Namespace, sourced: Sourced) -> Iterator[str]:
    """The table of throughput and losses, then where it stops scaling."""
    workers, rounds = _numbers(args.workers, "--workers"), _numbers(args.rounds, "--rounds")
    yield (
        "| workers | rounds | time, h | rows/s | tokens/s | useful | warm-up | merge | ship pool | driver | stragglers "
        "| start | largest pool, GB | shipped, GB |"
    )
    yield "| --- " * 14 + "|"
    outcomes = [simulate(sourced.values, count, turns, args.seed) for count in workers for turns in rounds]
    for outcome in outcomes:
        yield _row(outcome, sourced.values)
    yield ""
    for turns in rounds:
        first = min([one.workers for one in outcomes if one.rounds == turns and _is_poor(one, sourced.values)] or [0])
        yield _limit(turns, sourced.values, args.seed, first or 2 * max(workers))
    yield ""
    yield (
        "Shares are of all time that workers had. useful: what the rows would take at the speed of the last round; "
        "warm-up: the rest of decoding, with smaller pools; merge, ship pool, start (reading the data, loading the "
        "model): all workers wait; driver: waiting for a partition; stragglers: for the last partition of a round."
    )


def _row(outcome: Outcome, assumed: Assumptions) -> str:
    hours = outcome.wall_s / 3600
    total = outcome.worker_s
    start = outcome.stage_s * outcome.workers + outcome.load_s
    shares = [
        efficiency(outcome, assumed),
        outcome.warm_up_s / total,
        outcome.merge_s * outcome.workers / total,
        outcome.ship_s * outcome.workers / total,
        outcome.driver_wait_s / total,
        outcome.straggler_wait_s / total,
        start / total,
    ]
    cells = [
        outcome.workers,
        outcome.rounds,
        f"{hours:.1f}" if hours < 100 else f"{hours:,.0f}",
        f"{assumed.users / outcome.wall_s:,.0f}",
        f"{outcome.tokens / outcome.wall_s:,.0f}",
        *(f"{100 * share:.1f} %" for share in shares),
        f"{outcome.largest_pool_bytes / 1e9:.2f}",
        f"{outcome.pool_bytes_shipped / 1e9:.1f}",
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


def _is_poor(outcome: Outcome, assumed: Assumptions) -> bool:
    return efficiency(outcome, assumed) < WORTH_WHILE


def _limit(rounds: int, assumed: Assumptions, seed: int, workers: int) -> str:
    """The first doubling of `workers` at which less than half of their time is useful, and what takes the rest."""
    while workers <= MAX_WORKERS:
        outcome = simulate(assumed, workers, rounds, seed)
        if _is_poor(outcome, assumed):
            losses = {
                "warm-up": outcome.warm_up_s,
                "merging": outcome.merge_s * workers,
                "shipping the pool": outcome.ship_s * workers,
                "waiting for the driver": outcome.driver_wait_s,
                "stragglers": outcome.straggler_wait_s,
                "reading the data and loading": outcome.stage_s * workers + outcome.load_s,
            }
            worst = max(losses, key=lambda name: losses[name])
            share = 100 * losses[worst] / outcome.worker_s
            return (
                f"{_several(rounds)}: less than half of the workers' time is useful from {workers} workers on; "
                f"most is lost to {worst} ({share:.0f} %)."
            )
        workers *= 2
    return f"{_several(rounds)}: more than half of the workers' time is useful up to {MAX_WORKERS} workers."


def comparison(folder: str, sourced: Sourced) -> Iterator[str]:
    """What is predicted for a run of `laser-cluster run`, and what its report says."""
    root = Path(folder).expanduser()
    try:
        report = json.loads((root / "report.json").read_text())
        plan = json.loads((root / "plan.json").read_text())
        (session,) = report["sessions"]
        rows = [one["rows"] for one in plan["partitions"]]
    except (OSError, ValueError, KeyError) as error:
        reason = f"it is not the folder of a run that was started once ({error})"
        raise ClusterError("timingsInvalid", path=folder, line=1, reason=reason) from error
    known = {"users": float(sum(rows)), "partition_rows": sum(rows) / len(rows), "stage_rows_per_s": 1e9}
    assumed = sourced.using(known, f"the plan of {folder}").values
    predicted = simulate(assumed, session["workers"], plan["rounds"])
    yield "| | predicted | measured | predicted ÷ measured |"
    yield "| --- | --- | --- | --- |"
    merged = sum(float(value) for value in session["merge_s"].values())
    for what, guess, real in (
        ("wall time, s", predicted.wall_s, session["wall_s"]),
        ("tokens", predicted.tokens, session["tokens"]),
        ("tokens/s of wall time", predicted.tokens / predicted.wall_s, session["tokens"] / session["wall_s"]),
        ("merging, s", predicted.merge_s, merged),
    ):
        ratio = f"{guess / real:.2f}" if real > 0 else "not measured"
        yield f"| {what} | {guess:.1f} | {real:.1f} | {ratio} |"


def assumption_table(sourced: Sourced) -> Iterator[str]:
    yield "| assumption | value | unit | source |"
    yield "| --- | --- | --- | --- |"
    for one in fields(Assumptions):
        value = getattr(sourced.values, one.name)
        yield f"| {one.metadata['text']} | {value:,.6g} | {one.metadata['unit']} | {sourced.sources[one.name]} |"
    points = ", ".join(f"{answers:,.0f}: {edl:.2f}" for answers, edl in EDL_BY_POOL)
    yield f"| tokens per step by answers in the pool | {points} | | {EDL_SOURCE} |"


def _require_sound(assumed: Assumptions) -> None:
    can_be_none = {"answer_spread", "first_pool_answers", "failures_per_hour", "worker_spread", "driver_ms", "put_ms"}
    can_be_none |= {"row_overhead_ms", "load_s", "merge_fixed_s", "pool_load_s_per_mtoken", "round_answers"}
    can_be_none |= {"most_own_answers"}
    for one in fields(Assumptions):
        value = getattr(assumed, one.name)
        if not (value > 0 or (value == 0 and one.name in can_be_none)):
            option = "--" + one.name.replace("_", "-")
            raise ClusterError("optionInvalid", option=option, value=value, reason="must be above 0")


def _numbers(text: str, option: str) -> list[int]:
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError:
        numbers = [0]
    if min(numbers) < 1:
        raise ClusterError("optionInvalid", option=option, value=text, reason="must be whole numbers such as 8,64")
    return numbers


def _several(rounds: int) -> str:
    return "1 round" if rounds == 1 else f"{rounds} rounds"
