// Pictures of a video element, as JPEGs.

const BEST_QUALITY = 0.85;
const LEAST_QUALITY = 0.4;
const MOST_AGE_MS = 1000;

// How large a picture of a video may be: no side longer than `side`, no more than `pixels` in all.
function fitted(width, height, { side, pixels }) {
  const scale = Math.min(1, side / Math.max(width, height), Math.sqrt(pixels / (width * height)));
  return [Math.floor(width * scale), Math.floor(height * scale)];
}

export class Frames {
  #video;
  #canvas = document.createElement("canvas");
  #quality = BEST_QUALITY;
  #shownAt = 0;
  #isNew = true;
  #wake = () => {};
  #watcher = 0;

  constructor(video) {
    this.#video = video;
    this.#watch();
  }

  // Ends the watching; a video is watched by one at a time.
  stop() {
    this.#video.cancelVideoFrameCallback?.(this.#watcher);
  }

  // Resolves with {jpeg, ageMs}: the newest picture, none twice; null where there is no new one within the limits.
  async next(limits) {
    if (!(await this.hasNew())) return null;
    this.#isNew = false;
    const [width, height] = fitted(this.#video.videoWidth, this.#video.videoHeight, limits);
    if (!width || !height) return null;
    const shownAt = this.#shownAt || performance.now();
    this.#draw(width, height);
    const jpeg = await new Promise((take) => this.#canvas.toBlob(take, "image/jpeg", this.#quality));
    if (jpeg === null || jpeg.type !== "image/jpeg") return null;
    if (jpeg.size > limits.bytes) {
      this.#quality = Math.max(LEAST_QUALITY, this.#quality - 0.1);
      return null;
    }
    return { jpeg, ageMs: Math.min(MOST_AGE_MS, Math.max(0, Math.round(performance.now() - shownAt))) };
  }

  #draw(width, height) {
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    this.#canvas.getContext("2d", { alpha: false }).drawImage(this.#video, 0, 0, width, height);
  }

  #watch() {
    if (!this.#video.requestVideoFrameCallback) return;
    this.#watcher = this.#video.requestVideoFrameCallback((now, about) => {
      this.#shownAt = about.captureTime ?? now;
      this.#isNew = true;
      this.#wake();
      this.#watch();
    });
  }

  // Resolves with whether there is a picture that was not given yet, after a second's wait at most.
  async hasNew() {
    if (!this.#isNew && this.#isUntold()) {
      this.#isNew = true;
      this.#shownAt = 0;
    }
    if (!this.#isNew) {
      await new Promise((go) => {
        this.#wake = go;
        setTimeout(go, MOST_AGE_MS);
      });
    }
    return this.#isNew;
  }

  // A hidden page is told of no new picture; there, and in browsers that tell of none, the current one has to do.
  #isUntold() {
    if (!this.#video.requestVideoFrameCallback) return true;
    const gives = this.#video.srcObject?.getVideoTracks().some((track) => !track.muted) ?? true;
    return document.hidden && gives;
  }
}
