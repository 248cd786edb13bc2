"""The command `laser-cluster`: run, simulate and collect."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from laser_cluster.errors import ClusterError

#: After a failure of a file or of storage that no fault describes.
STORAGE_STEP = (
    "Check the path, its permissions and its free space; the same command resumes, and what is committed stays."
)


def main(argv: Sequence[str] | None = None) -> int:
    """0 done, 1 failed, 2 usage, 130 and 143 interrupted: what is committed is kept."""
    from laser_cluster import run_command
    from laser_cluster.simulation import command as simulate_command

    parser = argparse.ArgumentParser(
        prog="laser-cluster", description="Writes one answer to each row of a data set, on many machines."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run_command.add_run(commands)
    run_command.add_collect(commands)
    simulate_command.add_simulate(commands)
    args = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return int(args.action(args))
    except ClusterError as error:
        print(f"error: {error.message}\n{error.next_step}", file=sys.stderr)
        return 2 if error.tag == "optionInvalid" else 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Otherwise Python complains again at exit.
        return 0
    except OSError as error:
        print(f"error: {error}.\n{STORAGE_STEP}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: the same command resumes", file=sys.stderr)
        return 130


def _terminated(_signal: int, _frame: FrameType | None) -> NoReturn:
    """As Ctrl-C: workers are ended on the way out."""
    print("terminated: the same command resumes", file=sys.stderr)
    raise SystemExit(143)
