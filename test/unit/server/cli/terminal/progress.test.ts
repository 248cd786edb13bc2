// What the progress printer writes on a terminal and elsewhere.
import assert from "node:assert/strict";
import { createProgress, type Progress } from "../../../../../server/cli/terminal/progress.ts";
import { table } from "../../../../support/check.ts";

interface Row {
  readonly name: string;
  readonly terminal: boolean;
  readonly run: (progress: Progress, wait: (ms: number) => void) => void;
  readonly writes: readonly string[];
}

const slowly: Row["run"] = (progress, wait) => {
  for (let percent = 0; percent <= 100; percent++) {
    progress.update("get", percent / 100);
    wait(200);
  }
};

table<Row>(
  "progress",
  [
    {
      name: "plain lines come at each tenth",
      terminal: false,
      run: slowly,
      writes: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((percent) => `get ${percent} %\n`),
    },
    {
      name: "a quick plain step is one line",
      terminal: false,
      run: (progress, wait) => {
        for (let percent = 0; percent <= 100; percent++) {
          progress.update("get", percent / 100);
          wait(5);
        }
      },
      writes: ["get 0 %\n"],
    },
    {
      name: "a plain step without a fraction is one line",
      terminal: false,
      run: (progress) => {
        progress.update("wait");
        progress.update("wait");
        progress.update("go");
        progress.done("gone");
        progress.close();
      },
      writes: ["wait\n", "go\n", "gone\n"],
    },
    {
      name: "a step that goes back says nothing twice",
      terminal: false,
      run: (progress, wait) => {
        progress.update("get", 0.55);
        wait(2_000);
        progress.update("get", 0.15);
        wait(2_000);
        progress.update("get", 0.65);
      },
      writes: ["get 55 %\n", "get 65 %\n"],
    },
    {
      name: "a terminal's line is rewritten at most each 100 ms",
      terminal: true,
      run: (progress, wait) => {
        progress.update("get", 0);
        wait(50);
        progress.update("get", 0.25);
        wait(60);
        progress.update("get", 0.5);
        progress.close();
      },
      writes: [
        "\r\x1b[Kget [------------------------] 0 %",
        "\r\x1b[Kget [############------------] 50 %",
        "\r\x1b[K",
      ],
    },
    {
      name: "a terminal shows a new step at once, cut to its width",
      terminal: true,
      run: (progress) => {
        progress.update("first", 1);
        progress.update("a step with a name that is longer than the line");
        progress.done("ready");
        progress.close();
      },
      writes: [
        "\r\x1b[Kfirst [########################] 100 %",
        "\r\x1b[Ka step with a name that is longer than ",
        "\r\x1b[K",
        "ready\n",
      ],
    },
  ],
  ({ terminal, run, writes }) => {
    const written: string[] = [];
    let now = 0;
    const stream = {
      isTTY: terminal,
      columns: 40,
      write: (text: string | Uint8Array) => written.push(String(text)) > 0,
    };
    const progress = createProgress(stream, () => now);
    run(progress, (ms) => (now += ms));
    assert.deepEqual(written, writes);
  },
);
