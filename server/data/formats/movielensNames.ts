// What the codes in MovieLens files stand for, from the README files of 100K and 1M.

/** The flags of u.item in their order. */
export const GENRES_100K = [
  "unknown",
  "Action",
  "Adventure",
  "Animation",
  "Children's",
  "Comedy",
  "Crime",
  "Documentary",
  "Drama",
  "Fantasy",
  "Film-Noir",
  "Horror",
  "Musical",
  "Mystery",
  "Romance",
  "Sci-Fi",
  "Thriller",
  "War",
  "Western",
] as const;

/** Words that mean "no genre". */
export const NO_GENRES: readonly string[] = ["unknown", "(no genres listed)", ""];

export const AGES_1M: ReadonlyMap<string, string> = new Map([
  ["1", "under 18"],
  ["18", "18-24"],
  ["25", "25-34"],
  ["35", "35-44"],
  ["45", "45-49"],
  ["50", "50-55"],
  ["56", "56 or older"],
]);

/** By their number. */
export const OCCUPATIONS_1M: readonly string[] = [
  "other or not specified",
  "academic/educator",
  "artist",
  "clerical/admin",
  "college/grad student",
  "customer service",
  "doctor/health care",
  "executive/managerial",
  "farmer",
  "homemaker",
  "K-12 student",
  "lawyer",
  "programmer",
  "retired",
  "sales/marketing",
  "scientist",
  "self-employed",
  "technician/engineer",
  "tradesman/craftsman",
  "unemployed",
  "writer",
];
