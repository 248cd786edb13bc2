// Amazon reviews as the McAuley group publishes them, JSON lines: of 2018 (reviewerID, asin, overall, unixReviewTime) and
// of 2023 (user_id, parent_asin, rating, timestamp in ms), each with a file of metadata about the items.
import type { Reading, Source, SourceRecord } from "../import/records.ts";
import { idOf, interactionOf, REASONS, textOf, textsOf, type Reason } from "./fields.ts";
import { tableRows } from "./table.ts";

type Cells = Readonly<Record<string, unknown>>;

interface Layout {
  readonly user: string;
  readonly item: string;
  readonly rating: string;
  readonly time: string;
  /** From the most general to the most particular. */
  readonly categories: string;
  readonly brand: string;
}

const LAYOUTS = {
  "amazon-2018": {
    user: "reviewerID",
    item: "asin",
    rating: "overall",
    time: "unixReviewTime",
    categories: "category",
    brand: "brand",
  },
  "amazon-2023": {
    user: "user_id",
    item: "parent_asin",
    rating: "rating",
    time: "timestamp",
    categories: "categories",
    brand: "store",
  },
} as const satisfies Record<string, Layout>;

export type AmazonFormat = keyof typeof LAYOUTS;
const FORMATS = Object.keys(LAYOUTS) as AmazonFormat[];

/** The layout of a review by its fields; null if it is not a review. */
export function amazonFormatOf(cells: Cells): AmazonFormat | null {
  const has = (name: string): boolean => cells[name] !== undefined;
  return (
    FORMATS.find((format) =>
      [LAYOUTS[format].user, LAYOUTS[format].item, LAYOUTS[format].rating].every(has),
    ) ?? null
  );
}

/** `metadata`: null if there is none. */
export function amazonSource(format: AmazonFormat, reviews: string, metadata: string | null): Source {
  const layout = LAYOUTS[format];
  return {
    format,
    categoryName: "category",
    files: [reviews, metadata].filter((file) => file !== null),
    async *records(reading) {
      if (metadata !== null) yield* jsonRecordsOf(metadata, reading, (cells) => itemOf(cells, layout));
      yield* jsonRecordsOf(reviews, reading, (cells) =>
        interactionOf(
          cells[layout.user],
          cells[layout.item],
          cells[layout.rating],
          cells[layout.time],
          reading,
        ),
      );
    },
  };
}

/**
 * The metadata file of a file of reviews that has its published name: Books_5.json.gz → meta_Books.json.gz.
 */
export function metadataNames(reviews: string): readonly string[] {
  const stem = reviews.replace(/\.jsonl?(?:\.gz)?$/i, "").replace(/_5$/, "");
  return [".jsonl", ".jsonl.gz", ".json", ".json.gz"].map((ending) => `meta_${stem}${ending}`);
}

async function* jsonRecordsOf(
  path: string,
  reading: Reading,
  recordOf: (cells: Cells) => SourceRecord | Reason,
): AsyncGenerator<readonly SourceRecord[]> {
  for await (const rows of tableRows(path, "jsonl", null, reading)) {
    const records: SourceRecord[] = [];
    for (const { line, cells } of rows) {
      const record = recordOf(cells);
      if (typeof record === "string") reading.onBadRow(path, line, record);
      else records.push(record);
    }
    yield records;
  }
}

function itemOf(cells: Cells, layout: Layout): SourceRecord | Reason {
  const read = idOf(cells[layout.item], REASONS.itemMissing);
  if ("reason" in read) return read.reason;
  const { id } = read;
  const categories = textsOf(listOf(cells[layout.categories]));
  const attributes: Record<string, string> = {};
  for (const [name, field] of [
    ["brand", cells[layout.brand]],
    ["price", cells.price],
    // The first category is that of the whole file; the second one divides it.
    ["subcategory", categories[1]],
  ] as const) {
    const text = textOf(field);
    if (text !== null) attributes[name] = text.trim();
  }
  return {
    kind: "item",
    id,
    title: textOf(cells.title)?.trim() ?? null,
    year: null,
    categories,
    description: textsOf(listOf(cells.description)).join("\n") || null,
    attributes,
  };
}

const listOf = (field: unknown): readonly unknown[] => (Array.isArray(field) ? field : [field]);
