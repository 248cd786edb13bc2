"""One set of expectations for a local folder and for object storage, here fsspec's file system in memory."""

from __future__ import annotations

import sys
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fsspec
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import InFolder

from laser_cluster.commits import Commits
from laser_cluster.driving import DriveOptions, Session, drive
from laser_cluster.errors import ClusterError
from laser_cluster.executors import LocalExecutor
from laser_cluster.plan import stage
from laser_cluster.rows import Row
from laser_cluster.storage import ObjectStorage, digest, fetch_whole, open_storage

pytestmark = pytest.mark.slow


class StorageTest(InFolder):
    def test_files_appear_whole_and_the_first_creation_wins(self) -> None:
        for url in (str(self.folder / "local"), f"memory://{self.folder.name}/run", f"local://{self.folder}/share"):
            with self.subTest(url):
                storage = open_storage(url)
                self.assertEqual(storage.names("answers"), [])
                storage.write("answers/b", b"1")
                storage.write("answers/b", b"2")
                storage.write("answers/a", b"3")
                self.assertEqual((storage.read("answers/b"), storage.names("answers")), (b"2", ["a", "b"]))
                with ThreadPoolExecutor(8) as threads:
                    won = list(threads.map(storage.create, ["commits/x"] * 8, (str(n).encode() for n in range(8))))
                self.assertEqual(won.count(True), 1)
                self.assertEqual(storage.read("commits/x"), str(won.index(True)).encode())
                storage.remove("answers/a")
                storage.remove("answers/a")
                with self.assertRaises(FileNotFoundError):
                    storage.read("answers/a")

    def test_folders_are_made_where_the_storage_has_them(self) -> None:
        storage = ObjectStorage(f"memory://{self.folder.name}/unused")
        storage._fs, storage._root = fsspec.filesystem("local"), str(self.folder / "mounted")
        storage.write("rows/p1.jsonl", b"1")
        self.assertTrue(storage.create("commits/p1.json", b"2"))
        self.assertEqual((storage.read("rows/p1.jsonl"), storage.names("commits")), (b"1", ["p1.json"]))

    def test_a_pool_is_fetched_once_and_checked(self) -> None:
        storage = open_storage(f"memory://{self.folder.name}/pools")
        storage.write("pools/round-1.laserpool", b"pool")
        cache = self.folder / "cache"
        path = fetch_whole(storage, "pools/round-1.laserpool", digest(b"pool"), cache)
        storage.remove("pools/round-1.laserpool")
        self.assertEqual(fetch_whole(storage, "pools/round-1.laserpool", digest(b"pool"), cache), path)
        Path(path).write_bytes(b"poof")
        with self.assertRaisesRegex(ClusterError, "is not the file that was written"):
            fetch_whole(storage, "pools/round-1.laserpool", digest(b"pool"), cache)

    def test_a_run_in_object_storage(self) -> None:
        options = self.options(self.standin(faults={"r7": ["die"]}), out=f"memory://{self.folder.name}/out")
        storage = open_storage(options.out)
        rows = [Row(f"r{n}", f"g{n % 2}", 1.0, {"id": f"r{n}"}) for n in range(30)]
        plan = stage(rows, storage, partition_rows=4, rounds=2, identity={})
        commits = Commits(storage)
        executor = LocalExecutor(options, 2)
        drive_options = DriveOptions(options, None, None, None, 100, lambda line: None)
        drive(plan, storage, commits, executor, drive_options, Session(2, 0))
        executor.close(at_once=False)
        ids = [answer["id"] for answer in Commits(storage).all_answers()]
        self.assertEqual(sorted(ids), sorted(row.id for row in rows))


if __name__ == "__main__":
    unittest.main()
