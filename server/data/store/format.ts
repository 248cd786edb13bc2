// The tables of a data set: one SQLite file, users and items numbered from 0 in the order of their appearance, the
// interactions of a user side by side in the order of time.
import * as Type from "typebox";
import type { Parsed } from "../../../core/base/index.ts";

/** In SQLite's application_id: "LASR". */
export const APPLICATION_ID = 0x4c415352;
export const VERSION = 1;

export const TABLES: Readonly<Record<string, string>> = {
  about: "CREATE TABLE about (json TEXT NOT NULL)",
  users:
    "CREATE TABLE users (user INTEGER PRIMARY KEY, id TEXT NOT NULL, attributes TEXT NOT NULL, first INTEGER NOT NULL, interactions INTEGER NOT NULL)",
  items:
    "CREATE TABLE items (item INTEGER PRIMARY KEY, id TEXT NOT NULL, title TEXT, year INTEGER, categories TEXT NOT NULL, description TEXT, attributes TEXT NOT NULL, interactions INTEGER NOT NULL, trained INTEGER NOT NULL)",
  // The row's number is its place: users.first is that of a user's earliest.
  interactions:
    "CREATE TABLE interactions (place INTEGER PRIMARY KEY, user INTEGER NOT NULL, item INTEGER NOT NULL, rating REAL, time INTEGER, part INTEGER)",
};

const Count = Type.Integer({ minimum: 0 });

const SplitSchema = Type.Union([
  Type.Object({ kind: Type.Literal("last") }),
  Type.Object({
    kind: Type.Union([Type.Literal("time"), Type.Literal("user")]),
    train: Type.Number(),
    valid: Type.Number(),
  }),
]);

/** What a data set says about itself. */
export const AboutSchema = Type.Object({
  /** SHA-256 over the content: users, items and interactions. */
  fingerprint: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  format: Type.String(),
  categoryName: Type.Union([Type.Literal("genre"), Type.Literal("category")]),
  options: Type.Object({
    minRating: Type.Union([Type.Number(), Type.Null()]),
    kCore: Count,
    split: Type.Union([SplitSchema, Type.Null()]),
  }),
  users: Count,
  items: Count,
  interactions: Count,
  /** Null without a split. */
  parts: Type.Union([Type.Object({ train: Count, valid: Count, test: Count }), Type.Null()]),
  itemsWithoutTitle: Count,
  ratings: Type.Union([
    Type.Object({ least: Type.Number(), greatest: Type.Number(), mean: Type.Number() }),
    Type.Null(),
  ]),
  /** ISO 8601; null without times. */
  times: Type.Union([Type.Object({ first: Type.String(), last: Type.String() }), Type.Null()]),
  source: Type.Object({
    interactions: Count,
    badRows: Type.Object({
      total: Count,
      byReason: Type.Array(Type.Object({ reason: Type.String(), count: Count })),
      first: Type.Array(Type.Object({ file: Type.String(), line: Count, reason: Type.String() })),
    }),
    belowMinRating: Count,
    repeats: Type.Object({ same: Count, otherRating: Count }),
    describedAgain: Type.Object({ same: Count, other: Count }),
    outsideCore: Type.Object({ users: Count, items: Count, interactions: Count }),
  }),
});

export type About = Parsed<typeof AboutSchema>;
