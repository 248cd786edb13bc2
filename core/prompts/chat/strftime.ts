// Formats a time like strftime, for chat templates that contain today's date. Names are English whatever the
// user's language, because models were trained on English ones. The strftime package drops a "%" at the end and
// makes up a time zone (docs/decisions/024).

/** The user's local time. Months and days count from 1. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const MONTHS = ["January", "February", "March", "April", "May", "June"].concat([
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
]);
const DAY_MS = 86_400_000;
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** What each directive writes, as in C's locale; `%z` and `%Z` are empty, as for Python's times without a zone. */
const PARTS: Readonly<Record<string, (time: LocalTime) => string>> = {
  Y: ({ year }) => String(year),
  y: ({ year }) => padded(year % 100),
  C: ({ year }) => padded(Math.floor(year / 100)),
  m: ({ month }) => padded(month),
  B: ({ month }) => MONTHS[month - 1] ?? "",
  b: ({ month }) => (MONTHS[month - 1] ?? "").slice(0, 3),
  d: ({ day }) => padded(day),
  e: ({ day }) => String(day).padStart(2, " "),
  j: (time) => String(dayOfYear(time) + 1).padStart(3, "0"),
  A: (time) => DAYS[weekday(time)] ?? "",
  a: (time) => (DAYS[weekday(time)] ?? "").slice(0, 3),
  w: (time) => String(weekday(time)),
  u: (time) => String(weekday(time) === 0 ? 7 : weekday(time)),
  U: (time) => padded(Math.floor((dayOfYear(time) + 7 - weekday(time)) / 7)),
  W: (time) => padded(Math.floor((dayOfYear(time) + 7 - ((weekday(time) + 6) % 7)) / 7)),
  V: (time) => padded(isoWeek(time).week),
  G: (time) => String(isoWeek(time).year),
  g: (time) => padded(isoWeek(time).year % 100),
  H: ({ hour }) => padded(hour),
  k: ({ hour }) => String(hour).padStart(2, " "),
  I: ({ hour }) => padded(((hour + 11) % 12) + 1),
  l: ({ hour }) => String(((hour + 11) % 12) + 1).padStart(2, " "),
  p: ({ hour }) => (hour < 12 ? "AM" : "PM"),
  P: ({ hour }) => (hour < 12 ? "am" : "pm"),
  M: ({ minute }) => padded(minute),
  S: ({ second }) => padded(second),
  f: () => "000000",
  z: () => "",
  Z: () => "",
  n: () => "\n",
  t: () => "\t",
  "%": () => "%",
};
const LONGER: Readonly<Record<string, string>> = {
  h: "%b",
  F: "%Y-%m-%d",
  D: "%m/%d/%y",
  x: "%m/%d/%y",
  T: "%H:%M:%S",
  X: "%H:%M:%S",
  R: "%H:%M",
  r: "%I:%M:%S %p",
  c: "%a %b %e %H:%M:%S %Y",
};

/**
 * Replaces `%d`, `%b`, … by parts of the time. A flag before the letter writes `%-d` without padding, `%_d` with blanks and
 * `%^a` in capitals. Unknown directives are left unchanged.
 */
export function formatTime(time: LocalTime, format: string): string {
  return format.replace(/%([-_^]?)([A-Za-z%])/g, (whole, flag: string, letter: string) => {
    const longer = Object.hasOwn(LONGER, letter) ? LONGER[letter] : undefined;
    const part =
      longer !== undefined
        ? formatTime(time, longer)
        : Object.hasOwn(PARTS, letter)
          ? PARTS[letter]?.(time)
          : undefined;
    if (part === undefined) return whole;
    if (flag === "^") return part.toUpperCase();
    if (longer !== undefined || flag === "") return part;
    const bare = part.replace(/^[0 ]+(?=\d)/, "");
    return flag === "-" ? bare : bare.padStart(part.length, " ");
  });
}

/** 0 = Sunday. The date is given, so nothing is read from the clock or the time zone. */
function weekday({ year, month, day }: LocalTime): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

/** From 0. */
function dayOfYear({ year, month, day }: LocalTime): number {
  return (Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / DAY_MS;
}

/** The week of ISO 8601, and the year that it belongs to: that of its Thursday. */
function isoWeek(time: LocalTime): { readonly week: number; readonly year: number } {
  const thursday = new Date(
    Date.UTC(time.year, time.month - 1, time.day) + (4 - (weekday(time) || 7)) * DAY_MS,
  );
  const year = thursday.getUTCFullYear();
  return { week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS / 7) + 1, year };
}

function padded(value: number): string {
  return String(value).padStart(2, "0");
}
