// The live data of a camera: server-sent events that come back by themselves, and say when they are away.

import { ask } from "./api.js";

const RETRY_MS = 500;
const SILENT_MS = 3000;
const LOOK_EVERY_MS = 500;
const SIGNED_OUT = 401;

export class Events {
  #path;
  #take;
  #source = null;
  #lastId = "";
  #heardAt = 0;
  #lostAt = null;
  #retry = null;
  #asking = false;

  // `take` is an object of functions: result(data), status(data), gap(data), lost(sinceMs), back().
  constructor(path, take) {
    this.#path = path;
    this.#take = take;
    if (!document.hidden) this.#open();
    setInterval(() => this.#look(), LOOK_EVERY_MS);
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#close() : this.#open()));
  }

  #open() {
    this.#close();
    const resumed = this.#lastId ? `&last_event_id=${encodeURIComponent(this.#lastId)}` : "";
    const source = new EventSource(this.#path + resumed);
    for (const kind of ["result", "status", "gap"]) {
      source.addEventListener(kind, (event) => this.#hear(kind, event));
    }
    source.onerror = () => this.#failed();
    this.#source = source;
    this.#heardAt = Date.now();
  }

  #close() {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
  }

  #hear(kind, event) {
    this.#heardAt = Date.now();
    if (event.lastEventId) this.#lastId = event.lastEventId;
    if (this.#lostAt !== null) {
      this.#lostAt = null;
      this.#take.back();
    }
    this.#take[kind](JSON.parse(event.data));
  }

  // A status comes each second: with none for longer, the line is dead and nobody says so.
  #look() {
    if (this.#source !== null && Date.now() - this.#heardAt > SILENT_MS) this.#failed();
  }

  // The browser's own retry waits for longer, and gives up where an error is answered.
  #failed() {
    this.#close();
    this.#lostAt ??= Date.now();
    this.#take.lost(this.#lostAt);
    this.#retry = setTimeout(() => this.#open(), RETRY_MS);
    this.#askWhy();
  }

  // Events do not tell an end of the session from any other failure.
  async #askWhy() {
    if (this.#asking) return;
    this.#asking = true;
    const answer = await ask("/api/v1/workers").catch(() => null);
    this.#asking = false;
    if (answer?.status === SIGNED_OUT) location.reload();
  }
}
