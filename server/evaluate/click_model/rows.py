"""The interactions of a study: sorted by time, divided into training, validation and test by each user's own past.

Example: of a user's 20 ratings the first 14 train, the next 3 validate, the last 3 test.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

TRAIN, VALIDATION, TEST = 0, 1, 2
#: Rows that users' knowledge was made of: what came before the others, and nothing else.
PAST = 3
#: Of each user's rows between those and the test, the last ones stop the training.
HELD_SHARE = 0.2
#: Of each user's interactions, the last ones by time. Users with fewer than MIN_ROWS only train.
VALIDATION_SHARE = 0.15
TEST_SHARE = 0.15
MIN_ROWS = 7


@dataclass(frozen=True)
class Rows:
    """One entry an interaction, in order of time. users, items: indices from 0; labels: 1 = clicked."""

    users: np.ndarray
    items: np.ndarray
    labels: np.ndarray
    part: np.ndarray

    def of(self, part: int) -> np.ndarray:
        """Indices of the rows of a part."""
        return np.flatnonzero(self.part == part)


def read_rows(folder: Path) -> Rows:
    """Reads users.i32, items.i32, labels.u8 and times.f64, all little-endian and of one length."""
    users = np.fromfile(folder / "users.i32", dtype="<i4")
    items = np.fromfile(folder / "items.i32", dtype="<i4")
    labels = np.fromfile(folder / "labels.u8", dtype=np.uint8)
    times = np.fromfile(folder / "times.f64", dtype="<f8")
    # Equal times, which MovieLens has by the dozen, are ordered by user and item: the same for every run.
    order = np.lexsort((items, users, times))
    users, items, labels = users[order], items[order], labels[order]
    given = folder / "parts.u8"
    if not given.exists():
        return Rows(users, items, labels, split(users))
    return Rows(users, items, labels, divided(users, np.fromfile(given, dtype=np.uint8)[order]))


def divided(users: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """The part of each row if the data set has a split, 0: training, 1: validation, 2: test. Its training part made the
    users' knowledge, so that click models learn from its validation part."""
    part = np.choose(parts, [PAST, TRAIN, TEST]).astype(np.int8)
    for user in np.unique(users):
        rows = np.flatnonzero((users == user) & (part == TRAIN))
        held = int(len(rows) * HELD_SHARE)
        part[rows[len(rows) - held :]] = VALIDATION
    return part


def split(users: np.ndarray) -> np.ndarray:
    """The part of each row, given the users of rows in order of time."""
    part = np.full(len(users), TRAIN, dtype=np.int8)
    by_user = np.argsort(users, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(users[by_user]) != 0])
    for start, end in zip(starts, np.r_[starts[1:], len(users)], strict=True):
        rows = by_user[start:end]
        if len(rows) < MIN_ROWS:
            continue
        tests = max(1, int(len(rows) * TEST_SHARE))
        validations = max(1, int(len(rows) * VALIDATION_SHARE))
        part[rows[-tests:]] = TEST
        part[rows[-tests - validations : -tests]] = VALIDATION
    return part
