// The time that the history page shows, as the address says it: ?range=1h, or ?since=...&until=... in ISO 8601.

const SPANS_S = { "10m": 600, "1h": 3600, "24h": 86400 };
const USUAL = "1h";
const MINUTE_S = 60;

const two = (number) => String(number).padStart(2, "0");

const seconds = (text) => (text === null ? NaN : Date.parse(text) / 1000);

const iso = (t) => new Date(1000 * t).toISOString().replace(".000Z", "Z");

// What an address asks for: {name} of a range up to now, or {since, until} in Unix seconds.
export function fromAddress(search) {
  const asked = new URLSearchParams(search);
  const own = { since: seconds(asked.get("since")), until: seconds(asked.get("until")) };
  if (own.since < own.until) return own;
  return { name: Object.hasOwn(SPANS_S, asked.get("range")) ? asked.get("range") : USUAL };
}

export function toAddress({ name, since, until }) {
  return `?${new URLSearchParams(name ? { range: name } : { since: iso(since), until: iso(until) })}`;
}

// The moments between which a range lies, `now` being the broker's time.
export function moments({ name, since, until }, now) {
  return name ? { since: now - SPANS_S[name], until: now } : { since, until };
}

// Whether there is more of it as time goes on.
export const goesOn = ({ name, until }, now) => name !== undefined || until > now;

// In the reader's own time zone, as an <input type="datetime-local"> has it.
export function toInput(t) {
  const at = new Date(1000 * t);
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

export const fromInput = (value) => (value === "" ? NaN : new Date(value).getTime() / 1000);

// Of a length in seconds: "10 s", "5 min", "2 h".
export function lasting(s) {
  if (s < 2 * MINUTE_S && s % MINUTE_S !== 0) return `${s} s`;
  return s < 2 * MINUTE_S * MINUTE_S && s % (MINUTE_S * MINUTE_S) !== 0 ? `${s / MINUTE_S} min` : `${s / MINUTE_S ** 2} h`;
}
