// The faces beside the picture: a card for each, kept for as long as it is followed.

import { Neutral } from "./neutral.js";
import { caption, faceName, percent, why } from "./words.js";

const CROP_SIDE = 48;

// Draws the grey bytes of a crop, row by row, as the network sees them. Where this result has none, the last one pales;
// where there may be none, `undefined`, nothing is left of it.
function drawCrop(canvas, base64) {
  canvas.classList.toggle("without", base64 === null);
  canvas.hidden = base64 === undefined || (base64 === null && canvas.hidden);
  if (!base64) return;
  const grey = atob(base64);
  const image = new ImageData(CROP_SIDE, CROP_SIDE);
  for (let i = 0; i < grey.length; i += 1) {
    image.data.fill(grey.charCodeAt(i), 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

class Card {
  #neutral;
  #fields;

  constructor(item, path) {
    this.item = item;
    this.#neutral = path === null ? null : new Neutral(item, path);
    const all = (selector) => [...item.querySelectorAll(selector)];
    this.#fields = { names: all("dt"), bars: all(".bar i"), values: all(".value") };
    item.querySelector(".learn").hidden = path === null;
  }

  fill(face, name, expressions) {
    const part = (selector) => this.item.querySelector(selector);
    this.item.className = `face ${face.expression}`;
    part(".which").textContent = name;
    part(".expression").textContent = caption(face);
    part(".sure").textContent = face.expression === "unsure" ? why(face) : `${percent(face.confidence)} confidence`;
    part(".crop").setAttribute("aria-label", `What the network sees of ${name}`);
    drawCrop(part(".crop"), face.crop);
    expressions.forEach((expression, i) => this.#bar(i, face, expression));
    this.#neutral?.show(face.neutral);
  }

  #bar(i, face, expression) {
    const { names, bars, values } = this.#fields;
    const top = expression === face.expression || face.candidates.includes(expression);
    bars[i].style.transform = `scaleX(${face.scores[expression]})`;
    values[i].textContent = percent(face.scores[expression]);
    [names[i], values[i]].forEach((part) => part.classList.toggle("top-score", top));
  }

  remove() {
    this.#neutral?.stop();
    this.item.remove();
  }
}

export class Faces {
  #list;
  #empty;
  #blank;
  #path;
  #expressions;
  #cards = new Map();

  // `path` is that of the camera's faces in the programs' interface.
  constructor({ list, empty, blank, path, expressions }) {
    this.#list = list;
    this.#empty = empty;
    this.#blank = blank;
    this.#path = path;
    this.#expressions = expressions;
  }

  // Cards stay where they are for as long as their faces: a reader's eyes and focus with them.
  show(faces) {
    const keys = faces.map((face, i) => face.track ?? `untracked ${i}`);
    for (const [key, card] of this.#cards) {
      if (!keys.includes(key)) this.#remove(key, card);
    }
    faces.forEach((face, i) => this.#card(keys[i], face.track).fill(face, faceName(face, i + 1), this.#expressions));
    this.#say(faces.length > 0 ? "" : "No face in the picture.");
  }

  clear(reason) {
    this.#cards.forEach((card, key) => this.#remove(key, card));
    this.#say(reason);
  }

  #say(words) {
    this.#empty.hidden = words === "";
    if (this.#empty.textContent !== words) this.#empty.textContent = words;
  }

  #card(key, track) {
    if (!this.#cards.has(key)) {
      const item = this.#blank.content.firstElementChild.cloneNode(true);
      this.#cards.set(key, new Card(item, track === null ? null : `${this.#path}/${track}/neutral`));
      this.#list.append(item);
    }
    return this.#cards.get(key);
  }

  #remove(key, card) {
    card.remove();
    this.#cards.delete(key);
  }
}
