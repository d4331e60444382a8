// The moving picture: an <img> with a Motion JPEG, which has to be watched, because a browser does not ask again.

const STILL_MS = 2500;
const STILL_AT_MOST_MS = 60000;
const RETRY_MS = 500;

export class Feed {
  #img;
  #still;
  #path;
  #sample;
  #seen = { seq: null, pixels: "" };
  #movedAt = Date.now();
  #stillMs = STILL_MS;
  #paused = false;
  #retry = null;

  // `still` is the canvas that shows the picture while the feed is paused.
  constructor(img, still) {
    this.#img = img;
    this.#still = still;
    this.#path = img.getAttribute("src");
    this.#sample = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    this.#sample.imageSmoothingEnabled = false;
    img.addEventListener("error", () => this.#again());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.rest() : this.restart()));
    if (document.hidden) this.rest();
  }

  get paused() {
    return this.#paused;
  }

  restart() {
    if (this.#paused || document.hidden) return;
    clearTimeout(this.#retry);
    this.#img.src = `${this.#path}?again=${Date.now()}`;
    this.#movedAt = Date.now();
  }

  pause() {
    const { naturalWidth, naturalHeight } = this.#img;
    if (!naturalWidth) return;
    Object.assign(this.#still, { width: naturalWidth, height: naturalHeight });
    this.#still.getContext("2d").drawImage(this.#img, 0, 0);
    this.#paused = true;
    this.#img.removeAttribute("src");
    this.#show();
  }

  // Nothing is left of the picture that was held.
  resume() {
    this.#paused = false;
    Object.assign(this.#still, { width: 0, height: 0 });
    this.#show();
    this.restart();
  }

  // No event tells of a feed that ended in an orderly way: its last picture just stands still while others come.
  watch(seq) {
    if (this.#paused) return;
    const now = { seq, pixels: this.#pixels() };
    if (now.pixels !== this.#seen.pixels) this.#stillMs = STILL_MS;
    if (now.pixels !== this.#seen.pixels || now.seq === this.#seen.seq) this.#movedAt = Date.now();
    this.#seen = now;
    if (Date.now() - this.#movedAt > this.#stillMs) {
      // A line so slow that a picture takes longer than this must get one through.
      this.#stillMs = Math.min(2 * this.#stillMs, STILL_AT_MOST_MS);
      this.restart();
    }
  }

  // Takes no pictures, until it is restarted: where nobody sees them, or there are none.
  rest() {
    clearTimeout(this.#retry);
    this.#img.removeAttribute("src");
  }

  #show() {
    this.#img.hidden = this.#paused;
    this.#still.hidden = !this.#paused;
  }

  #again() {
    this.rest();
    if (!this.#paused) this.#retry = setTimeout(() => this.restart(), RETRY_MS);
  }

  #pixels() {
    if (this.#img.naturalWidth === 0) return "";
    const { width, height } = this.#sample.canvas;
    this.#sample.drawImage(this.#img, 0, 0, width, height);
    return this.#sample.getImageData(0, 0, width, height).data.join();
  }
}
