"""What a worker may do wrong: each way ends in a lost worker with a reason, never in a hang or a wrong answer."""

from __future__ import annotations

import unittest

from support import PATIENCE, STANDIN, InFolder

from laser_cluster.errors import ClusterError
from laser_cluster.worker import LaserWorker, WorkerLost, WorkerRefused

PARAMS = {"source": "x", "promptFile": None, "values": {"id": "a"}, "settings": {}}


class WorkerTest(InFolder):
    def worker(self, *faults: str) -> LaserWorker:
        worker = LaserWorker(STANDIN, self.standin(faults={"a": list(faults)}))
        self.addCleanup(worker.kill)
        self.assertEqual(worker.hello(60 * PATIENCE), "stand-in 1")
        return worker

    def test_losses(self) -> None:
        for fault, reason, seconds in (
            ("die", "its process ended with signal 9", 60),
            ("crash", "its process ended with code 7: llama: out of memory", 60),
            ("hang", "no reply to answer in 0.3 s", 0.3),
            ("babble", "more than 100 lines that are not messages", 60),
            ("endless", "a line of more than", 60),
            ("garbled", "its answer lacks a str", 60),
        ):
            with self.subTest(fault):
                for old in self.folder.glob("fault-*"):
                    old.unlink()
                worker = self.worker(fault)
                with self.assertRaisesRegex(WorkerLost, reason):
                    worker.answer(PARAMS, seconds if seconds < 1 else seconds * PATIENCE)
                self.assertTrue(worker.is_lost)
                with self.assertRaises(WorkerLost):  # What comes late is not taken for the next reply.
                    worker.answer(PARAMS, 60)

    def test_late_and_repeated_replies_belong_to_nobody(self) -> None:
        worker = self.worker("stale", "twice")
        for _ in range(3):
            self.assertEqual(worker.answer(PARAMS, 60 * PATIENCE).text, "Answer to a. word word word word word")

    def test_refusals(self) -> None:
        worker = self.worker("refuse")
        with self.assertRaises(WorkerRefused) as refused:
            worker.answer(PARAMS, 60 * PATIENCE)
        self.assertEqual((refused.exception.code, str(refused.exception)), ("engineBusy", "Not now."))
        self.assertFalse(worker.is_lost)
        other = LaserWorker(STANDIN, self.standin(version=1))
        self.addCleanup(other.kill)
        with self.assertRaisesRegex(WorkerRefused, "another version"):
            other.hello(60 * PATIENCE)

    def test_a_program_that_is_missing(self) -> None:
        with self.assertRaisesRegex(ClusterError, "no-such-laser can't be started: No such file"):
            LaserWorker(["no-such-laser"])


if __name__ == "__main__":
    unittest.main()
