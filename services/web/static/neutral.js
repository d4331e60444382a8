// "Learn my neutral": asks for it, shows how far it is, and says what became of it.

const LEARNS_MS = 5000;
const STEP_MS = 100;
const WITHIN_MS = 5000;

const UNREACHABLE = "Mien cannot be reached. Try again.";
// A browser has six connections to a host, and a live page takes two: what is asked for beside them waits.
const NO_CONNECTION = "The browser has no connection left: close another window of Mien.";

const SAID = {
  learning: "Keep a resting face and look at the camera …",
  own: "Scores are corrected by this face's own neutral.",
  failed: "Too few pictures of it could be read. Try again.",
};

export class Neutral {
  #path;
  #button;
  #words;
  #progress;
  #timer = null;
  #startedAt = null;

  // `card` is a face's; `path` is where to ask.
  constructor(card, path) {
    this.#path = path;
    this.#button = card.querySelector(".learn-start");
    this.#words = card.querySelector(".learn-words");
    this.#progress = card.querySelector(".learn-progress");
    this.#button.addEventListener("click", () => this.#ask());
  }

  // Takes what the newest result says: null, "learning", "own" or "failed".
  show(state) {
    if (state === "learning" && this.#startedAt === null) this.#start();
    if (state !== "learning" && this.#startedAt !== null && Date.now() - this.#startedAt > LEARNS_MS) this.#end();
    if (this.#startedAt === null) this.#rest(state);
  }

  stop() {
    this.#end();
  }

  async #ask() {
    this.#start();
    const asked = fetch(this.#path, { method: "POST", signal: AbortSignal.timeout(WITHIN_MS) });
    const [answer, error] = await asked.then((came) => [came, null], (failed) => [null, failed]);
    if (answer?.ok) return;
    this.#end();
    const said = await answer?.json().catch(() => null);
    this.#say(said?.detail ?? (error?.name === "TimeoutError" ? NO_CONNECTION : UNREACHABLE));
    this.#button.dataset.said = "problem";
  }

  #start() {
    delete this.#button.dataset.said;
    this.#startedAt = Date.now();
    this.#button.hidden = true;
    this.#progress.hidden = false;
    this.#say(SAID.learning);
    this.#timer = setInterval(() => this.#step(), STEP_MS);
    this.#step();
  }

  #step() {
    this.#progress.value = Math.min(1, (Date.now() - this.#startedAt) / LEARNS_MS);
    // Nothing came after it: the face has gone, or the results have.
    if (Date.now() - this.#startedAt > 2 * LEARNS_MS) this.#end();
  }

  #end() {
    clearInterval(this.#timer);
    this.#startedAt = null;
    this.#progress.hidden = true;
    this.#button.hidden = false;
  }

  #rest(state) {
    this.#button.textContent = state === "own" ? "Learn it again" : "Learn my neutral";
    if (this.#button.dataset.said !== "problem") this.#say(SAID[state] ?? "");
  }

  #say(words) {
    if (this.#words.textContent !== words) this.#words.textContent = words;
  }
}
