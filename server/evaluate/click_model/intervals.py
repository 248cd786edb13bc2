"""AUC, and intervals of differences of AUC in which the users, not the rows, are drawn again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Two-sided 95 %, and the standard errors away that an effect must be to be found with a power of 80 %.
LOW, HIGH = 2.5, 97.5
DETECTABLE_ERRORS = 1.96 + 0.84


@dataclass(frozen=True)
class Interval:
    """A difference of AUC with its 95 % interval; detectable: the smallest that would be found in 4 of 5 studies."""

    mean: float
    low: float
    high: float
    detectable: float


class Ranking:
    """The rows of a test sorted by score, to compute the AUC for many weights of the rows."""

    def __init__(self, scores: np.ndarray, labels: np.ndarray) -> None:
        self.order = np.argsort(scores, kind="stable")
        ordered = scores[self.order]
        self.labels = labels[self.order].astype(np.float64)
        self.starts = np.flatnonzero(np.r_[True, np.diff(ordered) != 0])

    def auc(self, weights: np.ndarray) -> float:
        """Probability that a clicked row has a higher score than another; equal scores count half. NaN without both."""
        ordered = weights[self.order]
        positive = np.add.reduceat(ordered * self.labels, self.starts)
        negative = np.add.reduceat(ordered * (1 - self.labels), self.starts)
        below = np.cumsum(negative) - negative
        pairs = positive.sum() * negative.sum()
        return float((positive * (below + negative / 2)).sum() / pairs) if pairs > 0 else float("nan")


def user_weights(users: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """resamples × rows: how often each row's user was drawn, as many users as there are, with replacement."""
    names, index = np.unique(users, return_inverse=True)
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=resamples)
    return draws[:, index].astype(np.float32)


def difference(one: np.ndarray, other: np.ndarray) -> Interval:
    """one, other: seeds × (1 + resamples) AUCs of two arms under the same weights; column 0: every user once.

    Seeds are averaged first, so that the interval covers only chance among users.
    """
    gaps = (one - other).mean(axis=0)
    drawn = gaps[1:][~np.isnan(gaps[1:])]
    low, high = np.percentile(drawn, [LOW, HIGH])
    return Interval(float(gaps[0]), float(low), float(high), float(drawn.std(ddof=1) * DETECTABLE_ERRORS))
