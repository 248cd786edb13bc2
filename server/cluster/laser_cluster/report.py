"""What a run came to: figures of the commits, which survive restarts, and of the starts of its driver."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from laser_cluster.commits import Commits
from laser_cluster.driving import Session
from laser_cluster.merging import read_pool_marker
from laser_cluster.plan import Plan
from laser_cluster.storage import Storage

REPORT = "report.json"


def make_report(plan: Plan, storage: Storage, commits: Commits, session: Session) -> dict[str, Any]:
    """Writes report.json and returns it. Earlier sessions stay in it."""
    written = commits.written
    total = {
        "rows": plan.rows,
        "rowsWritten": sum(one.rows for one in written),
        "rowsFailed": sum(one.failed for one in written),
        "tokens": sum(one.tokens for one in written),
        "promptTokens": sum(one.prompt_tokens for one in written),
        "steps": sum(one.steps for one in written),
        "drafted": sum(one.drafted for one in written),
        "kept": sum(one.kept for one in written),
        "relaxed": sum(one.relaxed for one in written),
        "retries": sum(one.retries for one in written),
        "busySeconds": sum(one.busy_s for one in written),
        "decodeSeconds": sum(one.decode_s for one in written),
        "prefillSeconds": sum(one.prefill_s for one in written),
        "loadSeconds": sum(one.load_s for one in written),
        "addSeconds": sum(one.add_s for one in written),
    }
    rounds = []
    for round in range(plan.rounds):
        pool = read_pool_marker(storage, round)
        of_round = commits.of_round(round)
        rounds.append(
            {
                "round": round + 1,
                "rows": sum(one.rows for one in of_round),
                "tokens": sum(one.tokens for one in of_round),
                "steps": sum(one.steps for one in of_round),
                "decodeSeconds": sum(one.decode_s for one in of_round),
                "pool": asdict(pool) if pool else None,
            }
        )
    report = {**total, "rounds": rounds, "sessions": [*_earlier(storage), asdict(session)]}
    storage.write(REPORT, json.dumps(report, indent=1).encode())
    return report


def _earlier(storage: Storage) -> list[Any]:
    try:
        return list(json.loads(storage.read(REPORT))["sessions"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return []


def as_markdown(report: dict[str, Any]) -> str:
    """The report as tables."""
    session = report["sessions"][-1]
    lines = [
        f"{report['rowsWritten']} of {report['rows']} rows have an answer or an error "
        f"({report['rowsFailed']} errors), {report['tokens']} tokens.",
        f"This start: {session['rows']} rows, {session['tokens']} tokens in {session['wall_s']:.1f} s on "
        f"{session['workers']} workers: {_rate(session['tokens'], session['wall_s'])} tokens/s of wall time "
        f"(loading and merging included).",
        f"Decoding alone: {_rate(report['tokens'], report['decodeSeconds'])} tokens/s per worker, "
        f"EDL {_rate(report['tokens'], report['steps'], 2)}, "
        f"{report['kept']} of {report['drafted']} drafted tokens kept, {report['relaxed']} of them relaxed.",
        f"Row retries {report['retries']}, worker slots lost {session['slots_lost']}, "
        f"partitions moved {session['moved']}.",
        "",
        "| round | rows | tokens | EDL | tokens/s per worker | pool: answers | tokens | bytes | merge, s |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in report["rounds"]:
        pool = one["pool"] or {}
        cells = [
            one["round"],
            one["rows"],
            one["tokens"],
            _rate(one["tokens"], one["steps"], 2),
            _rate(one["tokens"], one["decodeSeconds"]),
            _known(pool.get("entries")),
            _known(pool.get("tokens")),
            _known(pool.get("bytes")),
            f"{pool['merge_s']:.1f}" if pool else "–",
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def _rate(numerator: float, denominator: float, digits: int = 0) -> str:
    return f"{numerator / denominator:.{digits}f}" if denominator > 0 else "not measured"


def _known(value: object) -> object:
    return "–" if value is None else value
