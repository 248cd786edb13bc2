"""Folders, stand-ins and runs that the tests share."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

PACKAGE = Path(__file__).parents[1]
if str(PACKAGE) not in sys.path:
    sys.path.insert(0, str(PACKAGE))

from laser_cluster.cli import main  # noqa: E402
from laser_cluster.commits import Commits  # noqa: E402
from laser_cluster.storage import open_storage  # noqa: E402
from laser_cluster.writing import WriterOptions  # noqa: E402

STANDIN = (sys.executable, str(Path(__file__).with_name("standin.py")))
#: Multiplied into each deadline, for a busy machine.
PATIENCE = float(os.environ.get("LASER_TEST_PATIENCE", "1"))


class InFolder(unittest.TestCase):
    """Each test has a folder of its own."""

    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory(prefix="laser-cluster-test-")
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def standin(self, **plan: Any) -> dict[str, str]:
        """The environment of a stand-in with these faults."""
        (self.folder / "plan.json").write_text(json.dumps(plan))
        return {"LASER_STANDIN": str(self.folder)}

    def options(self, env: dict[str, str], **changes: Any) -> WriterOptions:
        fields: dict[str, Any] = {
            "out": str(self.folder / "out"),
            "command": STANDIN,
            "model": {"gpu": "off", "contextTokens": 512},
            "settings": {},
            "prompt": "user:\nAbout {{id}}\n",
            "prompt_file": "about.prompty",
            "values": {},
            "learn": "own",
            "cache": str(self.folder / "cache"),
            "load_timeout_s": 60 * PATIENCE,
            "row_timeout_s": 60 * PATIENCE,
            "row_retries": 2,
            "env": env,
        }
        return WriterOptions(**{**fields, **changes})

    def write_data(self, rows: int, groups: int = 3) -> list[str]:
        """A file of rows and a prompt; their ids."""
        ids = [f"row-{number}" for number in range(rows)]
        lines = [{"id": one, "kind": f"g{at % groups}", "title": f"Title {at}"} for at, one in enumerate(ids)]
        (self.folder / "data.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        (self.folder / "about.prompty").write_text("user:\nAbout {{id}}\n")
        return ids

    def command(self, *more: str, address: str = "none") -> list[str]:
        """A run of that data by the stand-in."""
        return [
            *(sys.executable, "-m", "laser_cluster", "run", "--address", address),
            *("--prompt", str(self.folder / "about.prompty"), "--data", str(self.folder / "data.jsonl")),
            *(
                "--out",
                str(self.folder / "out"),
                "--group-field",
                "kind",
                "--cache",
                str(self.folder / "cache"),
            ),
            *("--laser", " ".join(STANDIN), "--partition-rows", "5", "--model", "any.gguf", *more),
        ]

    def here(self, args: list[str], env: dict[str, str]) -> tuple[int, str, str]:
        """Runs the command in this process: exit code, stdout and stderr."""
        out, err = io.StringIO(), io.StringIO()
        with mock.patch.dict(os.environ, env), redirect_stdout(out), redirect_stderr(err):
            code = main(args)
        return code, out.getvalue(), err.getvalue()

    def start(self, command: list[str], env: dict[str, str]) -> subprocess.Popen[str]:
        path = os.pathsep.join([str(PACKAGE), os.environ.get("PYTHONPATH", "")])
        process = subprocess.Popen(
            command,
            env={**os.environ, **env, "PYTHONPATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def finish(self, process: subprocess.Popen[str]) -> tuple[int, str, str]:
        out, err = process.communicate(timeout=240 * PATIENCE)
        return process.returncode, out, err

    def committed(self) -> list[str]:
        """The ids of all committed answers, in the order of the partitions."""
        return [answer["id"] for answer in Commits(open_storage(str(self.folder / "out"))).all_answers()]

    def commit_count(self) -> int:
        return len(open_storage(str(self.folder / "out")).names("commits"))


def until(holds: Callable[[], bool], what: str, seconds: float = 120) -> None:
    """Waits for something that only a look can show."""
    deadline = time.monotonic() + seconds * PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out waiting for: {what}")
        time.sleep(0.02)
