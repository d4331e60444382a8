// One line that says what is missing and since when.

const SECOND_MS = 1000;

const clock = (ms) => new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });

function lasting(ms) {
  const seconds = Math.max(0, Math.round(ms / SECOND_MS));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

export class Trouble {
  #note;
  #words = document.createElement("span");
  #for = document.createElement("span");
  #since = null;

  constructor(note) {
    this.#note = note;
    // Counted for the eyes alone: nobody wants to hear every second.
    this.#for.setAttribute("aria-hidden", "true");
    note.replaceChildren(this.#words, this.#for);
    setInterval(() => this.#count(), SECOND_MS);
  }

  // Shows what is missing, since `sinceMs`; with no words, nothing is.
  say(words, sinceMs = Date.now()) {
    this.#note.hidden = words === "";
    this.#since = words === "" ? null : sinceMs;
    const whole = words === "" ? "" : `${words} since ${clock(sinceMs)}`;
    if (this.#words.textContent !== whole) this.#words.textContent = whole;
    this.#count();
  }

  #count() {
    this.#for.textContent = this.#since === null ? "" : ` (${lasting(Date.now() - this.#since)}). Trying again …`;
  }
}
