// Each format's layout, in small files with invented films, books and goods: what arrives in the data set.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { golden, table } from "../../../support/check.ts";
import { folderWith, imported, shown, type Files } from "../../../support/data.ts";
import type { SourceOptions } from "../../../../server/data/index.ts";

interface Layout {
  readonly name: string;
  readonly files: Files;
  readonly from: string;
  readonly options?: Partial<SourceOptions>;
  readonly format: string;
}

const flags = (...set: readonly number[]): string =>
  Array.from({ length: 19 }, (_, index) => (set.includes(index) ? "1" : "0")).join("|");
const lines = (...all: readonly unknown[]): string => all.map((one) => `${JSON.stringify(one)}\n`).join("");

const LAYOUTS: readonly Layout[] = [
  {
    name: "movielens 100k, titles in Latin-1",
    format: "movielens-100k",
    from: ".",
    files: {
      "u.data": "1\t11\t4\t900000000\n2\t11\t2\t900000050\n1\t12\t5\t900000100\n",
      "u.item": Buffer.from(
        `11|Café Lumen (1994)|01-Jan-1994||http://example.org/|${flags(5, 14)}\n12|Le Pré|05-Mar-1996|||${flags(0)}\n`,
        "latin1",
      ),
      "u.user": "1|24|M|writer|85711\n2|53|F|other|94043\n",
    },
  },
  {
    name: "movielens 1m, with codes",
    format: "movielens-dat",
    from: "ratings.dat",
    files: {
      "ratings.dat": "1::11::4::900000000\n2::11::2::900000050\n",
      "movies.dat": Buffer.from("11::Été (1994)::Drama|Film-Noir\n12::Ratio 1::2 (1999)::Comedy\n", "latin1"),
      "users.dat": "1::F::1::10::48067\n2::M::56::16::70072\n",
    },
  },
  {
    name: "movielens 10m, in UTF-8 and without users",
    format: "movielens-dat",
    from: ".",
    files: {
      "ratings.dat": "1::11::3.5::900000000\n",
      "movies.dat": "11::Été (1994)::Drama\n12::Ночь (2001)::(no genres listed)\n",
    },
  },
  {
    name: "movielens csv, with quoted titles",
    format: "movielens-csv",
    from: ".",
    files: {
      "ratings.csv": "userId,movieId,rating,timestamp\r\n1,11,3.5,900000000\r\n1,12,0.5,900000001\r\n",
      "movies.csv":
        'movieId,title,genres\r\n11,"Lamp, The (1994)",Drama|Sci-Fi\r\n12,"The ""Big"" One (2001)",(no genres listed)\r\n',
    },
  },
  {
    name: "amazon 2018, gzip, metadata beside it",
    format: "amazon-2018",
    from: "Lamps_5.json.gz",
    files: {
      "Lamps_5.json.gz": gzipSync(
        lines(
          { overall: 5.0, reviewerID: "A1", asin: "B1", unixReviewTime: 1400000000, reviewText: "Bright." },
          { overall: 1.0, reviewerID: "A2", asin: "B2", unixReviewTime: 1400000100 },
        ),
      ),
      "meta_Lamps.json.gz": gzipSync(
        lines({
          asin: "B1",
          title: "Desk Lamp",
          brand: "Lumen",
          price: "$12.00",
          category: ["Lamps", "Desk Lamps"],
          description: ["Bends.", "", "Shines."],
        }),
      ),
    },
  },
  {
    name: "amazon 2023, times in milliseconds",
    format: "amazon-2023",
    from: "Lamps.jsonl",
    files: {
      "Lamps.jsonl": lines(
        { rating: 4.0, user_id: "U1", asin: "B1X", parent_asin: "B1", timestamp: 1500000000123 },
        { rating: 2.0, user_id: "U1", asin: "B2", parent_asin: "B2", timestamp: 1400000000000 },
      ),
      "meta_Lamps.jsonl": lines(
        {
          parent_asin: "B1",
          title: "Desk Lamp",
          store: "Lumen",
          price: 12,
          categories: ["Lamps", "Desk"],
          description: [],
        },
        { parent_asin: "B2", title: null, store: null, price: null, categories: [], description: ["Glows."] },
      ),
    },
  },
  {
    name: "recbole, sequences and other columns",
    format: "recbole",
    from: ".",
    files: {
      "lamps.inter": "user_id:token\titem_id:token\trating:float\ttimestamp:float\nu1\ti1\t4\t900000000\n",
      "lamps.item":
        "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\tstudio:token\ni1\tThe Lamp\t1994\tDrama Sci-Fi\tLumen\n",
      "lamps.user": "user_id:token\tage:token\nu1\t24\n",
    },
  },
  {
    name: "csv with a mapping, titles beside the ratings",
    format: "csv",
    from: "stars.csv",
    options: { map: "user=uid,item=asin,rating=stars,time=ts,title=name" },
    files: {
      "stars.csv":
        'uid,asin,stars,ts,name,genres\nu1,i1,4,2014-05-13T16:53:20Z,"Lamp; the ""bright"" one",Drama|Sci-Fi\nu2,i1,,2014-05-14,"Lamp; the ""bright"" one",Drama|Sci-Fi\n',
    },
  },
  {
    name: "csv with semicolons, items and users in tables of their own",
    format: "csv",
    from: "stars.csv",
    options: { items: "items.tsv", users: "users.jsonl" },
    files: {
      "stars.csv": "user;item;rating;time\nu1;i1;4;900000000\n",
      "items.tsv": 'id\ttitle\tyear\tcategory\tcolour\ni1\tThe "Lamp"\t1994-05\tDesk, Light\tred\n',
      "users.jsonl": lines({ user: "u1", age: 24, city: "Ulm" }),
    },
  },
  {
    name: "jsonl as one array",
    format: "jsonl",
    from: "stars.json",
    options: { map: "user=who,item=what,time=when" },
    files: {
      "stars.json": JSON.stringify(
        [
          { who: 7, what: 11, rating: 3, when: 900000000 },
          { who: 7, what: 12, when: 900000001000 },
        ],
        null,
        2,
      ),
    },
  },
  {
    name: "parquet",
    format: "parquet",
    from: "stars.parquet",
    options: { map: "user=uid" },
    files: {
      "stars.parquet": new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: "uid", data: ["u1", "u2", "u1"], type: "STRING" },
            { name: "item", data: [11n, 12n, 12n], type: "INT64" },
            { name: "rating", data: [4.5, 2, 1], type: "DOUBLE" },
            { name: "time", data: [new Date(9e11), new Date(9.1e11), new Date(9.2e11)], type: "TIMESTAMP" },
            { name: "title", data: ["Lamp", "Candle", "Candle"], type: "STRING" },
          ],
        }),
      ),
    },
  },
];

table("a format", LAYOUTS, async ({ name, files, from, options = {}, format }, context) => {
  const folder = folderWith(context, files);
  const beside = (file: string | undefined): string | undefined =>
    file === undefined ? undefined : `${folder}/${file}`;
  const set = await imported(folder, from, {
    ...options,
    items: beside(options.items),
    users: beside(options.users),
  });
  assert.equal(set.about.format, format);
  assert.equal(set.about.source.badRows.total, 0);
  golden(`data/${name.replace(/\W+/g, "-")}`, await shown(set));
});
