"""The click model: gradient-boosted trees (LightGBM), with hyper-parameters chosen once, on validation rows."""

from __future__ import annotations

from typing import Any

import lightgbm
import numpy as np

MAX_TREES = 400
PATIENCE = 30
#: Tried on the validation rows of strict knowledge; the best serves all arms.
GRID: tuple[dict[str, Any], ...] = tuple(
    {"num_leaves": leaves, "learning_rate": rate, "min_child_samples": least}
    for leaves in (7, 15, 31)
    for rate in (0.05, 0.1)
    for least in (20, 80)
)


def train(
    parameters: dict[str, Any],
    seed: int,
    train_rows: tuple[np.ndarray, np.ndarray],
    validation_rows: tuple[np.ndarray, np.ndarray],
) -> lightgbm.Booster:
    """A model of features (rows × f) and labels, stopped when the AUC of the validation rows no longer rises."""
    settings = {
        **parameters,
        "objective": "binary",
        "metric": "auc",
        "seed": seed,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "feature_fraction": 0.8,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(train_rows[0], label=train_rows[1], free_raw_data=True)
    held = lightgbm.Dataset(validation_rows[0], label=validation_rows[1], reference=data)
    return lightgbm.train(
        settings,
        data,
        num_boost_round=MAX_TREES,
        valid_sets=[held],
        callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
    )


def choose(train_rows: tuple[np.ndarray, np.ndarray], validation_rows: tuple[np.ndarray, np.ndarray]) -> dict[str, Any]:
    """The parameters of GRID with the best validation AUC, by the first seed."""
    tried = ((train(each, 0, train_rows, validation_rows), each) for each in GRID)
    return max(tried, key=lambda model: model[0].best_score["valid_0"]["auc"])[1]
