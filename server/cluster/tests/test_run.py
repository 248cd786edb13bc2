"""Whole runs without Ray: workers and drivers die in the middle, and each row still has one answer."""

from __future__ import annotations

import json
import os
import signal
import unittest
from collections import Counter

from support import InFolder, until

from laser_cluster.commits import Commits
from laser_cluster.storage import open_storage
from laser_cluster.writing import PartitionWriter, Task

FAULTS = {"row-3": "die", "row-11": "babble", "row-20": "garbled", "row-26": "twice", "row-39": "refuse"}


class RunTest(InFolder):
    def run_to_end(self, *more: str, **plan: object) -> tuple[int, str, str]:
        return self.here([*self.command(*more)[3:]], self.standin(**plan))

    def report(self) -> dict[str, object]:
        return json.loads((self.folder / "out" / "report.json").read_text())

    def test_workers_that_misbehave(self) -> None:
        ids = self.write_data(40)
        faults = {
            "row-3": ["die"],
            "row-8": ["crash", "die"],
            "row-11": ["babble"],
            "row-17": ["stale"],
            "row-20": ["garbled"],
            "row-26": ["twice"],
            "row-39": ["refuse"],
        }
        code, out, err = self.run_to_end("--workers", "2", "--rounds", "2", faults=faults)
        self.assertEqual(code, 0, err)
        self.assertEqual(Counter(self.committed()), Counter(ids))
        report = self.report()
        self.assertEqual((report["retries"], report["rowsFailed"], report["rows"]), (5, 0, 40))
        self.assertEqual(len(os.listdir(self.folder / "out" / "answers")), self.commit_count())
        rounds = report["rounds"]
        assert isinstance(rounds, list)
        self.assertIsNone(rounds[0]["pool"])
        self.assertEqual(rounds[1]["pool"]["entries"], rounds[0]["rows"])
        self.assertIn("Row retries 5", out)
        self.assertIn("reading the rows of", err)

    def test_rows_at_once(self) -> None:
        ids = self.write_data(40)
        # Each fault takes along what is written beside it.
        faults = {
            "row-3": ["die"],
            "row-11": ["babble"],
            "row-20": ["garbled"],
            "row-26": ["twice"],
            "row-39": ["refuse"],
        }
        code, _, err = self.run_to_end("--workers", "2", "--rounds", "2", "--parallel", "4", faults=faults)
        self.assertEqual(code, 0, err)
        self.assertEqual(Counter(self.committed()), Counter(ids))
        report = self.report()
        self.assertEqual((report["rowsFailed"], report["rows"]), (0, 40))
        self.assertGreaterEqual(int(str(report["retries"])), 3)
        # The pool got each answer of the first round once, though workers were lost while they were added.
        rounds = report["rounds"]
        assert isinstance(rounds, list)
        self.assertEqual(rounds[1]["pool"]["entries"], rounds[0]["rows"])

    def test_a_row_that_ends_every_worker_spares_those_beside_it(self) -> None:
        ids = self.write_data(12)
        more = ("--row-retries", "0", "--parallel", "4")
        code, _, err = self.run_to_end(*more, faults={"row-5": ["die"] * 9})
        self.assertEqual(code, 0, err)
        self.assertEqual(Counter(self.committed()), Counter(ids))
        answers = Commits(open_storage(str(self.folder / "out"))).all_answers()
        self.assertEqual([one["id"] for one in answers if "error" in one], ["row-5"])

    def test_groups_of_a_groups_file(self) -> None:
        ids = self.write_data(20)
        homes = {one: f"home-{at % 2}" for at, one in enumerate(ids) if at < 15}
        (self.folder / "groups.json").write_text(json.dumps({"subjects": homes}))
        command = [one for one in self.command()[3:] if one not in ("--group-field", "kind")]
        groups = ["--groups", str(self.folder / "groups.json")]
        code, _, err = self.here([*command, *groups], self.standin())
        self.assertEqual(code, 0, err)
        answers = list(Commits(open_storage(str(self.folder / "out"))).all_answers())
        self.assertEqual({one["id"]: one["group"] for one in answers}, {one: homes.get(one) for one in ids})
        self.assertEqual({one["groupReason"] for one in answers}, {"drawn at random"})
        again = {"subjects": {**homes, "row-0": "home-9"}}
        (self.folder / "groups.json").write_text(json.dumps(again))
        self.assertIn("its groups was", self.here([*command, *groups], self.standin())[2])
        for name, more, says in (
            ("missing", ["--groups", "/no/such.json"], "The groups file /no/such.json can't be read"),
            ("twice", [*groups, "--group-field", "kind"], "give one of them"),
            ("too many at once", ["--parallel", "257"], "--parallel 257: must be at most 256"),
        ):
            with self.subTest(name):
                code, _, err = self.here([*command, *more], self.standin())
                self.assertIn(code, (1, 2))
                self.assertIn(says, err)

    def test_a_row_that_ends_every_worker_costs_itself_alone(self) -> None:
        ids = self.write_data(12)
        code, _, err = self.run_to_end("--row-retries", "1", faults={"row-5": ["die"] * 9})
        self.assertEqual(code, 0, err)
        self.assertEqual(Counter(self.committed()), Counter(ids))
        answers = {one["id"]: one for one in Commits(open_storage(str(self.folder / "out"))).all_answers()}
        self.assertEqual(answers["row-5"]["error"]["code"], "workerLost")
        self.assertEqual([one for one in answers.values() if "error" in one], [answers["row-5"]])

    def test_a_driver_that_is_killed_resumes_from_what_is_committed(self) -> None:
        ids = self.write_data(60)
        env = self.standin(delayMs=40, faults={"row-2": ["die"]})
        command = self.command("--workers", "2", "--rounds", "2")
        first = self.start(command, env)
        until(lambda: self.commit_count() >= 3 or first.poll() is not None, "three commits")
        first.send_signal(signal.SIGKILL)
        self.finish(first)
        kept = {one: os.stat(self.folder / "out" / "commits" / one).st_mtime_ns for one in self._commits()}
        self.assertTrue(3 <= len(kept) < 12, f"{len(kept)} commits: the driver was not killed in the middle")
        # What a killed worker or driver may leave: an attempt without a commit.
        (self.folder / "out" / "answers" / "p0000000.stray.jsonl").write_text('{"id": "row-0"}\n')
        code, _, err = self.finish(self.start(command, env))
        self.assertEqual(code, 0, err)
        self.assertRegex(err, r"resuming: \d+ of 60 rows are committed")
        self.assertEqual(Counter(self.committed()), Counter(ids))
        for name, time in kept.items():
            self.assertEqual(os.stat(self.folder / "out" / "commits" / name).st_mtime_ns, time, name)
        self.assertEqual(len(os.listdir(self.folder / "out" / "answers")), self.commit_count())
        self._no_process_is_left()

    def test_ctrl_c_ends_workers_and_keeps_commits(self) -> None:
        self.write_data(60)
        process = self.start(self.command("--workers", "2"), self.standin(delayMs=40))
        until(lambda: self.commit_count() >= 1 or process.poll() is not None, "a commit")
        process.send_signal(signal.SIGINT)
        code, _, err = self.finish(process)
        self.assertEqual((code, err.splitlines()[-1]), (130, "interrupted: the same command resumes"))
        self._no_process_is_left()

    def test_the_first_of_two_attempts_counts(self) -> None:
        self.write_data(5)
        self.assertEqual(self.run_to_end()[0], 0)
        storage = open_storage(str(self.folder / "out"))
        commits = Commits(storage)
        before = commits.written[0]
        writer = PartitionWriter(self.options(self.standin()), slot=1)
        self.addCleanup(writer.kill)
        again = writer.write(Task(before.partition, 0, None))
        self.assertEqual(again, before)
        self.assertFalse(commits.note(again))
        self.assertEqual(Commits(storage).written, [before])
        self.assertEqual(storage.names("answers"), [before.file.removeprefix("answers/")])

    def test_what_ends_a_run_says_why(self) -> None:
        self.write_data(30)
        text = (self.folder / "data.jsonl").read_text()
        for name, more, plan, data, says in (
            ("a model that is not there", (), {"load": "refuse"}, text, "There is no such model."),
            ("a worker that never starts", (), {"load": "die"}, text, "not become ready in 3 attempts"),
            ("another release", (), {"version": 1}, text, "speaks another version"),
            ("no data", ("--data", "/no/such.jsonl"), {}, text, "/no/such.jsonl holds no data"),
            ("Parquet", ("--format", "parquet"), {}, text, "Parquet is read through Ray"),
            ("half a line", (), {}, text[:-9], "row 30: it is not JSON"),
            ("no such column", ("--id-field", "key"), {}, text, "there is no column 'key'"),
            (
                "rows that fail",
                (),
                {},
                text.replace('"title"', '"bad"'),
                "of the first .* rows failed; the last reason",
            ),
            ("a secret", ("--out", "s3://me:key@bucket/x"), {}, text, "s3://…@bucket/x carries a user name"),
            ("no workers", ("--workers", "0"), {}, text, "--workers 0: must be at least 1"),
        ):
            with self.subTest(name):
                (self.folder / "data.jsonl").write_text(data)
                code, _, err = self.run_to_end("--out", str(self.folder / name), *more, **plan)
                self.assertIn(code, (1, 2))
                self.assertRegex(err, says)
                self.assertNotIn("Traceback", err)

    def test_a_folder_keeps_one_run(self) -> None:
        self.write_data(6)
        self.assertEqual(self.run_to_end()[0], 0)
        code, _, err = self.run_to_end("--max-tokens", "9")
        self.assertEqual(code, 1)
        self.assertIn('holds another run: its settings was {}, and now it is {"maxTokens": 9}', err)
        with open(self.folder / "data.jsonl", "a") as file:
            file.write('{"id": "more", "kind": "g"}\n')
        self.assertIn("its data was", self.run_to_end()[2])

    def test_a_damaged_answer_is_found(self) -> None:
        self.write_data(6)
        self.assertEqual(self.run_to_end()[0], 0)
        (file,) = list((self.folder / "out" / "answers").glob("p0000001*"))
        file.write_text(file.read_text().replace("Answer", "Sonnet"))
        command = ["collect", "--out", str(self.folder / "out"), "--to", str(self.folder / "all")]
        code, _, err = self.here(command, self.standin())
        self.assertEqual(code, 1)
        self.assertIn("its SHA-256 is not that of its commit", err)

    def test_only_own_choices_are_learned(self) -> None:
        self.write_data(20, groups=1)
        self.assertEqual(self.run_to_end("--strategy", "laser", "--rounds", "2")[0], 0)
        pool = (self.folder / "out" / "pools" / "round-1.laserpool").read_text()
        texts = [json.loads(line)["text"] for line in pool.removeprefix("LASERPL\n").splitlines()]
        self.assertEqual(len(texts), 10)
        self.assertTrue(all(text.endswith(".") for text in texts), texts)

    def _commits(self) -> list[str]:
        return open_storage(str(self.folder / "out")).names("commits")

    def _no_process_is_left(self) -> None:
        def alive(pid: int) -> bool:
            try:
                with open(f"/proc/{pid}/stat") as file:
                    return file.read().rsplit(")", 1)[1].split()[0] != "Z"
            except OSError:
                return False

        pids = [int(name) for name in os.listdir(self.folder / "started")]
        until(lambda: not any(map(alive, pids)), "workers end with their driver")


if __name__ == "__main__":
    unittest.main()
