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
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Replaces `%d`, `%b`, … by parts of the time, `%-d` without padding; unknown directives are left unchanged. */
export function formatTime(time: LocalTime, format: string): string {
  return format.replace(/%(-?)([A-Za-z%])/g, (whole, bare: string, sign: string) => {
    const part = partOf(time, sign);
    if (part === null) return whole;
    return bare === "-" ? part.replace(/^[0 ]+(?=\d)/, "") : part;
  });
}

function partOf(time: LocalTime, sign: string): string | null {
  const month = MONTHS[time.month - 1] ?? "";
  const day = DAYS[weekday(time)] ?? "";
  switch (sign) {
    case "Y":
      return String(time.year);
    case "y":
      return padded(time.year % 100);
    case "m":
      return padded(time.month);
    case "B":
      return month;
    case "b":
    case "h":
      return month.slice(0, 3);
    case "d":
      return padded(time.day);
    case "e":
      return String(time.day).padStart(2, " ");
    case "A":
      return day;
    case "a":
      return day.slice(0, 3);
    case "H":
      return padded(time.hour);
    case "I":
      return padded(((time.hour + 11) % 12) + 1);
    case "p":
      return time.hour < 12 ? "AM" : "PM";
    case "M":
      return padded(time.minute);
    case "S":
      return padded(time.second);
    case "F":
      return `${time.year}-${padded(time.month)}-${padded(time.day)}`;
    case "T":
      return `${padded(time.hour)}:${padded(time.minute)}:${padded(time.second)}`;
    case "%":
      return "%";
    default:
      return null;
  }
}

/** 0 = Sunday. The date is given, so nothing is read from the clock or the time zone. */
function weekday({ year, month, day }: LocalTime): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

function padded(value: number): string {
  return String(value).padStart(2, "0");
}
