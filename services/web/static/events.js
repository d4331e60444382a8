// The live data of a camera: server-sent events that come back by themselves, and say when they are away.

import { SIGNED_OUT, ask } from "./api.js";

const RETRY_MS = 500;
const RETRY_GONE_MS = 5000;
const SILENT_MS = 3000;
const LOOK_EVERY_MS = 500;
const ASK_WITHIN_MS = 5000;

// Why no events come: in words, with a word for the camera's state.
const UNREACHABLE = { words: "Mien cannot be reached", state: "not reachable" };
const GONE = { words: "There is no such camera any longer", state: "gone", isGone: true };
const CUT = { words: "No live data comes", state: "unknown" };

// By what Mien answers to who asks for its cameras.
function reason(answer, camera) {
  if (answer === null) return UNREACHABLE;
  if (!answer.ok) return { words: (answer.body?.detail ?? "Mien has an error").replace(/\.$/, ""), state: "unknown" };
  return answer.body.cameras.some(({ id }) => id === camera) ? CUT : GONE;
}

export class Events {
  #camera;
  #path;
  #take;
  #source = null;
  #lastId = "";
  #heardAt = 0;
  #lostAt = null;
  #retryMs = RETRY_MS;
  #retry = null;
  #asking = false;

  // `take` is an object of functions: result(data), status(data), gap(data), back(), and lost(sinceMs, why), `why` being
  // {words, state, isGone}.
  constructor(camera, path, take) {
    this.#camera = camera;
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
      this.#retryMs = RETRY_MS;
      this.#take.back();
    }
    this.#take[kind](JSON.parse(event.data));
  }

  // A status comes each second: with none for longer, the line is dead and nobody says so.
  #look() {
    if (this.#source === null || Date.now() - this.#heardAt <= SILENT_MS) return;
    const isFirst = this.#lostAt === null;
    this.#failed();
    // Why, may be known much later.
    if (isFirst) this.#take.lost(this.#lostAt, UNREACHABLE);
  }

  // The browser's own retry waits for longer, and gives up where an error is answered.
  #failed() {
    this.#close();
    this.#lostAt ??= Date.now();
    this.#retry = setTimeout(() => this.#open(), this.#retryMs);
    this.#askWhy();
  }

  // Events tell no failure from another.
  async #askWhy() {
    if (this.#asking) return;
    this.#asking = true;
    const answer = await ask("/api/v1/cameras", ASK_WITHIN_MS).catch(() => null);
    this.#asking = false;
    if (answer?.status === SIGNED_OUT) location.reload();
    else if (this.#lostAt !== null && !document.hidden) this.#say(reason(answer, this.#camera));
  }

  #say(why) {
    // Nobody is to be asked for without end who is not there.
    this.#retryMs = why.isGone ? RETRY_GONE_MS : RETRY_MS;
    this.#take.lost(this.#lostAt, why);
  }
}
