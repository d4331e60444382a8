// What the timeline knows: the expressions of each face over the last minutes, live ones and those of the history.

import { ask } from "./api.js";

export const KEPT_S = 900;
const CHUNK_S = 120;
const MOST_ROWS = 20000;
const WITHIN_MS = 15000;
const RETRY_MS = 10000;
const MOST_TRIES = 6;

// Of a track: its samples {t, face}, oldest first, t in Unix seconds on the broker's clock.
export class Store {
  #path;
  #tracks = new Map();
  #from = null;
  #oldest = -Infinity;
  #held = null;
  #notBefore = 0;

  constructor(path) {
    this.#path = path;
  }

  // The tracks with a sample between `from` and `until`, by number.
  seen(from, until) {
    const within = ([, samples]) => samples.length > 0 && samples.at(-1).t >= from && samples[0].t <= until;
    return [...this.#tracks].filter(within).sort(([a], [b]) => a - b);
  }

  // While the timeline stands still at a moment, what it can show stays; with null, it goes on.
  hold(t) {
    this.#held = t;
  }

  add(exact, faces) {
    // To the millisecond, as the history has it.
    const t = Math.round(1000 * exact) / 1000;
    this.#from ??= t;
    for (const face of faces) {
      if (face.track !== null) this.#put(t, face);
    }
    this.#trim(t);
  }

  // Lets go of what is too old for the timeline up to `t`, and for the one that stands still.
  #trim(t) {
    const held = Math.min(t, this.#held ?? t);
    this.#oldest = held - KEPT_S;
    for (const [track, samples] of this.#tracks) {
      drop(samples, -Infinity, this.#oldest);
      drop(samples, held, t - KEPT_S);
      if (samples.length === 0) this.#tracks.delete(track);
    }
    this.#from = Math.max(this.#from, this.#oldest);
  }

  // Asks the history for what was before; resolves with whether anything came.
  async reach(from) {
    // What would not be kept is not asked for.
    const wanted = Math.max(from, this.#oldest);
    if (this.#from === null || wanted >= this.#from || Date.now() < this.#notBefore) return false;
    this.#notBefore = Infinity;
    const since = Math.max(this.#from - CHUNK_S, this.#oldest);
    const found = await this.#take(since, this.#from).catch(() => null);
    this.#notBefore = found === null ? Date.now() + RETRY_MS : 0;
    if (found !== null) this.#from = since;
    return found > 0;
  }

  // Takes what the history has of a gap, the newest first.
  async fill(from, until) {
    const oldest = Math.max(from, until - KEPT_S);
    let end = until;
    for (let tries = 0; end > oldest && tries < MOST_TRIES; ) {
      const since = Math.max(oldest, end - CHUNK_S);
      const found = await this.#take(since, end).catch(() => null);
      if (found !== null) {
        end = since;
      } else {
        tries += 1;
        await new Promise((go) => setTimeout(go, RETRY_MS));
      }
    }
  }

  // Takes what the history has between two moments; resolves with how much that is. Rejects where it cannot be asked.
  async #take(since, until) {
    let found = 0;
    let next = `${this.#path}?${new URLSearchParams({ every: "raw", since, until, limit: MOST_ROWS })}`;
    while (next) {
      const { ok, status, body } = await ask(next, WITHIN_MS);
      if (!ok) throw new Error(`the history answers ${status}`);
      const rows = body.rows.filter((row) => row.track !== null);
      rows.forEach((row) => this.#put(row.t, row));
      found += rows.length;
      next = body.next;
    }
    return found;
  }

  #put(t, { track, expression, confidence }) {
    const samples = this.#tracks.get(track) ?? [];
    this.#tracks.set(track, samples);
    const at = upTo(samples, t);
    if (samples[at - 1]?.t !== t) samples.splice(at, 0, { t, expression, confidence });
  }
}

// How many samples there are up to `t`.
function upTo(samples, t) {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (samples[middle].t <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Takes away the samples behind `from` up to `until`.
function drop(samples, from, until) {
  const start = upTo(samples, from);
  samples.splice(start, Math.max(0, upTo(samples, until) - start));
}

// When a face that was seen up to `t` was seen last.
export const lastSeen = (samples, t) => samples[upTo(samples, t) - 1]?.t ?? -Infinity;

// The sample that holds at `t`: the newest one before it, for as long as results may take to follow each other.
export function sampleAt(samples, t, holdsS) {
  const found = samples[upTo(samples, t) - 1];
  return found && t - found.t <= holdsS ? found : null;
}
