// The page of a camera's past: asks for a range, shows it, and keeps it up to date.

import { SIGNED_OUT, ask } from "./api.js";
import { Charts, minute, moment } from "./history_charts.js";
import { fromAddress, fromInput, goesOn, lasting, moments, toAddress, toInput } from "./history_range.js";
import { Rows, crowd, most, share, total } from "./history_rows.js";
import { fill } from "./history_table.js";
import { Trouble } from "./trouble.js";
import { percent } from "./words.js";

const RETRY_MS = 2000;
const AGAIN_MS = { least: 5000, most: 60000 };
const WITHIN_MS = 15000;
// Where the broker's clock turns out to differ by more from what was supposed, a range is asked for again.
const NEAR_S = 5;
const MINUTE_S = 60;

const byId = (id) => document.getElementById(id);
const past = byId("past");
const names = past.dataset.expressions.split(" ");
const path = `/api/v1/cameras/${past.dataset.camera}/expressions`;
const trouble = new Trouble(byId("trouble"));
const charts = new Charts({
  shares: byId("shares"), crowd: byId("crowd"), tip: byId("tip"), names,
  select: (since, until) => go({ since: Math.floor(since), until: Math.ceil(until) }),
});

let range = fromAddress(location.search);
let shown = null;
let turn = 0;
let timer = 0;
let awaySince = null;
const written = {};
let aheadS = 0;

const brokerNow = () => Date.now() / 1000 + aheadS;

// Returns null where no answer came, or another one is awaited by now.
async function get(mine, asked) {
  const askedAt = Date.now() / 1000;
  const answer = await ask(`${path}?${new URLSearchParams(asked)}`, WITHIN_MS).catch(() => null);
  if (answer?.status === SIGNED_OUT) location.reload();
  if (mine !== turn) return null;
  if (answer?.ok) {
    aheadS = answer.body.now === undefined ? aheadS : answer.body.now - askedAt;
    return answer.body;
  }
  awaySince ??= Date.now();
  const detail = answer === null ? "Mien cannot be reached" : (answer.body?.detail ?? "Mien does not answer").replace(/\.$/, "");
  trouble.say(detail, awaySince);
  return null;
}

const sums = (mine) => get(mine, { every: "auto", ...moments(range, brokerNow()) });

async function whole(mine) {
  const supposedS = aheadS;
  let answer = await sums(mine);
  if (answer !== null && Math.abs(aheadS - supposedS) > NEAR_S) answer = await sums(mine);
  if (answer === null) return null;
  const rows = new Rows();
  rows.take(answer.rows);
  const { every: everyS, since, until, note, kept, kept_results: facesKept = null } = answer;
  return { range, rows, everyS, since, until, note, kept, facesKept };
}

// What has come since, where the page shows the time up to now.
async function more(mine) {
  const state = shown;
  const { since, until } = moments(range, brokerNow());
  const from = Math.max(since, state.rows.newest() ?? since);
  const answer = await get(mine, { every: state.everyS, since: from, until, limit: 100000 });
  if (answer === null) return null;
  state.rows.take(answer.rows);
  const { kept, kept_results: facesKept = null } = answer;
  const note = answer.rows.length > 0 ? null : state.note;
  return { ...state, since: since - (since % state.everyS), until, note, kept, facesKept };
}

async function update() {
  clearTimeout(timer);
  turn += 1;
  const mine = turn;
  const anew = shown?.range !== range;
  const state = await (anew ? whole(mine) : more(mine));
  if (mine !== turn) return;
  if (state === null) {
    timer = setTimeout(update, RETRY_MS);
    return;
  }
  awaySince = null;
  trouble.say("");
  shown = state;
  show(anew);
  if (goesOn(range, brokerNow())) timer = setTimeout(next, Math.min(AGAIN_MS.most, Math.max(AGAIN_MS.least, 1000 * state.everyS)));
}

function next() {
  if (document.hidden) timer = setTimeout(next, AGAIN_MS.least);
  else update();
}

function show(announced) {
  const { since, until, everyS, note, kept } = shown;
  const rows = shown.rows.between(since, until);
  const drawn = { rows, everyS, since, until };
  charts.show(drawn);
  const sum = total(rows);
  showNothing(rows.length === 0, note, kept);
  showSum(sum);
  showLinks(since, until);
  byId("period").textContent = `A column is ${lasting(everyS)}${shortened(since, everyS, kept)}`;
  byId("moment").min = since;
  byId("moment").max = until;
  byId("moment").step = everyS;
  byId("table-words").textContent = byId("table").open ? fill(byId("table-rows"), drawn, names, moment) : "";
  byId("summary").textContent = summary(sum);
  if (announced) {
    pointNowhere();
    byId("announcement").textContent = `${moment(since)} to ${moment(until)}. ${summary(sum)}`;
  }
  sayMoment();
}

// Why the beginning is empty, where it is older than what is kept.
function shortened(since, everyS, kept) {
  if (kept === null || kept.since <= since + everyS + MINUTE_S) return "";
  return ` · kept since ${minute(kept.since)}`;
}

function summary(sum) {
  const name = most(sum, names);
  if (sum.frames === 0) return "Nothing was read in this time.";
  if (name === null) return `No face in ${sum.frames.toLocaleString()} frames.`;
  return `${sum.frames.toLocaleString()} frames with ${crowd(sum).toFixed(1)} faces on average; most often ${name}, ${percent(share(sum, name))}.`;
}

function showNothing(isEmpty, note, kept) {
  byId("nothing").hidden = !isEmpty;
  byId("charts").classList.toggle("is-empty", isEmpty);
  byId("nothing-kept").hidden = kept !== null;
  byId("nothing-then").hidden = kept === null;
  if (kept === null || !isEmpty) return;
  byId("kept-words").textContent = `${note ? "Of this time nothing is kept." : "Nobody looked at this camera then."} There is something from ${moment(kept.since)} to ${moment(kept.until)}.`;
}

function showSum(sum) {
  names.forEach((name) => {
    const row = byId("bars").querySelector(`[data-name=${name}]`);
    row.querySelector("i").style.transform = `scaleX(${share(sum, name)})`;
    row.querySelector(".value").textContent = sum.faces === 0 ? "–" : percent(share(sum, name));
    row.querySelector(".count").textContent = (sum.counts[name] ?? 0).toLocaleString();
  });
  byId("frames").textContent = sum.frames.toLocaleString();
  byId("faces").textContent = sum.faces.toLocaleString();
  byId("at-once").textContent = sum.frames === 0 ? "–" : crowd(sum).toFixed(1);
  byId("most").textContent = most(sum, names) ?? "–";
}

function showLinks(since, until) {
  const link = (id, more) => {
    byId(id).href = `${path}?${new URLSearchParams({ ...more, since, until })}`;
  };
  link("csv-faces", { every: "raw", format: "csv" });
  link("csv-sums", { every: shown.everyS, format: "csv" });
  link("json-sums", { every: shown.everyS, limit: 100000 });
  const { facesKept } = shown;
  const isShort = facesKept !== null && facesKept.since > Math.max(since, shown.kept?.since ?? since) + MINUTE_S;
  byId("short").hidden = !isShort;
  if (isShort) byId("short").textContent = `Single faces are kept since ${moment(facesKept.since)}; of the time before, only the sums.`;
}

function mark() {
  for (const preset of document.querySelectorAll("[data-range]")) {
    if (preset.dataset.range === range.name) preset.setAttribute("aria-current", "true");
    else preset.removeAttribute("aria-current");
  }
  const { since, until } = moments(range, brokerNow());
  write("since", since);
  write("until", until);
  byId("own").classList.toggle("current", range.name === undefined);
  if (range.name === undefined) openOwn(true);
}

function write(id, t) {
  byId(id).value = toInput(t);
  written[id] = { value: byId(id).value, t };
}

// In the hour that a clock goes twice, what a field says is not enough to know which one is meant.
function read(id) {
  const { value, t } = written[id];
  return byId(id).value === value ? t : fromInput(byId(id).value);
}

function openOwn(open) {
  byId("own").classList.toggle("open", open);
  byId("own-toggle").setAttribute("aria-expanded", String(open));
}

function go(to) {
  range = to;
  history.pushState(null, "", toAddress(to));
  mark();
  update();
}

function pointNowhere() {
  byId("moment").value = byId("moment").max;
  charts.pointAt(null);
}

function sayMoment() {
  byId("moment").setAttribute("aria-valuetext", charts.words(Number(byId("moment").value)));
}

document.querySelectorAll("[data-range]").forEach((preset) => preset.addEventListener("click", (event) => {
  event.preventDefault();
  go({ name: preset.dataset.range });
}));

byId("own-toggle").addEventListener("click", () => openOwn(!byId("own").classList.contains("open")));

byId("own").addEventListener("submit", (event) => {
  event.preventDefault();
  const own = { since: read("since"), until: read("until") };
  const isGood = own.since < own.until;
  byId("own-problem").hidden = isGood;
  if (isGood) go(own);
});

byId("show-kept").addEventListener("click", () => go({ since: Math.floor(shown.kept.since), until: Math.ceil(shown.kept.until) }));

byId("moment").addEventListener("input", () => {
  charts.pointAt(Number(byId("moment").value));
  sayMoment();
});
byId("moment").addEventListener("blur", () => charts.pointAt(null));

byId("table").addEventListener("toggle", () => shown && show(false));

addEventListener("popstate", () => {
  range = fromAddress(location.search);
  mark();
  update();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && goesOn(range, brokerNow())) update();
});

mark();
update();
