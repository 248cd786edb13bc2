// dist/trial.mjs.
import { runTrial } from "./trialProgram.ts";

await runTrial(process.argv[2]);
