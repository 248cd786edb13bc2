"""Rows into partitions, rounds and queues: nothing lost, nothing doubled, groups together, work balanced."""

from __future__ import annotations

import random
import unittest
from collections import Counter

from support import InFolder

from laser_cluster.assignment import Assignment
from laser_cluster.errors import ClusterError
from laser_cluster.plan import read_plan, stage, staged_rows
from laser_cluster.rows import Row, RowFields, rows_of
from laser_cluster.storage import open_storage


class PlanTest(InFolder):
    def test_every_row_is_in_one_partition_and_groups_stay_together(self) -> None:
        for seed in range(12):
            with self.subTest(seed=seed):
                chance = random.Random(seed)
                size, rounds, slots = chance.randint(1, 9), chance.randint(1, 4), chance.randint(1, 5)
                groups = [None, *(f"g{number}" for number in range(chance.randint(1, 6)))]
                rows = [
                    Row(f"r{number}", chance.choice(groups), chance.choice((1.0, 2.5)), {"n": number})
                    for number in range(chance.randint(1, 80))
                ]
                storage = open_storage(str(self.folder / str(seed)))
                plan = stage(rows, storage, partition_rows=size, rounds=rounds, identity={"seed": seed})
                self.assertEqual(read_plan(storage), plan)
                staged = {one.name: staged_rows(storage, one.name) for one in plan.partitions}
                self.assertEqual(Counter(r.id for part in staged.values() for r in part), Counter(r.id for r in rows))
                self.assertLessEqual(max(len(part) for part in staged.values()), size)
                totals = Counter(row.group or "" for row in rows)
                for partition in plan.partitions:
                    self.assertEqual(partition.rows, len(staged[partition.name]))
                    if partition.group is None:  # Only groups that fit into one partition share it, undivided.
                        inside = Counter(row.group or "" for row in staged[partition.name])
                        self.assertEqual(inside, Counter({group: totals[group] for group in inside}))
                for group, count in totals.items():
                    own = Counter(one.round for one in plan.partitions if one.group == group)
                    if count >= size * rounds:
                        self.assertEqual(len(own), rounds, f"group {group} of {count} rows misses a round")
                self._check_queues(plan.partitions, slots)

    def _check_queues(self, partitions, slots: int) -> None:
        def expected(partition) -> float:
            return sum(partition.weights.values())

        total = sum(map(expected, partitions))
        assignment = Assignment(partitions, slots, expected)
        homes: dict[str, set[int]] = {}
        loads = [0.0] * slots
        for partition in partitions:
            home = assignment.home(partition)
            assert home is not None
            loads[home] += expected(partition)
            if partition.group is not None:
                homes.setdefault(partition.group, set()).add(home)
        for group, at in homes.items():
            weight = sum(expected(one) for one in partitions if one.group == group)
            if weight <= total / slots:
                self.assertEqual(len(at), 1, f"group {group} is no worker's share and was divided")
        taken = []
        turn = 0
        while assignment.waiting:
            partition = assignment.take(turn % slots)
            assert partition is not None
            taken.append(partition.name)
            turn += 1
        self.assertEqual(sorted(taken), sorted(one.name for one in partitions))
        self.assertIsNone(assignment.take(0))

    def test_a_large_group_is_spread_and_the_rest_balanced(self) -> None:
        rows = [Row(f"a{n}", "large", 1.0, {}) for n in range(600)]
        rows += [Row(f"b{n}", f"small {n % 20}", 1.0, {}) for n in range(400)]
        plan = stage(rows, open_storage(str(self.folder)), partition_rows=20, rounds=1, identity={})
        assignment = Assignment(plan.partitions, 4, lambda one: sum(one.weights.values()))
        loads = [0.0] * 4
        for partition in plan.partitions:
            loads[assignment.home(partition) or 0] += partition.rows
        self.assertLessEqual(max(loads), 1.1 * sum(loads) / 4, loads)

    def test_rows_that_are_refused(self) -> None:
        storage = open_storage(str(self.folder))
        twice = [Row("a", None, 1.0, {}), Row("b", None, 1.0, {}), Row("a", "g", 1.0, {})]
        with self.assertRaisesRegex(ClusterError, "'a' occurs in more than one row"):
            stage(twice, storage, partition_rows=1, rounds=1, identity={})
        with self.assertRaisesRegex(ClusterError, "there are no rows"):
            stage([], storage, partition_rows=1, rounds=1, identity={})
        fields = RowFields("id", "kind", "length")
        good = {"id": 7, "kind": "k", "length": "3.5"}
        self.assertEqual(next(rows_of(iter([good]), fields, "f")), Row("7", "k", 3.5, good))
        for record, reason in (
            ({"kind": "k", "length": 1}, "there is no column 'id'"),
            ({**good, "id": ""}, "'id' must be a text or a whole number, not ''"),
            ({**good, "id": True}, "'id' must be a text"),
            ({**good, "kind": 1.5}, "'kind' must be a text, a whole number or null"),
            ({**good, "length": "long"}, "'length' must be a number above 0, not 'long'"),
            ({**good, "length": 0}, "'length' must be a number above 0"),
        ):
            with self.subTest(reason), self.assertRaisesRegex(ClusterError, f"f, row 2: {reason}"):
                list(rows_of(iter([good, record]), fields, "f"))


if __name__ == "__main__":
    unittest.main()
