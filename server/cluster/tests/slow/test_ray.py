"""Runs on a local Ray cluster of two workers: processes of workers, actors and drivers are killed in the middle."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import unittest
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import InFolder, until

pytestmark = pytest.mark.slow


class RayTest(InFolder):
    def started(self) -> list[int]:
        folder = self.folder / "started"
        pids = [int(name) for name in os.listdir(folder)] if folder.exists() else []
        return [pid for pid in pids if alive(pid)]

    def begin(self, *more: str, **plan: object) -> subprocess.Popen[str]:
        env = {**self.standin(**plan), "RAY_USAGE_STATS_ENABLED": "0"}
        return self.start(self.command("--workers", "2", *more, address="local"), env)

    def test_a_worker_and_an_actor_are_killed(self) -> None:
        ids = self.write_data(120)
        run = self.begin("--rounds", "2", "--parallel", "4", delayMs=100)
        until(lambda: self.commit_count() >= 2 or run.poll() is not None, "two commits")
        worker = self.started()[0]
        os.kill(worker, signal.SIGKILL)
        before = self.commit_count()
        until(lambda: self.commit_count() >= before + 2 or run.poll() is not None, "two more commits")
        until(lambda: len(self.started()) == 2 or run.poll() is not None, "two workers")
        actor = parent(self.started()[-1])
        os.kill(actor, signal.SIGKILL)
        code, out, err = self.finish(run)
        self.assertEqual(code, 0, err)
        self.assertEqual(Counter(self.committed()), Counter(ids))
        report = json.loads((self.folder / "out" / "report.json").read_text())
        lost = report["sessions"][0]["slots_lost"]
        print(
            f"killed a worker and an actor: {report['rows']} rows, {report['retries']} row retries, {lost} slots lost"
        )
        self.assertGreaterEqual(report["retries"] + lost, 2, out)
        self.assertEqual((lost, report["rowsFailed"]), (1, 0))

    def test_the_driver_is_killed(self) -> None:
        ids = self.write_data(120)
        run = self.begin("--rounds", "2", delayMs=50)
        until(lambda: self.commit_count() >= 5 or run.poll() is not None, "five commits")
        run.kill()
        self.finish(run)
        until(lambda: not self.started(), "workers end with their driver")
        kept = {path.name: path.stat().st_mtime_ns for path in (self.folder / "out" / "commits").glob("*.json")}
        self.assertTrue(5 <= len(kept) < 24, f"{len(kept)} commits: the driver was not killed in the middle")
        again = self.begin("--rounds", "2", delayMs=0)
        code, _, err = self.finish(again)
        self.assertEqual(code, 0, err)
        self.assertEqual(Counter(self.committed()), Counter(ids))
        for name, time in kept.items():
            self.assertEqual((self.folder / "out" / "commits" / name).stat().st_mtime_ns, time, name)
        print(f"killed the driver: {len(kept)} of 24 partitions were committed before, none was written again")

    def test_csv_and_parquet_are_read_by_ray_data(self) -> None:
        ids = self.write_data(12)
        lines = [json.loads(line) for line in (self.folder / "data.jsonl").read_text().splitlines()]
        with open(self.folder / "data.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, list(lines[0]))
            writer.writeheader()
            writer.writerows(lines)
        import pyarrow
        import pyarrow.parquet

        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(lines), self.folder / "data.parquet")
        # One Ray for both reads and for the pipeline: starting it is what takes long.
        program = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
import ray
ray.init(address="local", num_cpus=3, include_dashboard=False, log_to_driver=False)
from laser_cluster import ray_data
from support import STANDIN
from laser_cluster.writing import WriterOptions
import json
for name in ("data.csv", "data.parquet"):
    rows = list(ray_data.records([{str(self.folder)!r} + "/" + name], None))
    assert [row["id"] for row in rows] == {ids!r}, rows
options = WriterOptions(out={str(self.folder / "unused")!r}, command=STANDIN, model={{}}, settings={{}}, prompt="x",
    prompt_file="x", values={{}}, learn="none", cache="", load_timeout_s=60, row_timeout_s=60, row_retries=2)
data = ray.data.read_parquet({str(self.folder / "data.parquet")!r})
answers = data.map_batches(ray_data.LaserAnswers, fn_constructor_args=(options,),
    compute=ray.data.ActorPoolStrategy(size=2), batch_size=4).take_all()
assert sorted(row["id"] for row in answers) == sorted({ids!r})
assert all(row["text"].startswith("Answer to " + row["id"]) and row["error"] == "" for row in answers), answers
"""
        env = {**self.standin(faults={"row-3": ["die"]}), "RAY_USAGE_STATS_ENABLED": "0"}
        code, _, err = self.finish(self.start([sys.executable, "-c", program], env))
        self.assertEqual(code, 0, err[-3000:])


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def parent(pid: int) -> int:
    with open(f"/proc/{pid}/stat") as file:
        return int(file.read().rsplit(")", 1)[1].split()[1])


if __name__ == "__main__":
    unittest.main()
