// The two charts of the history: what the faces showed, and how many there were.

import { crowd, share } from "./history_rows.js";
import { colour, filling, font, onTheme } from "./theme.js";
import uPlot from "./vendor/uplot/uPlot.esm.js";
import { percent } from "./words.js";

const REM_PX = parseFloat(getComputedStyle(document.documentElement).fontSize);
const AXIS_PX = 2.5 * REM_PX;
const NO_AXIS_PX = 0.5 * REM_PX;
const LABELS_PX = 3 * REM_PX;
const MARK_EVERY_PX = 5.5 * REM_PX;
const MARGIN_PX = 2 * REM_PX;
const DAY_S = 86400;
const SHORTEST_DRAG_PX = 6;
const BESIDE_PX = 12;

// Both point at the same moment; what is marked in one is not marked in the other as well.
const TOGETHER = { key: "history", filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } };

const MOMENT = { hour: "numeric", minute: "2-digit" };

const time = (t, more = {}) => new Date(1000 * t).toLocaleTimeString([], { ...MOMENT, ...more });
const day = (t) => new Date(1000 * t).toLocaleDateString([], { day: "numeric", month: "short" });
const isMidnight = (t) => new Date(1000 * t).getHours() + new Date(1000 * t).getMinutes() === 0;

export const minute = (t) => `${day(t)}, ${time(t)}`;
export const moment = (t) => `${day(t)}, ${time(t, { second: "2-digit" })}`;

// The day stands below the first mark, and below the first one of a day.
function marks(splits, stepS) {
  if (stepS >= DAY_S) return splits.map(day);
  const more = stepS < 60 ? { second: "2-digit" } : {};
  return splits.map((t, i) => time(t, more) + (i === 0 || isMidnight(t) ? `\n${day(t)}` : ""));
}

export class Charts {
  #names;
  #shares;
  #crowd;
  #tip;
  #rows = [];
  #everyS = 1;
  #span = [0, 1];
  #highest = 1;

  // `names` are the expressions, from below; `select` is told of a stretch that was marked with the mouse.
  constructor({ shares, crowd: crowdRoot, tip, names, select }) {
    this.#names = names;
    this.#tip = tip;
    const halves = { values: (_, splits) => splits.map(percent), splits: () => [0, 0.5, 1] };
    this.#shares = this.#plot(shares, { ...halves, range: () => [0, 1], marks: false }, select, (plot) => this.#drawShares(plot));
    const whole = { values: (_, splits) => splits, splits: () => [0, this.#highest] };
    this.#crowd = this.#plot(crowdRoot, { ...whole, range: () => [0, this.#highest], marks: true }, select, (plot) => this.#drawCrowd(plot));
    onTheme(() => this.#plots().forEach((plot) => plot.redraw(false, true)));
  }

  show({ rows, everyS, since, until }) {
    this.#rows = rows;
    this.#everyS = everyS;
    this.#span = [since, until];
    this.#highest = Math.max(1, Math.ceil(Math.max(0, ...rows.map(crowd))));
    this.#plots().forEach((plot) => plot.setData([this.#span, [null, null]]));
  }

  // Points at a moment, as the mouse does; at none with null.
  pointAt(t) {
    const left = t === null ? -10 : this.#shares.valToPos(t, "x");
    this.#shares.setCursor({ left, top: left < 0 ? -10 : 1 });
  }

  // What there was at a moment, in words.
  words(t) {
    const row = this.#at(t);
    if (row === null) return `${moment(t)}: nothing was read`;
    const said = this.#named(row).slice(0, 3).map((name) => `${name} ${percent(share(row, name))}`);
    return `${moment(row.t)}: ${said.join(", ") || "no face"}`;
  }

  #plots() {
    return [this.#shares, this.#crowd];
  }

  #plot(root, y, select, draw) {
    const grid = { stroke: () => colour("edge"), width: 1 };
    const axis = { stroke: () => colour("soft"), font: font(0.75 * REM_PX), grid, ticks: { show: false } };
    const plot = new uPlot({
      width: root.clientWidth,
      height: root.clientHeight,
      padding: [NO_AXIS_PX, MARGIN_PX, 0, 0],
      legend: { show: false },
      select: { show: true },
      cursor: { y: false, points: { show: false }, sync: TOGETHER, drag: { x: true, y: false, setScale: false, dist: SHORTEST_DRAG_PX } },
      scales: { x: { time: true, range: () => this.#span }, y: { range: y.range } },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [
        { ...axis, space: MARK_EVERY_PX, size: y.marks ? AXIS_PX : NO_AXIS_PX, values: y.marks ? (_, splits, __, ___, stepS) => marks(splits, stepS) : () => [] },
        { ...axis, size: LABELS_PX, values: y.values, splits: y.splits },
      ],
      hooks: {
        drawClear: [draw],
        setCursor: [(chart) => this.#point(chart)],
        setSelect: [(chart) => this.#selected(chart, select)],
      },
    }, [[0, 1], [null, null]], root);
    new ResizeObserver(() => plot.setSize({ width: root.clientWidth, height: root.clientHeight })).observe(root);
    return plot;
  }

  // Calls `put(row, left, width)` for each row, in pixels of the canvas, whose edges meet.
  #each(plot, put) {
    const { ctx, bbox } = plot;
    const place = (t) => Math.min(bbox.left + bbox.width, Math.max(bbox.left, Math.round(plot.valToPos(t, "x", true))));
    ctx.save();
    for (const row of this.#rows) {
      const left = place(row.t);
      put(row, left, Math.max(1, place(row.t + this.#everyS) - left));
    }
    ctx.restore();
  }

  #drawShares(plot) {
    const { ctx, bbox } = plot;
    const fills = this.#names.map((name) => filling(ctx, name));
    this.#each(plot, (row, left, width) => {
      let below = 0;
      this.#names.forEach((name, i) => {
        const above = below + share(row, name);
        const [top, bottom] = [above, below].map((part) => Math.round(bbox.top + (1 - part) * bbox.height));
        ctx.fillStyle = fills[i];
        ctx.fillRect(left, top, width, bottom - top);
        below = above;
      });
    });
  }

  #drawCrowd(plot) {
    const { ctx, bbox } = plot;
    ctx.fillStyle = colour("accent");
    this.#each(plot, (row, left, width) => {
      const height = Math.round((crowd(row) / this.#highest) * bbox.height);
      // A line where somebody looked and nobody was there: that is not the same as nothing known.
      const shown = Math.max(row.frames > 0 ? devicePixelRatio : 0, height);
      ctx.fillRect(left, bbox.top + bbox.height - shown, width, shown);
    });
  }

  #at(t) {
    return this.#rows.findLast((row) => row.t <= t && t < row.t + this.#everyS) ?? null;
  }

  // The expressions that a row has, the most frequent first.
  #named(row) {
    return this.#names.filter((name) => row.counts[name] > 0).sort((a, b) => row.counts[b] - row.counts[a]);
  }

  #point(plot) {
    if (plot !== this.#shares) return;
    const { left } = plot.cursor;
    this.#tip.hidden = left === undefined || left < 0;
    if (this.#tip.hidden) return;
    const row = this.#at(plot.posToVal(left, "x"));
    this.#tip.replaceChildren(...this.#lines(row, plot.posToVal(left, "x")));
    const at = left + plot.over.offsetLeft;
    const place = left > plot.over.clientWidth / 2 ? at - BESIDE_PX - this.#tip.offsetWidth : at + BESIDE_PX;
    const furthest = plot.root.parentElement.clientWidth - this.#tip.offsetWidth;
    this.#tip.style.transform = `translateX(${Math.max(0, Math.min(furthest, place))}px)`;
  }

  #lines(row, t) {
    const line = (className, words, value = "") => {
      const made = Object.assign(document.createElement("div"), { className });
      made.append(Object.assign(document.createElement("span"), { textContent: words }));
      made.append(Object.assign(document.createElement("b"), { textContent: value }));
      return made;
    };
    if (row === null) return [line("when", moment(t)), line("", "nothing was read")];
    const faces = line("", "faces in the picture", crowd(row).toFixed(crowd(row) % 1 === 0 ? 0 : 1));
    return [line("when", moment(row.t)), ...this.#named(row).map((name) => line(`hue ${name}`, name, percent(share(row, name)))), faces];
  }

  #selected(plot, select) {
    const { left, width } = plot.select;
    if (width < SHORTEST_DRAG_PX) return;
    plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    select(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
  }
}

