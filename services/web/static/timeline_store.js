// What the timeline knows: the expressions of each face over the last minutes, live ones and those of the history.

import { ask } from "./api.js";

export const KEPT_S = 900;
const CHUNK_S = 120;
const MOST_ROWS = 20000;
const RETRY_MS = 10000;

// Of a track: its samples {t, face}, oldest first, t in Unix seconds on the broker's clock.
export class Store {
  #path;
  #tracks = new Map();
  #from = null;
  #notBefore = 0;

  constructor(path) {
    this.#path = path;
  }

  // The tracks with a sample between `from` and `until`, by number.
  seen(from, until) {
    const within = ([, samples]) => samples.length > 0 && samples.at(-1).t >= from && samples[0].t <= until;
    return [...this.#tracks].filter(within).sort(([a], [b]) => a - b);
  }

  add(t, faces) {
    this.#from ??= t;
    for (const face of faces) {
      if (face.track !== null) this.#put(t, face);
    }
    for (const [track, samples] of this.#tracks) {
      while (samples.length > 0 && samples[0].t < t - KEPT_S) samples.shift();
      if (samples.length === 0) this.#tracks.delete(track);
    }
    this.#from = Math.max(this.#from, t - KEPT_S);
  }

  // Asks the history for what was before; resolves with whether anything came.
  async reach(from) {
    if (this.#from === null || from >= this.#from || Date.now() < this.#notBefore) return false;
    this.#notBefore = Infinity;
    const since = this.#from - CHUNK_S;
    const found = await this.fill(since, this.#from);
    this.#notBefore = found === null ? Date.now() + RETRY_MS : 0;
    if (found !== null) this.#from = since;
    return found > 0;
  }

  // Takes what the history has between two moments; resolves with how much that is, or null where it cannot be asked.
  async fill(since, until) {
    const rows = await this.#rows(since, until).catch(() => null);
    rows?.sort((a, b) => a.t - b.t).forEach((row) => this.#put(row.t, row));
    return rows?.length ?? null;
  }

  async #rows(since, until) {
    const asked = new URLSearchParams({ every: "raw", since, until, limit: MOST_ROWS });
    const answer = await ask(`${this.#path}?${asked}`);
    return answer.ok ? answer.body.rows.filter((row) => row.track !== null) : null;
  }

  #put(t, { track, expression, confidence }) {
    const samples = this.#tracks.get(track) ?? [];
    this.#tracks.set(track, samples);
    const sample = { t, expression, confidence };
    if (samples.length === 0 || samples.at(-1).t < t) {
      samples.push(sample);
    } else {
      const at = samples.findIndex((other) => other.t >= t);
      if (samples[at].t !== t) samples.splice(at, 0, sample);
    }
  }
}

// The sample that holds at `t`: the newest one before it, for as long as results may take to follow each other.
export function sampleAt(samples, t, holdsS) {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (samples[middle].t <= t) low = middle + 1;
    else high = middle;
  }
  const found = samples[low - 1];
  return found && t - found.t <= holdsS ? found : null;
}
