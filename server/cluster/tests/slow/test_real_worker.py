"""Several rows at once on real `laser worker` processes with the scripted engine; one is killed in the middle."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import unittest
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from support import PACKAGE, InFolder, until

from laser_cluster.commits import Commits
from laser_cluster.storage import open_storage

pytestmark = pytest.mark.slow

LASER = PACKAGE.parents[1] / "dist" / "laser.mjs"
NODE = shutil.which("node")
#: Some seconds per partition at 5 ms per word, so that a kill meets answers on all lanes.
SCRIPT = {"answers": [{"text": "The film is about a cat and a dog. " * 12}], "delayMs": 5}
GROUPS = {
    "format": "laser-groups",
    "version": 1,
    "made": {"by": "interactions", "source": "films", "k": 2, "seed": 1, "silhouette": None},
    "attribute": {"name": "kind", "mapping": {"g0": "funny"}, "other": None},
    "minInteractions": 5,
    "subjects": {"row-1": "loud", "row-2": "quiet"},
    "few": {"row-3": 2},
}


@unittest.skipIf(NODE is None or not LASER.exists(), "needs node and `npm run build`")
class RealWorkerTest(InFolder):
    def run_of_laser(self, *more: str, groups: object = GROUPS) -> subprocess.Popen[str]:
        (self.folder / "script.json").write_text(json.dumps(SCRIPT))
        (self.folder / "groups.json").write_text(json.dumps(groups))
        given = {"--laser": f"{NODE} {LASER}", "--groups": str(self.folder / "groups.json")}
        command = [one for one in self.command(*more) if one not in ("--group-field", "kind")]
        for option, value in given.items():
            command += [option, value]
        return self.start(command, {"LASER_WORKER_SCRIPT": str(self.folder / "script.json")})

    def test_a_worker_is_killed_with_rows_on_its_lanes(self) -> None:
        ids = self.write_data(40)
        run = self.run_of_laser("--workers", "2", "--parallel", "4", "--strategy", "laser-strict")
        until(lambda: self.commit_count() >= 2 or run.poll() is not None, "two commits")
        workers = children(run.pid)
        self.assertTrue(workers, "there is no worker to kill")
        os.kill(workers[0], signal.SIGKILL)
        code, out, err = self.finish(run)
        self.assertEqual(code, 0, err)
        self.assertEqual(Counter(self.committed()), Counter(ids))
        answers = list(Commits(open_storage(str(self.folder / "out"))).all_answers())
        self.assertEqual({one.get("text") for one in answers}, {SCRIPT["answers"][0]["text"]})  # type: ignore[index]
        found = {one["id"]: (one["group"], one["groupReason"]) for one in answers}
        self.assertEqual(found["row-1"], ("loud", "cluster of its interactions"))
        few = "2 interactions are too few for a collaborative group (needs 5)"
        self.assertEqual(found["row-3"], ("funny", f"first kind g0; {few}"))
        self.assertEqual(found["row-4"][0], None)
        report = json.loads((self.folder / "out" / "report.json").read_text())
        print(f"killed a worker of {len(workers)}: {report['rows']} rows, {report['retries']} row retries")
        self.assertGreaterEqual(report["retries"], 1, out)

    def test_what_the_worker_refuses_is_said(self) -> None:
        self.write_data(6)
        code, _, err = self.finish(self.run_of_laser(groups={}))
        self.assertEqual(code, 1)
        self.assertRegex(err, r"The groups file .*groups\.json can't be used")
        self.assertNotIn("Traceback", err)


def children(pid: int) -> list[int]:
    """The processes that a process started, as Linux lists them."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(one) for one in (task / "children").read_text().split()]
    return found


if __name__ == "__main__":
    unittest.main()
