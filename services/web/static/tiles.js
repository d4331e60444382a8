// The moving pictures of the home page: all of them come over one connection.

import { parts } from "./parts.js";

const FPS = 4;
const CALM_FPS = 1;
const RETRY_MS = 500;
const SILENT_MS = 3000;

export class Tiles {
  #canvasOf;
  #abort = null;
  #heardAt = 0;
  #fps;

  // `canvasOf` returns the canvas of a camera, or null. With `calm`, few pictures a second.
  constructor(canvasOf, calm) {
    this.#canvasOf = canvasOf;
    this.#fps = calm ? CALM_FPS : FPS;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#abort?.abort() : this.#run()));
    setInterval(() => this.#look(), RETRY_MS);
    this.#run();
  }

  // A connection that was cut somewhere in between says nothing for ever.
  #look() {
    const silent = Date.now() - this.#heardAt > SILENT_MS;
    if (silent) this.#abort?.abort();
  }

  async #run() {
    if (this.#abort !== null) return;
    while (!document.hidden) {
      this.#abort = new AbortController();
      this.#heardAt = Date.now();
      await this.#read(this.#abort.signal).catch(() => {});
      await new Promise((go) => setTimeout(go, RETRY_MS));
    }
    this.#abort = null;
  }

  async #read(signal) {
    const answer = await fetch(`/api/v1/cameras/stream?fps=${this.#fps}`, { signal, cache: "no-store" });
    if (!answer.ok) return;
    // On a thin line a picture takes long; that it comes is enough.
    const heard = () => (this.#heardAt = Date.now());
    for await (const { headers, body } of parts(answer.body, heard)) {
      const canvas = this.#canvasOf(headers.get("X-Camera"));
      if (canvas !== null) await this.#draw(canvas, headers, body).catch(() => {});
    }
  }

  async #draw(canvas, headers, jpeg) {
    const picture = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
    const { width, height } = picture;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    canvas.getContext("2d", { alpha: false }).drawImage(picture, 0, 0);
    picture.close();
    canvas.dataset.seq = headers.get("X-Frame-Seq") ?? "";
    // Of frames alone: what stands in for one that is missing is no movement.
    if (canvas.dataset.seq) canvas.dataset.drawn = Number(canvas.dataset.drawn ?? 0) + 1;
  }
}
