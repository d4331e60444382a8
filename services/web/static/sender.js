// Sends a video's pictures to Mien, one at a time: the next one when the last was taken.

import { Frames } from "./frames.js";

const MIRROR = 1;
const NO_PICTURE_RETRY_MS = 100;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 8000;

// Closed by a connection that broke, a service that restarts or has no room now, or because no picture came
// (4000); all else has a reason that stays.
const COMES_BACK = new Set([1001, 1005, 1006, 1012, 1013, 4000]);

export class Sender {
  #frames;
  #mirrored;
  #tell;
  #socket = null;
  #limits = null;
  #retryMs = FIRST_RETRY_MS;
  #wasOpen = false;
  #stopped = false;

  // `tell` is an object of functions: camera(id), taken(problem), lost(reason), ended(reason).
  constructor(video, mirrored, tell) {
    this.#frames = new Frames(video);
    this.#mirrored = mirrored;
    this.#tell = tell;
    this.#open();
  }

  stop() {
    this.#stopped = true;
    this.#frames.stop();
    this.#socket?.close(1000);
  }

  #open() {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/device/frames`);
    socket.onmessage = (message) => this.#hear(socket, JSON.parse(message.data));
    socket.onclose = (close) => this.#closed(close);
    this.#socket = socket;
  }

  #hear(socket, said) {
    if (said.camera) {
      this.#limits = said;
      this.#retryMs = FIRST_RETRY_MS;
      this.#wasOpen = true;
      this.#tell.camera(said.camera);
    } else {
      this.#tell.taken(said.problem ?? "");
    }
    this.#sendNext(socket);
  }

  async #sendNext(socket) {
    const frame = await this.#frames.next(this.#limits).catch(() => null);
    if (socket.readyState !== WebSocket.OPEN) return;
    if (frame === null) {
      setTimeout(() => this.#sendNext(socket), NO_PICTURE_RETRY_MS);
      return;
    }
    const head = new Uint8Array([this.#mirrored() ? MIRROR : 0, frame.ageMs >> 8, frame.ageMs & 255]);
    socket.send(new Blob([head, frame.jpeg]));
  }

  // Not before there is a picture to send: a camera that gives none would come and go.
  async #openAgain() {
    while (!this.#stopped && !(await this.#frames.hasNew()));
    if (!this.#stopped) this.#open();
  }

  #closed({ code, reason }) {
    if (this.#stopped) return;
    if (!this.#wasOpen && code === 1006) {
      this.#tell.ended("Mien did not take the connection. Reload the page: you may have been signed out.");
    } else if (COMES_BACK.has(code)) {
      this.#tell.lost(`${reason || "The connection was lost"}.`);
      setTimeout(() => this.#openAgain(), this.#retryMs);
      this.#retryMs = Math.min(LONGEST_RETRY_MS, 2 * this.#retryMs);
    } else {
      this.#tell.ended(`Mien ended it: ${reason || `code ${code}`}.`);
    }
  }
}
