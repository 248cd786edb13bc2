"""Rows of a data set: an id, a group, and the values of the prompt's variables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from laser_cluster.errors import ClusterError


@dataclass(frozen=True)
class Row:
    """One answer to write. `weight` is its expected length relative to other rows, 1 where nothing is known.
    `group_reason` says why a groups file sends it to its group, or to none."""

    id: str
    group: str | None
    weight: float
    values: Mapping[str, Any]
    group_reason: str | None = None

    def record(self) -> dict[str, object]:
        reason = {} if self.group_reason is None else {"groupReason": self.group_reason}
        return {"id": self.id, "group": self.group, **reason, "weight": self.weight, "values": dict(self.values)}

    @staticmethod
    def of_record(record: Mapping[str, Any]) -> Row:
        return Row(record["id"], record["group"], record["weight"], record["values"], record.get("groupReason"))

    def about(self) -> dict[str, object]:
        """AnswerSubject of the worker's protocol."""
        return {"subject": self.id, "group": self.group}


@dataclass(frozen=True)
class RowFields:
    """Which columns hold what. Without a weight column all rows count the same."""

    id: str = "id"
    group: str | None = None
    weight: str | None = None


def rows_of(records: Iterator[Mapping[str, Any]], fields: RowFields, path: str) -> Iterator[Row]:
    """Raises rowInvalid, with the number of the row from 1."""
    for number, record in enumerate(records, 1):
        yield _row(record, fields, path, number)


def _row(record: Mapping[str, Any], fields: RowFields, path: str, number: int) -> Row:
    def invalid(reason: str) -> ClusterError:
        return ClusterError("rowInvalid", path=path, row=number, reason=reason)

    for column in (fields.id, fields.group, fields.weight):
        if column is not None and column not in record:
            raise invalid(f"there is no column {column!r}")
    id = record[fields.id]
    if isinstance(id, bool) or not isinstance(id, (str, int)) or id == "":
        raise invalid(f"{fields.id!r} must be a text or a whole number, not {id!r}")
    group = record[fields.group] if fields.group is not None else None
    if group is not None and (isinstance(group, bool) or not isinstance(group, (str, int))):
        raise invalid(f"{fields.group!r} must be a text, a whole number or null, not {group!r}")
    weight = 1.0
    if fields.weight is not None:
        try:
            weight = float(record[fields.weight])
        except (TypeError, ValueError):
            weight = math.nan
        if not 0 < weight < math.inf:
            raise invalid(f"{fields.weight!r} must be a number above 0, not {record[fields.weight]!r}")
    values = {name: value for name, value in record.items() if value is not None}
    return Row(str(id), None if group is None else str(group), weight, values)
