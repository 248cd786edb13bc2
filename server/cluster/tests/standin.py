"""A stand-in for the `laser` program that misbehaves on demand: `worker --stdio` and `pool build | add | info`.

The environment names a folder, LASER_STANDIN, with plan.json: {"faults": {"row id": ["die", "hang"]}, "delayMs": 5}.
Each fault of a row happens once, in that order; then the row is answered. `started` gets a file a process.
"""

import json
import os
import sys
import time
from pathlib import Path

FOLDER = Path(os.environ["LASER_STANDIN"])
PLAN = json.loads((FOLDER / "plan.json").read_text())
MAGIC = b"LASERPL\n"


def main(args):
    if args[0] == "worker":
        serve()
    elif args[1] == "info":
        lines = Path(args[2]).read_bytes().removeprefix(MAGIC).splitlines()
        print(json.dumps({"entries": len(lines), "tokens": sum(len(one.split()) for one in lines)}))
    else:
        pool(args[1], args[2:])


def pool(action, args):
    files, flags = [], {}
    while args:
        word = args.pop(0)
        if word.startswith("--"):
            flags[word] = args.pop(0)
        else:
            files.append(word)
    texts = [Path(one).read_bytes().removeprefix(MAGIC) for one in files]
    target = flags["--out"] if action == "build" else files[0]
    Path(target).write_bytes(MAGIC + b"".join(texts))


def send(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def done(request, result):
    send({"kind": "done", "id": request["id"], "request": request["kind"], "result": result})


def failed(request, code, message):
    error = {"code": code, "message": message, "nextStep": "Correct it."}
    send({"kind": "failed", "id": request["id"], "error": error})


def serve():
    (FOLDER / "started").mkdir(exist_ok=True)
    (FOLDER / "started" / str(os.getpid())).touch()
    held = 0
    for line in sys.stdin:
        request = json.loads(line)
        kind = request["kind"]
        if kind == "hello":
            if PLAN.get("version", 3) != request["version"]:
                failed(request, "protocolVersion", "The client speaks another version.")
                sys.exit(1)
            done(request, {"version": 3, "generator": "stand-in 1"})
        elif kind == "load" and PLAN.get("load") == "die":
            sys.exit(3)
        elif kind == "load" and PLAN.get("load") == "refuse":
            failed(request, "modelMissing", "There is no such model.")
        elif kind == "pool":
            held = len(Path(request["poolPath"]).read_bytes().removeprefix(MAGIC).splitlines())
            done(request, {"name": "pool", "entries": held, "tokens": held})
        elif kind == "add":
            held += len(request["answers"])
            done(request, {"name": "pool", "entries": held, "tokens": held})
        elif kind == "groups":
            groups = json.loads(Path(request["groupsPath"]).read_text())["subjects"]
            done(request, {"groups": len(set(groups.values())), "subjects": len(groups)})
        elif kind == "route":
            found = [groups.get(one["subject"]) for one in request["about"]]
            done(request, [{"group": one, "by": "random", "reason": "drawn at random"} for one in found])
        elif kind == "answer":
            answer(request, held)
        else:
            done(request, {})
            if kind == "shutdown":
                sys.exit(0)


def next_fault(row):
    """Claims the first fault of a row that has not happened yet, once among all processes."""
    for number, fault in enumerate(PLAN.get("faults", {}).get(row, [])):
        try:
            (FOLDER / f"fault-{row}-{number}").touch(exist_ok=False)
            return fault
        except FileExistsError:
            continue
    return None


def answer(request, held):
    params = request["params"]
    row = str(params["values"].get("id", ""))
    fault = next_fault(row)
    if fault == "die":
        sys.stdout.write('{"kind": "done", "id": ')  # In mid answer.
        sys.stdout.flush()
        os.kill(os.getpid(), 9)
    if fault == "crash":
        sys.stderr.write("llama: out of memory\n")
        sys.stderr.flush()
        sys.exit(7)
    if fault == "hang":
        time.sleep(3600)
    if fault == "babble":
        for _ in range(200):
            print("ggml: a warning")
        sys.stdout.flush()
        time.sleep(3600)
    if fault == "endless":
        while True:
            sys.stdout.write("x" * 65536)
    if fault == "garbled":
        done(request, {"text": 7})
        return
    if fault == "stale":  # Late replies to requests that nobody waits for any more.
        send({"kind": "done", "id": 999, "request": "answer", "result": result("stale", params, held)})
        send({"kind": "done", "id": max(1, request["id"] - 1), "request": "answer", "result": {}})
        print("a line that is not a message")
    if fault == "refuse":
        failed(request, "engineBusy", "Not now.")
        return
    if params["values"].get("bad"):
        failed(request, "variableMissing", 'The variable "title" has no value.')
        return
    time.sleep(PLAN.get("delayMs", 0) / 1000)
    done(request, result(row, params, held))
    if fault == "twice":
        done(request, result(row, params, held))


def result(row, params, held):
    words = 4 + len(row) % 5
    relaxed = 1 if params["settings"].get("strategy") == "laser" else 0
    text = f"Answer to {row}." + " word" * words
    return {
        "finish": "endOfText",
        "text": text,
        "ownChoice": [f"Answer to {row}."] if relaxed else [text],
        "promptTokens": 9,
        "prefillTokens": 9,
        "prefillMs": 1,
        "decodeMs": words,
        "steps": max(1, words - held % 3),
        "committed": words,
        "drafted": held % 3,
        "accepted": held % 3,
        "relaxed": relaxed,
        "strict": relaxed == 0,
    }


main(sys.argv[1:])
