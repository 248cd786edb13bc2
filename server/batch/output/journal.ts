// The journal beside an output: which run it is, when it was running, and its plain samples. JSON lines, appended like the
// rows, so that a kill loses only a torn last line.
import * as Type from "typebox";
import { parse, type Parsed } from "../../../core/base/index.ts";
import { IdentitySchema } from "../identity.ts";

export const JOURNAL_VERSION = 1;

const count = Type.Integer({ minimum: 0 });
const time = Type.String();

const RunEvent = Type.Object({
  kind: Type.Literal("run"),
  version: Type.Literal(JOURNAL_VERSION),
  generator: Type.String(),
  /** The date of every prompt whose chat template writes one, so that a resumed run writes the same. */
  startedAt: time,
  identity: IdentitySchema,
});

/** The program began or continued. */
const SessionEvent = Type.Object({
  kind: Type.Literal("session"),
  startedAt: time,
  /** When the first row could begin: the model was loaded, costs were measured. */
  readyAt: time,
  parallel: Type.Integer({ minimum: 1 }),
  device: Type.String(),
  /** How many rows there were to write in all, those written before included; null if not known. */
  rows: Type.Union([count, Type.Null()]),
  /** What else it writes, such as a pool, from the folder of the output: only that may a resumed run replace. */
  alsoWrites: Type.Optional(Type.Array(Type.String())),
});

/** The same prompt written both ways, one after the other in the same place. */
const PlainEvent = Type.Object({
  kind: Type.Literal("plain"),
  id: Type.String(),
  /** Relaxed output keeps its own text in the output; this one is shown in the summary alone. */
  text: Type.String(),
  isSameText: Type.Boolean(),
  /** Whether the plain answer was written first. */
  wasFirst: Type.Boolean(),
  /** Of all steps, without reading the prompt. */
  plain: Type.Object({ tokens: count, ms: Type.Number({ minimum: 0 }) }),
  drafted: Type.Object({ tokens: count, ms: Type.Number({ minimum: 0 }) }),
});

/** The first row of the output, which shows that a journal and an output were written together; the last such event counts. */
const FirstEvent = Type.Object({
  kind: Type.Literal("first"),
  /** Of the line, without its line break. */
  sha256: Type.String(),
});

/** What an answer drafted its kept tokens from: numbers of pool entries, which a resumed run's pool has as well. */
const UsedEvent = Type.Object({
  kind: Type.Literal("used"),
  id: Type.String(),
  entries: Type.Array(count, { minItems: 1 }),
});

const END_REASONS = ["complete", "stopped", "tokens", "minutes", "failures", "error"] as const;

/** A session that ended normally; one that was killed has none. */
const EndEvent = Type.Object({
  kind: Type.Literal("end"),
  at: time,
  reason: Type.Enum([...END_REASONS]),
});

const JournalEventSchema = Type.Union([RunEvent, SessionEvent, FirstEvent, PlainEvent, UsedEvent, EndEvent]);
export type JournalEvent = Parsed<typeof JournalEventSchema>;
export type PlainSample = Parsed<typeof PlainEvent>;
export type RunSession = Parsed<typeof SessionEvent>;
export type RunEnd = Parsed<typeof EndEvent>;
export type EndReason = (typeof END_REASONS)[number];

/** Null for a text that is not an event of this version. */
export function parseJournalEvent(line: string): JournalEvent | null {
  try {
    return parse(JournalEventSchema, JSON.parse(line) as unknown);
  } catch {
    return null;
  }
}
