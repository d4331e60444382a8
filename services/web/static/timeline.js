// The timeline: a lane for each face, coloured by what it showed, as high as Mien was sure.

import { colour, filling, font, onTheme, reducedMotion } from "./theme.js";
import { KEPT_S, lastSeen, sampleAt } from "./timeline_store.js";
import uPlot from "./vendor/uplot/uPlot.esm.js";
import { percent } from "./words.js";

const HOLDS_S = 1;
const LANE = 40;
const LEAST_LANES = 2;
const MOST_LANES = 8;
const AXIS = 30;
const LABELS = 64;
const REDRAW_MS = 250;
const REDRAW_CALM_MS = 1000;
const WORDS_MS = 10000;

const byId = (id) => document.getElementById(id);
const clock = (t) => new Date(1000 * t).toLocaleTimeString();

// The shares of what a face showed, the largest first.
function shares(samples) {
  const counts = new Map();
  samples.forEach(({ expression }) => counts.set(expression, (counts.get(expression) ?? 0) + 1));
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, n]) => `${name} ${percent(n / samples.length)}`);
}

// What is said of those that have no lane.
const besides = (others) => (others === 0 ? "" : `and ${others} more ${others === 1 ? "face" : "faces"}`);

export class Timeline {
  #store;
  #now;
  #plot;
  #lanes = [];
  #backS = 0;
  #spanS = 120;
  #frozenAt = null;
  #from = 0;
  #until = 1;

  // `now` returns the broker's time in Unix seconds, or null while it is not known.
  constructor(store, now) {
    this.#store = store;
    this.#now = now;
    this.#plot = new uPlot(this.#options(), [[0, 1], [null, null]], byId("timeline"));
    new ResizeObserver(() => this.#resize()).observe(byId("timeline"));
    onTheme(() => this.#plot.redraw(false, true));
    setInterval(() => this.#follow(), reducedMotion() ? REDRAW_CALM_MS : REDRAW_MS);
    setInterval(() => this.#describe(), WORDS_MS);
    this.#wire();
  }

  // While the picture is paused, the timeline stands still as well.
  freeze(frozen) {
    this.#frozenAt = frozen ? this.#now() : null;
    this.#store.hold(this.#frozenAt);
  }

  #options() {
    const grid = { stroke: () => colour("edge"), width: 1 };
    return {
      width: 300,
      height: this.#height(),
      pxAlign: 1,
      padding: [4, 1, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { time: true, range: () => [this.#from, this.#until] }, y: { range: () => [0, 1] } },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [
        { stroke: () => colour("soft"), font: font(12), grid, ticks: grid, size: AXIS, space: 90, values: "{HH}:{mm}:{ss}" },
        { show: true, size: LABELS, values: () => [], grid: { show: false }, ticks: { show: false } },
      ],
      hooks: { draw: [(plot) => this.#draw(plot)], setCursor: [(plot) => this.#tip(plot)] },
    };
  }

  #wire() {
    byId("span").addEventListener("change", () => this.#scroll(this.#backS, Number(byId("span").value)));
    byId("back").addEventListener("input", () => this.#scroll(-byId("back").value));
    byId("now").addEventListener("click", () => this.#scroll(0));
    // A browser that loads the page again may remember what was chosen.
    this.#scroll(0, Number(byId("span").value));
    const over = this.#plot.over;
    over.addEventListener("wheel", (event) => {
      if (Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
      event.preventDefault();
      this.#scroll(this.#backS - (event.deltaX * this.#spanS) / over.clientWidth);
    }, { passive: false });
    over.addEventListener("pointerdown", (event) => over.setPointerCapture(event.pointerId));
    over.addEventListener("pointermove", (event) => {
      if (event.buttons === 1) this.#scroll(this.#backS + (event.movementX * this.#spanS) / over.clientWidth);
    });
  }

  #scroll(backS, spanS = this.#spanS) {
    this.#spanS = spanS;
    const mostS = KEPT_S - spanS;
    this.#backS = Math.min(mostS, Math.max(0, backS));
    byId("back").min = -mostS;
    byId("back").value = -this.#backS;
    byId("back").setAttribute("aria-valuetext", this.#backS === 0 ? "now" : `${Math.round(this.#backS)} seconds back`);
    byId("now").disabled = this.#backS === 0;
    this.#follow();
  }

  async #follow() {
    const now = this.#frozenAt ?? this.#now();
    if (now === null || document.hidden) return;
    this.#until = now - this.#backS;
    this.#from = this.#until - this.#spanS;
    this.#choose(this.#store.seen(this.#from, this.#until));
    this.#resize();
    this.#plot.setData([[this.#from, this.#until], [null, null]]);
    if (await this.#store.reach(Math.max(this.#from, now - KEPT_S))) this.#follow();
  }

  // Those that were seen last have a lane, by number; of the others it is said how many they are.
  #choose(seen) {
    // All that are there now count the same: a face that one picture missed keeps its lane.
    const at = ([, samples]) => Math.min(lastSeen(samples, this.#until), this.#until - HOLDS_S);
    this.#lanes = [...seen].sort((a, b) => at(b) - at(a)).slice(0, MOST_LANES).sort(([a], [b]) => a - b);
    const words = besides(seen.length - this.#lanes.length);
    byId("others").hidden = words === "";
    if (byId("others").textContent !== words) byId("others").textContent = words;
  }

  #height() {
    return Math.max(LEAST_LANES, this.#lanes.length) * LANE + AXIS;
  }

  #resize() {
    const width = byId("timeline").clientWidth;
    if (width !== this.#plot.width || this.#height() !== this.#plot.height) {
      this.#plot.setSize({ width, height: this.#height() });
    }
  }

  #draw(plot) {
    const { ctx, bbox } = plot;
    const lane = bbox.height / Math.max(LEAST_LANES, this.#lanes.length);
    ctx.save();
    ctx.font = font(13 * devicePixelRatio);
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    this.#lanes.forEach(([track, samples], i) => {
      const bottom = bbox.top + (i + 1) * lane;
      ctx.fillStyle = colour("ink");
      ctx.fillText(`face ${track}`, 0, bottom - lane / 2);
      ctx.fillStyle = colour("track");
      ctx.fillRect(bbox.left, bottom - 1, bbox.width, 1);
      this.#drawLane(plot, samples, bottom - 1, lane - 8 * devicePixelRatio);
    });
    ctx.restore();
  }

  #drawLane(plot, samples, bottom, height) {
    const { ctx, bbox } = plot;
    const place = (t) => Math.min(bbox.left + bbox.width, Math.max(bbox.left, Math.round(plot.valToPos(t, "x", true))));
    const hues = {};
    samples.forEach(({ t, expression, confidence }, i) => {
      const until = Math.min(samples[i + 1]?.t ?? Infinity, t + HOLDS_S, this.#until);
      if (until < this.#from || t > this.#until) return;
      hues[expression] ??= filling(ctx, expression);
      ctx.fillStyle = hues[expression];
      ctx.fillRect(place(t), bottom - confidence * height, Math.max(1, place(until) - place(t)), confidence * height);
    });
  }

  #tip(plot) {
    const tip = byId("tip");
    const { left } = plot.cursor;
    tip.hidden = left < 0;
    if (left < 0) return;
    const t = plot.posToVal(left, "x");
    const lines = this.#lanes.map(([track, samples]) => [track, sampleAt(samples, t, HOLDS_S)]);
    const words = lines.filter(([, sample]) => sample).map(([track, sample]) =>
      `face ${track}: ${sample.expression} ${percent(sample.confidence)}`);
    tip.textContent = [clock(t), ...(words.length > 0 ? words : ["no face"])].join("\n");
    const right = left > plot.over.clientWidth / 2;
    tip.style.transform = `translateX(${left + plot.over.offsetLeft + (right ? -12 : 12)}px) translateX(${right ? "-100%" : "0"})`;
  }

  // For who does not see it.
  #describe() {
    const within = ({ t }) => t >= this.#from && t <= this.#until;
    const words = this.#lanes.map(([track, samples]) => [track, shares(samples.filter(within))])
      .filter(([, said]) => said.length > 0).map(([track, said]) => `Face ${track}: ${said.slice(0, 3).join(", ")}.`);
    byId("timeline-words").textContent = words.join(" ") || "No face in this time.";
  }
}
