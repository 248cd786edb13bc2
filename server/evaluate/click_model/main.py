"""Trains click models with and without knowledge about the items, and compares them.

usage: python -I main.py PACKAGES JOB

PACKAGES is a folder with lightgbm and numpy, or "-" for those of this Python. JOB is a folder with job.json
({"items", "users", "dimensions", "attributes", "arms": [name], "seeds", "resamples", "coldRows"}), the interactions (rows.py),
attributes.u8 (items × attributes) and NAME.f32 (items × dimensions) for each arm, numbered instead of named: 0.f32,
1.f32. 0.users.f32 (users × dimensions) holds what an arm knows of users, if anything; parts.u8 the part of each
interaction, if the data set has a split. Writes result.json into JOB; prints "<done> <total>" in trained models.
"""

import json
import sys
from pathlib import Path


def main(packages: str, job: str) -> None:
    # -I hides the script's own folder and all packages but those of this interpreter.
    sys.path.insert(0, str(Path(__file__).parent))
    if packages != "-":
        sys.path.insert(0, packages)
    import numpy as np

    from rows import read_rows
    from study import run_study

    folder = Path(job)
    asked = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    items = asked["items"]
    attributes = np.fromfile(folder / "attributes.u8", dtype=np.uint8).reshape(items, asked["attributes"])

    def vectors(file: Path, count: int) -> np.ndarray | None:
        return np.fromfile(file, dtype="<f4").reshape(count, asked["dimensions"]) if file.exists() else None

    arms = {
        name: (vectors(folder / f"{at}.f32", items), vectors(folder / f"{at}.users.f32", asked["users"]))
        for at, name in enumerate(asked["arms"])
    }
    result = run_study(read_rows(folder), attributes, arms, asked, lambda done, total: print(done, total, flush=True))
    (folder / "result.json").write_text(json.dumps(result, allow_nan=False), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
