// The numbers beside the live picture, and its recovery when the connection was cut.

import { poll } from "./api.js";

const FACES_EVERY_MS = 500;
const CAMERA_EVERY_MS = 2000;
const ANNOUNCE_EVERY_MS = 3000;
const RETRY_MS = 1000;
const STILL_MS = 2500;
const STILL_AT_MOST_MS = 60000;

const live = document.getElementById("live");
const camera = live.dataset.camera;
const expressions = live.dataset.expressions.split(" ");
const list = document.getElementById("faces");
const empty = document.getElementById("empty");
const state = document.getElementById("state");
const feed = document.getElementById("feed");
const announcement = document.getElementById("announcement");

const sample = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
sample.imageSmoothingEnabled = false;

let cut = false;
let announcedAt = 0;
let seen = { seq: 0, pixels: "" };
let movedAt = Date.now();
let stillMs = STILL_MS;

const FAULTS = {
  small: "too far away", dark: "too dark", blurred: "too blurred", turned: "turned away",
};
const PRIVACY = {
  blur: "Privacy: every face that is found is blurred before a picture leaves the worker.",
  numbers: "Privacy: numbers only. No picture leaves the worker.",
};

const percent = (score) => `${Math.round(100 * score)} %`;

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function newCard() {
  const card = document.createElement("li");
  const head = element("div", "face-head");
  head.append(element("strong", "expression"), element("span", "which"));
  const bars = element("dl", "bars");
  for (const expression of expressions) {
    const value = document.createElement("dd");
    const bar = element("div", `bar ${expression}`);
    bar.append(document.createElement("i"));
    value.append(bar, element("span", "value"));
    bars.append(element("dt", "", expression), value);
  }
  card.append(head, bars);
  return card;
}

// What a face shows; of one that is unsure, why, or between what it stands.
function caption(face) {
  if (face.expression !== "unsure") return face.expression;
  if (face.candidates.length > 0) return `${face.candidates.join(" or ")}?`;
  return FAULTS[face.reason] ?? "unsure";
}

function about(face, number) {
  const facts = [face.track === null ? `face ${number}` : `face ${face.track}`];
  facts.push(face.expression === "unsure" ? "unsure" : percent(face.confidence));
  if (face.neutral === "learning") facts.push("learning neutral");
  if (face.neutral === "own") facts.push("own neutral");
  if (face.neutral === "failed") facts.push("neutral not learned");
  return facts.join(" · ");
}

function fill(card, face, number) {
  card.classList.toggle("unsure", face.expression === "unsure");
  card.querySelector(".expression").textContent = caption(face);
  card.querySelector(".which").textContent = about(face, number);
  const names = card.querySelectorAll("dt");
  const bars = card.querySelectorAll(".bar i");
  const values = card.querySelectorAll(".value");
  expressions.forEach((expression, i) => {
    const top = expression === face.expression || face.candidates.includes(expression);
    bars[i].style.transform = `scaleX(${face.scores[expression]})`;
    values[i].textContent = percent(face.scores[expression]);
    values[i].classList.toggle("top-score", top);
    names[i].classList.toggle("top-score", top);
  });
}

function showFaces(faces) {
  while (list.children.length < faces.length) list.append(newCard());
  while (list.children.length > faces.length) list.lastChild.remove();
  faces.forEach((face, i) => fill(list.children[i], face, i + 1));
  empty.hidden = faces.length > 0;
  empty.textContent = "No face in the picture.";
  announce(faces.map(caption).join(", ") || "no face");
}

// For screen readers: what changed, and not at every frame.
function announce(words) {
  const now = Date.now();
  if (words !== announcement.textContent && now - announcedAt > ANNOUNCE_EVERY_MS) {
    announcement.textContent = words;
    announcedAt = now;
  }
}

function showNothing(why) {
  list.replaceChildren();
  empty.hidden = false;
  empty.textContent = why;
  document.getElementById("age").textContent = "";
  announce(why);
}

function showPrivacy(privacy) {
  const note = document.getElementById("privacy");
  note.hidden = !(privacy in PRIVACY);
  note.textContent = PRIVACY[privacy] ?? "";
  document.getElementById("snapshot").hidden = privacy === "numbers";
}

// A browser does not ask again for a picture whose connection was cut: the service restarted, the network went.
function restartFeed() {
  feed.src = `${feed.src.split("?")[0]}?again=${Date.now()}`;
  movedAt = Date.now();
}

const broken = () => feed.complete && feed.naturalWidth === 0;

function connected() {
  if (cut || broken()) {
    cut = false;
    restartFeed();
  }
}

function pixels() {
  if (feed.naturalWidth === 0) return "";
  const { width, height } = sample.canvas;
  sample.drawImage(feed, 0, 0, width, height);
  return sample.getImageData(0, 0, width, height).data.join();
}

// No event tells of a feed that ended in an orderly way: its last picture just stands still while others come.
function watchFeed(seq) {
  const now = { seq, pixels: pixels() };
  if (now.pixels !== seen.pixels) stillMs = STILL_MS;
  if (now.pixels !== seen.pixels || now.seq === seen.seq) movedAt = Date.now();
  seen = now;
  if (Date.now() - movedAt > stillMs) {
    // A line so slow that a picture takes longer than this must get one through.
    stillMs = Math.min(2 * stillMs, STILL_AT_MOST_MS);
    restartFeed();
  }
}

feed.addEventListener("error", () => {
  cut = true;
  setTimeout(connected, RETRY_MS);
});

// While it was hidden, nobody asked whether the feed still comes.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) restartFeed();
});

poll(`/api/v1/cameras/${camera}/faces`, FACES_EVERY_MS, (answer) => {
  if (answer === null) {
    cut = true;
    showNothing("Mien cannot be reached. Trying again …");
  } else if (answer.status === 401) {
    location.reload();
  } else if (answer.ok) {
    connected();
    showPrivacy(answer.body.privacy);
    // Without pictures, the one that says so stands still as it should.
    if (answer.body.privacy !== "numbers") watchFeed(answer.body.seq);
    // From left to right, as they are in the picture.
    showFaces(answer.body.faces.sort((a, b) => a.box[0] - b.box[0]));
    document.getElementById("age").textContent = `${Math.round(answer.body.latency_ms)} ms behind`;
  } else {
    connected();
    showNothing(answer.body?.detail ?? "No picture.");
  }
});

poll("/api/v1/cameras", CAMERA_EVERY_MS, (answer) => {
  const mine = answer?.ok ? answer.body.cameras.find((row) => row.id === camera) : null;
  state.textContent = mine ? mine.state : "not reachable";
  state.className = `state ${mine ? mine.state : "lost"}`;
  document.getElementById("fps").textContent = mine ? `${mine.fps.toFixed(0)} frames a second` : "";
});
