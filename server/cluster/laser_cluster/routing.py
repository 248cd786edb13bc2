"""Groups of rows by a groups file of `laser groups`. The router is the worker's own: one without a model is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from laser_cluster.errors import ClusterError
from laser_cluster.rows import Row
from laser_cluster.worker import LaserWorker, WorkerLost, WorkerRefused

#: Rows that are asked about at once, far below what the protocol allows.
_ROWS_AT_ONCE: Final = 1000
#: Longer texts are not labels that rows could be grouped by: as of server/data/sources/plainRows.ts.
_MAX_ATTRIBUTE: Final = 200


def routed(rows: Iterable[Row], groups: str, start: Callable[[], LaserWorker], timeout_s: float) -> Iterator[Row]:
    """The rows with the groups that the file sends them to. Raises groupsUnusable."""
    rows = iter(rows)
    worker = start()
    try:
        worker.hello(timeout_s)
        worker.groups(groups, timeout_s)
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            about = [{"subject": row.id, "attributes": attributes_of(row.values)} for row in some]
            for row, route in zip(some, worker.route(about, timeout_s), strict=True):
                yield replace(row, group=route.group, group_reason=route.reason)
    except WorkerRefused as error:
        raise ClusterError("groupsUnusable", path=groups, reason=error, next_step=error.next_step) from error
    except WorkerLost as error:
        next_step = "Check --laser and --groups, then run again."
        raise ClusterError("groupsUnusable", path=groups, reason=error, next_step=next_step) from error
    finally:
        worker.close()


def attributes_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Columns that a row may be grouped by, as `laser run` sees them: of a list its first element."""
    found: dict[str, str] = {}
    for name, value in values.items():
        first = (value[0] if value else None) if isinstance(value, (list, tuple)) else value
        if isinstance(first, float) and first.is_integer():
            first = int(first)
        if not isinstance(first, (str, int, float)):
            continue
        text = (first if isinstance(first, str) else json.dumps(first)).strip()
        if text and len(text) <= _MAX_ATTRIBUTE:
            found[name] = text
    return found
