"""The simulator: seeded, bounded by arithmetic that can be done by hand, and held against figures of a run."""

from __future__ import annotations

import json
import unittest
from dataclasses import asdict, replace
from pathlib import Path

from support import InFolder

from laser_cluster.commits import Written
from laser_cluster.simulation.assumptions import EDL_BY_POOL, Assumptions, measured
from laser_cluster.simulation.model import decode_tokens_per_s, edl_of, efficiency, ship_s, simulate

#: Nothing but decoding at one speed.
IDEAL = replace(
    Assumptions(),
    users=64_000,
    answer_spread=0,
    prompt_tokens=1e-9,
    plain_tokens_per_s=100,
    pool_tokens_per_s=100,
    row_overhead_ms=0,
    load_s=0,
    put_ms=0,
    driver_ms=0,
    stage_rows_per_s=1e12,
    worker_spread=0,
    failures_per_hour=0,
)


class SimulationTest(InFolder):
    def test_without_losses_it_is_a_division(self) -> None:
        for workers in (1, 10, 1000):
            outcome = simulate(IDEAL, workers, rounds=1)
            self.assertAlmostEqual(outcome.wall_s, 64_000 * 250 / 100 / workers, delta=1e-6 * outcome.wall_s)
            self.assertAlmostEqual(efficiency(outcome, IDEAL), 1, places=6)

    def test_each_loss_costs_what_it_must(self) -> None:
        base = simulate(IDEAL, 10, 1).wall_s
        for name, change, added in (
            ("reading the data", {"stage_rows_per_s": 640}, 100),
            ("loading the model", {"load_s": 30}, 30),
            ("overhead of rows", {"row_overhead_ms": 100}, 640),
            ("prompts", {"prompt_tokens": 800}, 640),
            # A worker waits for its own 100 partitions, and at first for those of the nine others.
            ("the driver", {"driver_ms": 1000}, 100 + 9),
            ("writing", {"put_ms": 500}, 100),
        ):
            with self.subTest(name):
                self.assertAlmostEqual(simulate(replace(IDEAL, **change), 10, 1).wall_s - base, added, delta=1)
        two = simulate(replace(IDEAL, merge_fixed_s=50, round_answers=1000, merge_tokens_per_s=1000), 10, 2)
        read = 32_000 * IDEAL.answer_bytes * 8 / (IDEAL.node_gbit_per_s * 1e9)  # Half of the rows.
        self.assertAlmostEqual(two.merge_s, 50 + 1000 * 250 / 1000 + read)
        self.assertAlmostEqual(two.pool_bytes_shipped, 1000 * 250 * IDEAL.pool_bytes_per_token * 2)

    def test_a_slow_driver_bounds_throughput_whatever_the_workers(self) -> None:
        assumed = replace(IDEAL, users=640_000, driver_ms=50)
        for workers in (1000, 4000):
            self.assertGreaterEqual(simulate(assumed, workers, 1).wall_s, 640_000 / 64 * 0.05)

    def test_speed_follows_the_pool(self) -> None:
        for answers, edl in EDL_BY_POOL:
            self.assertAlmostEqual(edl_of(answers), edl)
        self.assertEqual(edl_of(10**9), EDL_BY_POOL[-1][1])
        speeds = [decode_tokens_per_s(answers, Assumptions()) for answers in range(0, 6000, 100)]
        self.assertEqual(speeds, sorted(speeds))
        self.assertAlmostEqual(decode_tokens_per_s(2000, Assumptions()), Assumptions().pool_tokens_per_s)

    def test_speeds_are_those_that_the_benchmarks_report(self) -> None:
        text = (Path(__file__).parents[3] / "docs" / "benchmarks.md").read_text()
        (row,) = [line for line in text.splitlines() if line.startswith("| 7B, 16-bit weights ")][:1]
        cells = [cell.strip() for cell in row.split("|")]
        speeds = Assumptions().plain_tokens_per_s, Assumptions().pool_tokens_per_s
        self.assertEqual(tuple(map(float, cells[2:4])), speeds, row)

    def test_shipping_is_bound_by_a_node_then_by_the_storage(self) -> None:
        assumed = replace(Assumptions(), node_gbit_per_s=8, storage_gbit_per_s=80)
        self.assertAlmostEqual(ship_s(1e9, 1, assumed), 1)
        self.assertAlmostEqual(ship_s(1e9, 10, assumed), 1)
        self.assertAlmostEqual(ship_s(1e9, 100, assumed), 10)

    def test_equal_seeds_give_equal_outcomes_and_all_work_is_done(self) -> None:
        assumed = replace(Assumptions(), users=20_000, failures_per_hour=5)
        for seed in range(8):
            one = simulate(assumed, 16, 3, seed)
            self.assertEqual(asdict(one), asdict(simulate(assumed, 16, 3, seed)))
            self.assertAlmostEqual(one.tokens / (20_000 * 250), 1, delta=0.05)
            self.assertGreater(one.losses, 0)
            self.assertLess(efficiency(one, assumed), 1)

    def test_figures_of_a_run_replace_assumptions(self) -> None:
        (self.folder / "commits").mkdir()
        (self.folder / "answers").mkdir()
        for number in range(4):
            written = Written(
                **{"partition": f"p{number}", "round": number % 2, "slot": number // 2, "sha256": ""},
                **{"file": f"answers/{number}", "rows": 2, "failed": 0, "tokens": 30, "prompt_tokens": 40},
                **{"steps": 9, "drafted": 9, "kept": 9, "relaxed": 0, "prefill_s": 0.5},
                **{"decode_s": 1.0 if number % 2 else 3.0, "busy_s": 7.0 if number < 2 else 6.0, "load_s": 2.0},
                **{"add_s": 0.1, "retries": 0, "last_failure": "", "group_tokens": {}},
            )
            (self.folder / "commits" / f"p{number}.json").write_text(json.dumps(asdict(written)))
            lines = [json.dumps({"id": str(at), "committed": count}) for at, count in enumerate((10, 20))]
            (self.folder / "answers" / str(number)).write_text("\n".join(lines))
        values = measured(str(self.folder))
        self.assertEqual((values["answer_tokens"], values["prompt_tokens"], values["load_s"]), (15, 20, 2))
        self.assertEqual((values["plain_tokens_per_s"], values["pool_tokens_per_s"]), (10, 30))
        self.assertAlmostEqual(values["row_overhead_ms"], 1000 * (26 - 8 - 2 - 8) / 8)

    def test_the_command_prints_each_assumption_with_its_source(self) -> None:
        arguments = ["simulate", "--workers", "8", "--rounds", "1,2", "--users", "50000", "--load-s", "12"]
        code, out, err = self.here(arguments, {})
        self.assertEqual((code, err), (0, ""))
        self.assertIn("| starting a worker with its model | 12 | s | given |", out)
        self.assertEqual(sum(line.startswith("| 8 |") for line in out.splitlines()), 2)
        self.assertRegex(out, r"\n1 round: less than half of the workers' time is useful from \d+ workers on")
        code, _, err = self.here(["simulate", "--answer-tokens", "0"], {})
        self.assertEqual((code, err.splitlines()[0]), (2, "error: --answer-tokens 0.0: must be above 0."))


if __name__ == "__main__":
    unittest.main()
