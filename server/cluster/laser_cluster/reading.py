"""Records of data files without Ray: JSON lines and CSV. `ray_data.records` reads the same and Parquet through Ray."""

from __future__ import annotations

import csv
import glob
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from laser_cluster.errors import ClusterError
from laser_cluster.storage import is_remote, open_filesystem

FORMATS = ("jsonl", "csv", "parquet")


def format_of(path: str) -> str:
    """By the file's ending. Raises dataMissing for one that is none of ours."""
    name = path.lower().removesuffix(".gz")
    for ending, format in ((".jsonl", "jsonl"), (".ndjson", "jsonl"), (".json", "jsonl"), (".csv", "csv")):
        if name.endswith(ending):
            return format
    if name.endswith(".parquet"):
        return "parquet"
    raise ClusterError("dataMissing", path=path, reason=f"its ending names none of {', '.join(FORMATS)}")


def data_files(path: str) -> list[str]:
    """The files that a path, a folder or a pattern names, sorted. Raises dataMissing."""
    if is_remote(path):
        fs, inner = open_filesystem(path)
        found = [fs.unstrip_protocol(one) for one in (fs.glob(inner) if "*" in inner else fs.find(inner))]
    elif os.path.isdir(path):
        found = [os.path.join(path, one) for one in os.listdir(path) if not one.startswith(".")]
    else:
        found = glob.glob(path) if "*" in path else [path]
    if not found:
        raise ClusterError("dataMissing", path=path, reason="there is no such file")
    return sorted(found)


def fingerprint(paths: Sequence[str]) -> dict[str, str]:
    """What distinguishes one state of the data from another: size and time, or the storage's own mark of a file."""
    marks: dict[str, str] = {}
    for path in paths:
        try:
            if is_remote(path):
                fs, inner = open_filesystem(path)
                marks[path] = str(fs.ukey(inner))
            else:
                stat = os.stat(path)
                marks[path] = f"{stat.st_size} {stat.st_mtime_ns}"
        except OSError as error:
            raise ClusterError("dataMissing", path=path, reason=error.strerror or error) from error
    return marks


def records(paths: Sequence[str], format: str | None) -> Iterator[Mapping[str, Any]]:
    """The records of JSON lines and CSV, file by file. Raises dataMissing and rowInvalid."""
    for path in paths:
        kind = format or format_of(path)
        if kind == "parquet":
            raise ClusterError("dataMissing", path=path, reason="Parquet is read through Ray (not --address none)")
        try:
            with _opened(path) as binary:
                text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
                yield from csv.DictReader(text) if kind == "csv" else _json_lines(text, path)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise ClusterError("dataMissing", path=path, reason=error) from error


def _json_lines(text: IO[str], path: str) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ClusterError("rowInvalid", path=path, row=number, reason=f"it is not JSON: {error}") from error
        if not isinstance(record, dict):
            raise ClusterError("rowInvalid", path=path, row=number, reason="it is not a JSON object")
        yield record


def _opened(path: str) -> IO[bytes]:
    if is_remote(path):
        fs, inner = open_filesystem(path)
        return fs.open(inner, "rb", compression="infer")  # type: ignore[no-any-return]
    if path.endswith(".gz"):
        import gzip

        return gzip.open(path, "rb")  # type: ignore[return-value]
    return open(path, "rb")
