"""What the click model sees of an interaction: only figures of the past.

Every feature of a row comes from rows before it, so that no label is seen twice. Knowledge adds how an item's vector
lies to what the user liked before, and the item's place along the main directions of all vectors.
"""

from __future__ import annotations

import numpy as np

from rows import TRAIN, Rows

#: Main directions of the vectors that the model sees of an item.
DIRECTIONS = 8
#: A rate is pulled towards the overall one as by this many more rows.
SMOOTHING = 5.0
#: Sharpness of the mean of earlier labels weighted by nearness: exp(cosine · SHARPNESS).
SHARPNESS = 8.0


def plain_features(rows: Rows, attributes: np.ndarray) -> np.ndarray:
    """rows × (6 + attributes): counts and rates of user and item so far, the user's rate per attribute, attributes.

    attributes: items × a, 0 or 1, such as genres.
    """
    users, items = int(rows.users.max()) + 1, int(rows.items.max()) + 1
    overall = float(rows.labels[rows.of(TRAIN)].mean())
    user_n, user_sum = np.zeros(users), np.zeros(users)
    item_n, item_sum = np.zeros(items), np.zeros(items)
    liked = np.zeros((users, attributes.shape[1]))
    seen = np.zeros((users, attributes.shape[1]))
    out = np.empty((len(rows.users), 6 + attributes.shape[1]), dtype=np.float32)
    for row, (user, item, label) in enumerate(zip(rows.users, rows.items, rows.labels, strict=True)):
        own = attributes[item]
        user_rate = (user_sum[user] + SMOOTHING * overall) / (user_n[user] + SMOOTHING)
        item_rate = (item_sum[item] + SMOOTHING * overall) / (item_n[item] + SMOOTHING)
        rates = (liked[user] + SMOOTHING * user_rate) / (seen[user] + SMOOTHING)
        count = own.sum()
        out[row, :6] = (
            user_n[user],
            user_rate,
            item_n[item],
            item_rate,
            (rates * own).sum() / count if count else user_rate,
            (seen[user] * own).sum(),
        )
        out[row, 6:] = own
        user_n[user] += 1
        user_sum[user] += label
        item_n[item] += 1
        item_sum[item] += label
        seen[user] += own
        liked[user] += own * label
    return out


def knowledge_features(rows: Rows, vectors: np.ndarray) -> np.ndarray:
    """rows × (4 + DIRECTIONS). vectors: items × d, one of the knowledge about each item."""
    unit = centred(vectors)
    directions = main_directions(unit)
    out = np.zeros((len(rows.users), 4 + directions.shape[1]), dtype=np.float32)
    by_user: dict[int, tuple[list[int], list[int]]] = {}
    for row, (user, item, label) in enumerate(zip(rows.users, rows.items, rows.labels, strict=True)):
        past_items, past_labels = by_user.setdefault(int(user), ([], []))
        if past_items:
            nearness = unit[past_items] @ unit[item]
            clicked = np.asarray(past_labels, dtype=bool)
            weights = np.exp(nearness * SHARPNESS)
            out[row, 0] = (weights * clicked).sum() / weights.sum()
            out[row, 1] = nearness[clicked].mean() if clicked.any() else 0
            out[row, 2] = nearness[~clicked].mean() if not clicked.all() else 0
            out[row, 3] = nearness[clicked].max() if clicked.any() else 0
        past_items.append(int(item))
        past_labels.append(int(label))
    out[:, 4:] = directions[rows.items]
    return out


def user_features(rows: Rows, items: np.ndarray, users: np.ndarray) -> np.ndarray:
    """rows × (1 + DIRECTIONS): how near the user's vector is to the item's, and its place along the main directions.

    items: items × d, users: users × d, by the same embedding model."""
    item_units, user_units = centred(items), centred(users)
    nearness = (item_units[rows.items] * user_units[rows.users]).sum(axis=1, keepdims=True)
    return np.hstack([nearness, main_directions(user_units)[rows.users]])


def centred(vectors: np.ndarray) -> np.ndarray:
    """Directions from the mean vector, each of length 1: raw vectors of a language model all point one way."""
    shifted = vectors.astype(np.float64) - vectors.mean(axis=0)
    lengths = np.linalg.norm(shifted, axis=1, keepdims=True)
    unit: np.ndarray = (shifted / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return unit


def main_directions(unit: np.ndarray) -> np.ndarray:
    """items × min(DIRECTIONS, d): coordinates along the main directions, each with the sign of its largest entry."""
    _, _, axes = np.linalg.svd(unit, full_matrices=False)
    axes = axes[:DIRECTIONS]
    largest = np.abs(axes).argmax(axis=1)
    axes = axes * np.sign(axes[np.arange(len(axes)), largest])[:, None]
    coordinates: np.ndarray = (unit @ axes.T).astype(np.float32)
    return coordinates
