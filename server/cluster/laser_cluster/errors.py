"""Faults as data: a tag, and one table beside the tags that says what happened and what to do next."""

from __future__ import annotations

from typing import Final

#: tag -> (what happened, the next step); both are filled in with the fault's fields.
FAULTS: Final[dict[str, tuple[str, str]]] = {
    "laserMissing": (
        "The command {command} can't be started: {reason}.",
        "Name the program with --laser, such as --laser 'node /opt/laser/dist/laser.mjs', on every machine.",
    ),
    "loadRefused": ("The worker can't load {what}: {reason}", "{next_step}"),
    "workerUnusable": (
        "The worker did not become ready in {attempts} attempts: {reason}.",
        "Run the same model with `laser generate` on that machine, then try again.",
    ),
    "dataMissing": ("{path} holds no data that can be read: {reason}.", "Check --data and --format."),
    "rowInvalid": ("{path}, row {row}: {reason}.", "Correct the row, or name other columns with --id-field."),
    "rowRepeated": (
        "The id {id!r} occurs in more than one row.",
        "Give each row an id of its own, or name another column with --id-field.",
    ),
    "promptUnreadable": ("The prompt {path} can't be read: {reason}.", "Check --prompt."),
    "groupsUnreadable": ("The groups file {path} can't be read: {reason}.", "Check --groups."),
    "groupsUnusable": ("The groups file {path} can't be used: {reason}", "{next_step}"),
    "poolUnreadable": ("The pool {path} can't be read: {reason}.", "Check --pool."),
    "poolDamaged": (
        "{path} is not the file that was written: its SHA-256 is {found}, not {expected}.",
        "Delete it and the file beside it that ends in .json; the run then merges it again.",
    ),
    "mergeFailed": ("The answers of round {round} can't be merged into a pool: {reason}.", "{next_step}"),
    "otherRun": (
        "{out} holds another run: its {what} was {before}, and now it is {now}.",
        "Name another folder with --out, or repeat the options of that run.",
    ),
    "outDamaged": ("{path} is damaged: {reason}.", "Name another folder with --out, or delete this one."),
    "urlSecret": (
        "The address {url} carries a user name or a password, which every process list would show.",
        "Leave it out, and configure the storage by its environment variables or by fsspec's configuration.",
    ),
    "storageMissing": (
        "{url} needs a package that is not installed: {reason}.",
        "pip install 'laser-cluster[storage]' and the package of that storage, on every machine.",
    ),
    "storageShared": (
        "--out {path} is a folder of one machine, and the cluster has {nodes}.",
        "Name a shared folder with --out and add --shared-out, or an address such as s3://bucket/run.",
    ),
    "rayMissing": (
        "Ray is not installed: {reason}.",
        "pip install 'laser-cluster[ray]', or leave Ray out with --address none.",
    ),
    "partitionLost": (
        "Partition {partition} ended its worker's process {times} times; the last reason: {reason}.",
        "Look at that process's log. What is committed stays: the same command resumes.",
    ),
    "mostRowsFail": (
        "{failed} of the first {rows} rows failed; the last reason: {reason}",
        "{next_step}",
    ),
    "rowsMissing": (
        "{missing} of {rows} rows have no answer though every partition is committed.",
        "This is a defect of laser-cluster: please report it with the folder's plan.json.",
    ),
    "optionInvalid": ("{option} {value}: {reason}.", "See laser-cluster run --help."),
    "timingsInvalid": (
        "{path}, line {line}: {reason}.",
        "Name answers of `laser-cluster run`, or another --timings.",
    ),
}


class ClusterError(Exception):
    """A fault with its tag and fields. `str` is the message; `next_step` says what to do."""

    def __init__(self, tag: str, **fields: object) -> None:
        message, next_step = FAULTS[tag]
        self.tag = tag
        self.fields = fields
        self.message = message.format(**fields)
        self.next_step = next_step.format(**fields)
        super().__init__(self.message)

    def __reduce__(self) -> tuple[object, ...]:
        return (_again, (self.tag, self.fields))


def _again(tag: str, fields: dict[str, object]) -> ClusterError:
    """Unpickles a fault that crossed a process border."""
    return ClusterError(tag, **fields)
