// The page of a camera's past: asks for a range, shows it, and keeps it up to date.

import { ask } from "./api.js";
import { Charts, moment } from "./history_charts.js";
import { fromAddress, fromInput, goesOn, lasting, moments, toAddress, toInput } from "./history_range.js";
import { Rows, crowd, most, share, total } from "./history_rows.js";
import { fill } from "./history_table.js";
import { Trouble } from "./trouble.js";
import { percent } from "./words.js";

const RETRY_MS = 2000;
const AGAIN_MS = { least: 5000, most: 60000 };

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
let aheadS = 0;

const brokerNow = () => Date.now() / 1000 + aheadS;

async function get(asked) {
  const answer = await ask(`${path}?${new URLSearchParams(asked)}`).catch(() => null);
  if (answer?.status === 401) location.reload();
  if (answer?.ok && answer.body !== null) return answer.body;
  awaySince ??= Date.now();
  const detail = answer === null ? "Mien cannot be reached" : (answer.body?.detail ?? "Mien does not answer").replace(/\.$/, "");
  trouble.say(detail, awaySince);
  return null;
}

// The broker's time, and from when on each single face is kept.
async function look() {
  const newest = await get({ every: "raw", limit: 1 });
  if (newest === null) return null;
  aheadS = newest.until - Date.now() / 1000;
  return { facesKept: newest.kept };
}

async function whole() {
  const seen = await look();
  if (seen === null) return null;
  const { since, until } = moments(range, brokerNow());
  const answer = await get({ every: "auto", since, until });
  if (answer === null) return null;
  const rows = new Rows();
  rows.take(answer.rows);
  return { ...seen, rows, everyS: answer.every, since: answer.since, until, note: answer.note, kept: answer.kept };
}

// What has come since, where the page shows the time up to now.
async function more() {
  const { since, until } = moments(range, brokerNow());
  const answer = await get({ every: shown.everyS, since: Math.max(since, shown.rows.newest() ?? since), until, limit: 100000 });
  if (answer === null) return null;
  shown.rows.take(answer.rows);
  return { ...shown, since: since - (since % shown.everyS), until, note: answer.rows.length > 0 ? null : shown.note, kept: answer.kept };
}

async function update(anew) {
  clearTimeout(timer);
  turn += 1;
  const mine = turn;
  const state = anew || shown === null ? await whole() : await more();
  if (mine !== turn) return;
  if (state === null) {
    timer = setTimeout(() => update(anew), RETRY_MS);
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
  else update(false);
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
  byId("period").textContent = `A column is ${lasting(everyS)}`;
  byId("moment").min = since;
  byId("moment").max = until;
  byId("moment").step = everyS;
  byId("table-words").textContent = byId("table").open ? fill(byId("table-rows"), drawn, names, moment) : "";
  byId("summary").textContent = summary(sum);
  if (announced) {
    pointNowhere();
    byId("announcement").textContent = `${moment(since)} to ${moment(until)}. ${summary(sum)}`;
  }
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
  const isShort = facesKept !== null && facesKept.since > Math.max(since, shown.kept?.since ?? since) + 60;
  byId("short").hidden = !isShort;
  if (isShort) byId("short").textContent = `Single faces are kept since ${moment(facesKept.since)}; of the time before, only the sums.`;
}

function mark() {
  for (const preset of document.querySelectorAll("[data-range]")) {
    if (preset.dataset.range === range.name) preset.setAttribute("aria-current", "true");
    else preset.removeAttribute("aria-current");
  }
  const { since, until } = moments(range, brokerNow());
  byId("since").value = toInput(since);
  byId("until").value = toInput(until);
  byId("own").classList.toggle("current", range.name === undefined);
  if (range.name === undefined) openOwn(true);
}

function openOwn(open) {
  byId("own").classList.toggle("open", open);
  byId("own-toggle").setAttribute("aria-expanded", String(open));
}

function go(to) {
  range = to;
  history.pushState(null, "", toAddress(to));
  mark();
  update(true);
}

function pointNowhere() {
  byId("moment").value = byId("moment").max;
  charts.pointAt(null);
}

document.querySelectorAll("[data-range]").forEach((preset) => preset.addEventListener("click", (event) => {
  event.preventDefault();
  go({ name: preset.dataset.range });
}));

byId("own-toggle").addEventListener("click", () => openOwn(!byId("own").classList.contains("open")));

byId("own").addEventListener("submit", (event) => {
  event.preventDefault();
  const own = { since: fromInput(byId("since").value), until: fromInput(byId("until").value) };
  const isGood = own.since < own.until;
  byId("own-problem").hidden = isGood;
  if (isGood) go(own);
});

byId("show-kept").addEventListener("click", () => go({ since: Math.floor(shown.kept.since), until: Math.ceil(shown.kept.until) }));

byId("moment").addEventListener("input", () => {
  const t = Number(byId("moment").value);
  charts.pointAt(t);
  byId("moment").setAttribute("aria-valuetext", charts.words(t));
});
byId("moment").addEventListener("blur", () => charts.pointAt(null));

byId("table").addEventListener("toggle", () => shown && show(false));

addEventListener("popstate", () => {
  range = fromAddress(location.search);
  mark();
  update(true);
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && goesOn(range, brokerNow())) update(false);
});

mark();
update(true);
