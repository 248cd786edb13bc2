"""The study: each arm's click model for every seed, and the differences that answer the question.

Arms are sets of vectors, one per item. Two more are made here: "none" has no vectors, "shuffled" has the strict ones,
each given to another item (and user), so that what its own knowledge adds is distinguished from what more columns add.
An arm "facts", if given, holds vectors of what the data set says of an item: what the generated text adds to them shows
there.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from typing import Any

import numpy as np

from features import knowledge_features, plain_features, user_features
from intervals import Ranking, difference, user_weights
from model import choose, train
from rows import PAST, TEST, TRAIN, VALIDATION, Rows

STRICT, NONE, SHUFFLED, FACTS = "strict", "none", "shuffled", "facts"

Aucs = dict[str, np.ndarray]
#: Of items, and of users where something is known of them.
Vectors = tuple[np.ndarray, np.ndarray | None]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Study:
    """What every seed needs. known: features of each arm's knowledge; weights: of the test rows, one row a draw."""

    rows: Rows
    plain: np.ndarray
    strict_vectors: Vectors
    known: dict[str, np.ndarray]
    parameters: dict[str, Any]
    weights: np.ndarray
    cold: np.ndarray

    @property
    def names(self) -> list[str]:
        return [NONE, SHUFFLED, *self.known]

    def divided(self, features: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Features and labels of the rows for training, validation and test."""
        parts = [self.rows.of(part) for part in (TRAIN, VALIDATION, TEST)]
        return [(features[part], self.rows.labels[part]) for part in parts]

    def features(self, name: str, seed: int) -> np.ndarray:
        """rows × f of an arm."""
        if name == NONE:
            return self.plain
        if name == SHUFFLED:
            random = np.random.default_rng(seed)
            items, users = self.strict_vectors
            mixed = random.permutation(items), None if users is None else random.permutation(users)
            return np.hstack([self.plain, all_features(self.rows, mixed)])
        return np.hstack([self.plain, self.known[name]])

    def run(self, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """AUCs of a seed: arms × draws, of all test rows and of the cold ones."""
        every, cold = [], []
        for name in self.names:
            train_rows, validation_rows, test_rows = self.divided(self.features(name, seed))
            scores = np.asarray(train(self.parameters, seed, train_rows, validation_rows).predict(test_rows[0]))
            ranking = Ranking(scores, test_rows[1])
            every.append([ranking.auc(each) for each in self.weights])
            cold.append([ranking.auc(each * self.cold) for each in self.weights])
        return np.array(every), np.array(cold)


def run_study(
    rows: Rows, attributes: np.ndarray, arms: dict[str, Vectors], job: dict[str, Any], progress: Progress
) -> dict[str, Any]:
    """arms: name → items × d, and users × d or None; must hold STRICT. job: seeds, resamples, coldRows. Returns what
    main.py writes."""
    known = {name: all_features(rows, vectors) for name, vectors in arms.items()}
    plain = plain_features(rows, attributes)
    test = rows.of(TEST)
    test_users, test_items = rows.users[test], rows.items[test]
    trained = np.bincount(rows.items[(rows.part == TRAIN) | (rows.part == PAST)], minlength=len(attributes))
    cold = trained[test_items] <= int(job["coldRows"])
    drawn = user_weights(test_users, int(job["resamples"]), seed=1)
    weights = np.vstack([np.ones(len(test_users), dtype=np.float32), drawn])
    study = Study(rows, plain, arms[STRICT], known, {}, weights, cold)
    chosen = choose(*study.divided(study.features(STRICT, 0))[:2])
    study = replace(study, parameters=chosen)
    aucs, cold_aucs = run_seeds(study, int(job["seeds"]), progress)
    return {
        "parameters": chosen,
        "rows": {
            name: int((rows.part == part).sum())
            for name, part in (("past", PAST), ("train", TRAIN), ("validation", VALIDATION), ("test", TEST))
        },
        "testUsers": int(len(np.unique(test_users))),
        "testItems": int(len(np.unique(test_items))),
        "testClicks": int(rows.labels[test].sum()),
        "coldTestRows": int(cold.sum()),
        "arms": [summary(name, aucs[name], cold_aucs[name]) for name in study.names],
        "differences": differences(study.names, aucs),
        "coldDifferences": differences(study.names, cold_aucs),
    }


def all_features(rows: Rows, vectors: Vectors) -> np.ndarray:
    """rows × f of what is known of items, and of users."""
    items, users = vectors
    of_items = knowledge_features(rows, items)
    return of_items if users is None else np.hstack([of_items, user_features(rows, items, users)])


def run_seeds(study: Study, seeds: int, progress: Progress) -> tuple[Aucs, Aucs]:
    """Each seed in one of as many processes as there are cores; the result does not depend on their number."""
    results: list[tuple[np.ndarray, np.ndarray]] = []
    # A process that was copied while the library's threads run may hang: start afresh.
    with ProcessPoolExecutor(min(seeds, os.cpu_count() or 1), get_context("spawn")) as processes:
        for result in processes.map(study.run, range(seeds)):
            results.append(result)
            progress(len(results) * len(study.names), seeds * len(study.names))

    def of(kind: int) -> Aucs:
        return {name: np.array([result[kind][at] for result in results]) for at, name in enumerate(study.names)}

    return of(0), of(1)


def summary(name: str, aucs: np.ndarray, cold: np.ndarray) -> dict[str, Any]:
    """Means and spread over the seeds, of all users."""
    of_seeds = aucs[:, 0]
    spread = float(of_seeds.std(ddof=1)) if len(of_seeds) > 1 else None
    cold_auc = float(cold[:, 0].mean())
    return {
        "name": name,
        "auc": float(of_seeds.mean()),
        "seedDeviation": spread,
        "coldAuc": None if np.isnan(cold_auc) else cold_auc,
    }


def differences(names: list[str], aucs: Aucs) -> list[dict[str, Any]]:
    """Strict against its controls, then every other arm against strict; none where an AUC is not defined."""
    controls = (NONE, SHUFFLED, FACTS)
    pairs = [(STRICT, name) for name in controls if name in names]
    pairs += [(name, STRICT) for name in names if name not in (*controls, STRICT)]
    return [
        {"of": one, "against": other, **asdict(difference(aucs[one], aucs[other]))}
        for one, other in pairs
        if not np.isnan(aucs[one][:, 0] - aucs[other][:, 0]).any()
    ]
