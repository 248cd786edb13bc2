"""Ray Data on both sides: reads data sets for `laser-cluster run`, and lets a pipeline of your own call workers."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from laser_cluster.errors import ClusterError
from laser_cluster.ray_executor import import_ray
from laser_cluster.reading import format_of
from laser_cluster.rows import Row
from laser_cluster.storage import is_remote, open_filesystem
from laser_cluster.worker import Answer
from laser_cluster.writing import PartitionWriter, WriterOptions


def records(paths: Sequence[str], format: str | None) -> Iterator[Mapping[str, Any]]:
    """The records of JSON lines, CSV or Parquet, streamed in the order of the files. Raises dataMissing."""
    import_ray()
    import ray.data

    logging.getLogger("ray.data").setLevel(logging.WARNING)  # It set this itself when it was imported.
    ray.data.DataContext.get_current().execution_options.preserve_order = True
    ray.data.DataContext.get_current().enable_progress_bars = False
    for path in paths:
        kind = format or format_of(path)
        read = {"jsonl": ray.data.read_json, "csv": ray.data.read_csv, "parquet": ray.data.read_parquet}[kind]
        inner, filesystem = path, None
        if is_remote(path):
            filesystem, inner = open_filesystem(path)
        try:
            yield from read(inner, filesystem=filesystem).iter_rows()
        except (OSError, ValueError, ray.exceptions.RayError) as error:
            reason = str(error).splitlines()[-1] if str(error) else type(error).__name__
            raise ClusterError("dataMissing", path=path, reason=reason) from error


class LaserAnswers:
    """For a pipeline of your own, without partitions, commits and rounds:

        workers = ray.data.ActorPoolStrategy(size=2)
        dataset.map_batches(LaserAnswers, fn_constructor_args=(options,), compute=workers)

    Each batch gets the columns `text`, `committed` and `error`. A lost worker is replaced, and its row repeated.
    """

    def __init__(self, options: WriterOptions, id_column: str = "id") -> None:
        self._writer = PartitionWriter(options, 0)
        self._id = id_column

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        columns = {name: list(values) for name, values in batch.items()}
        texts: list[str] = []
        tokens: list[int] = []
        errors: list[str] = []
        for at in range(len(columns[self._id])):
            values = {name: _plain(column[at]) for name, column in columns.items()}
            outcome = self._writer.write_row(Row(str(values[self._id]), None, 1.0, values))
            texts.append(outcome.text if isinstance(outcome, Answer) else "")
            tokens.append(outcome.committed if isinstance(outcome, Answer) else 0)
            errors.append("" if isinstance(outcome, Answer) else outcome["message"])
        return {**columns, "text": texts, "committed": tokens, "error": errors}


def _plain(value: Any) -> Any:
    """A value of numpy as one of Python."""
    return value.item() if hasattr(value, "item") else value
