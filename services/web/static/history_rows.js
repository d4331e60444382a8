// Periods of the history: {t, frames, faces, counts}, t in Unix seconds on the broker's clock.

function added(rows, t) {
  const sum = { t, frames: 0, faces: 0, counts: {} };
  for (const { frames, faces, counts } of rows) {
    sum.frames += frames;
    sum.faces += faces;
    for (const [name, number] of Object.entries(counts)) sum.counts[name] = (sum.counts[name] ?? 0) + number;
  }
  return sum;
}

export const total = (rows) => added(rows, rows[0]?.t ?? 0);

export const share = ({ faces, counts }, name) => (faces === 0 ? 0 : (counts[name] ?? 0) / faces);

// How many faces a frame had, on average.
export const crowd = ({ frames, faces }) => (frames === 0 ? 0 : faces / frames);

// What most faces were labelled with; null where there was none.
export function most(row, names) {
  if (row.faces === 0) return null;
  return names.reduce((one, other) => ((row.counts[other] ?? 0) > (row.counts[one] ?? 0) ? other : one));
}

// The same in fewer rows, `atMost` and what begins before or ends after: {everyS, rows}.
export function coarser(rows, everyS, sinceS, untilS, atMost) {
  const stepS = everyS * Math.max(1, Math.ceil(Math.floor((untilS - sinceS) / everyS) / atMost));
  const groups = new Map();
  for (const row of rows) {
    const t = row.t - (row.t % stepS);
    groups.set(t, [...(groups.get(t) ?? []), row]);
  }
  return { everyS: stepS, rows: [...groups].map(([t, group]) => added(group, t)) };
}

// Periods of one length that come in bit by bit; one that comes again replaces what was known of it.
export class Rows {
  #byTime = new Map();

  take(rows) {
    rows.forEach((row) => this.#byTime.set(row.t, row));
  }

  // Those between two moments, oldest first; older ones are forgotten.
  between(since, until) {
    for (const t of this.#byTime.keys()) if (t < since) this.#byTime.delete(t);
    return [...this.#byTime.values()].filter(({ t }) => t < until).sort((a, b) => a.t - b.t);
  }

  // When the newest period begins; null without any.
  newest() {
    return this.#byTime.size === 0 ? null : Math.max(...this.#byTime.keys());
  }
}
