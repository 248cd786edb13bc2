// The error of this folder. Its faults and their texts are in server/protocol/errors/bench.ts.
import { FaultError } from "../../core/base/index.ts";
import type { BenchFault } from "../protocol/errors/bench.ts";

export class BenchError extends FaultError<BenchFault> {}
