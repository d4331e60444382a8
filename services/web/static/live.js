// The live page: the picture, and beside it what its live data says.

import { SIGNED_OUT, poll } from "./api.js";
import { Events } from "./events.js";
import { Faces } from "./faces.js";
import { Feed } from "./feed.js";
import { Health } from "./health.js";
import { wire } from "./stage.js";
import { Timeline } from "./timeline.js";
import { Store } from "./timeline_store.js";
import { Trouble } from "./trouble.js";
import { spoken } from "./words.js";

const RATE = 10;
const WATCH_EVERY_MS = 500;
const ANNOUNCE_EVERY_MS = 4000;
const OPENING_MS = 3000;
const SIGNED_IN_EVERY_MS = 15000;

const PRIVACY = {
  blur: "Privacy: every face that is found is blurred before a picture leaves the worker.",
  numbers: "Privacy: numbers only. No picture leaves the worker.",
};

const byId = (id) => document.getElementById(id);
const { camera, expressions } = byId("live").dataset;
const api = `/api/v1/cameras/${camera}`;

let aheadMs = null;
let watchedAt = 0;
let words = "";
let troubled = null;
let privacyKnown = null;

const feed = new Feed(byId("feed"), byId("still"));
const faces = new Faces({
  list: byId("faces"), empty: byId("empty"), blank: byId("face-card"), path: `${api}/faces`, expressions: expressions.split(" "),
});
const health = new Health();
const trouble = new Trouble(byId("trouble"));
const store = new Store(`${api}/expressions`);
const timeline = new Timeline(store, () => (aheadMs === null ? null : (Date.now() + aheadMs) / 1000));
const goOn = wire(feed, camera, (paused) => timeline.freeze(paused));

// The broker's clock against this machine's, from when the newest picture was taken and how old it is.
function setClock({ captured_at: capturedAt, age_ms: age }) {
  aheadMs = 1000 * capturedAt + age - Date.now();
}

function watch({ seq, privacy }) {
  // Without pictures, the one that says so stands still as it should.
  if (privacy === "numbers" || Date.now() - watchedAt < WATCH_EVERY_MS) return;
  watchedAt = Date.now();
  feed.watch(seq);
}

// What was seen before faces were to be kept private is not to be held by a pause.
function keepPrivate(privacy) {
  if (feed.paused && privacy in PRIVACY && privacy !== privacyKnown) {
    goOn();
    faces.clear("Looking for faces …");
  }
  privacyKnown = privacy ?? privacyKnown;
}

function showPrivacy(privacy) {
  keepPrivate(privacy);
  byId("privacy").hidden = !(privacy in PRIVACY);
  byId("privacy-words").textContent = PRIVACY[privacy] ?? "";
  ["snapshot", "pause"].forEach((id) => (byId(id).hidden = privacy === "numbers" && !feed.paused));
}

function showState(state, kind = state) {
  byId("state").textContent = state;
  byId("state").className = `state ${kind}`;
}

// When a silence began, on this machine's clock: by how long it lasts, since every machine's clock is another.
const began = (since, quietS) => (quietS == null ? 1000 * since - (aheadMs ?? 0) : Date.now() - 1000 * quietS);

// What keeps the picture from moving, with since when; nothing is ["", null].
function missing({ broker, camera: { state, error }, since, quiet_s: quiet }) {
  const ms = since === null ? Date.now() : began(since, quiet);
  if (!broker) return ["The broker is away", ms];
  if (state === "lost" || state === "unknown") return [`The camera is lost${error ? ` (${error})` : ""}`, ms];
  // A camera that was closed, because nobody looked, takes a moment.
  return since === null || Date.now() - ms < OPENING_MS ? ["", null] : ["No pictures come", ms];
}

function say(what, sinceMs) {
  // One trouble keeps its beginning, whoever tells of it.
  if (troubled?.what !== what) troubled = what === "" ? null : { what, sinceMs };
  trouble.say(what, troubled?.sinceMs);
  if (what !== "" && !feed.paused) faces.clear(`${what}.`);
}

new Events(camera, `${api}/events?crops=1&rate=${RATE}`, {
  result: (result) => {
    setClock(result);
    store.add(result.captured_at, result.faces);
    if (feed.paused) return;
    watch(result);
    if (result.privacy !== "off") result.faces.forEach((face) => delete face.crop);
    // From left to right, as they are in the picture.
    result.faces.sort((a, b) => a.box[0] - b.box[0]);
    faces.show(result.faces);
    words = spoken(result.faces);
  },
  status: (status) => {
    say(...missing(status));
    // What was last heard of the camera, need not be true any longer.
    showState(status.broker ? status.camera.state : "unknown");
    showPrivacy(status.privacy);
    health.show(status);
  },
  gap: ({ from, until }) => store.fill(from, until),
  lost: (sinceMs, why) => {
    if (why.isGone) feed.rest();
    say(why.words, sinceMs);
    showState(why.state, "lost");
    health.unknown("not known: no live data");
    words = `${why.words}.`;
  },
  back: () => feed.restart(),
});

// Who has signed out in another tab, sees nothing in this one: what is open already asks for no leave.
poll("/api/v1/workers", SIGNED_IN_EVERY_MS, (answer) => {
  if (answer?.status === SIGNED_OUT) location.reload();
});

// For screen readers: what changed and has lasted, not what each picture says.
let before = "";
setInterval(() => {
  if (words === before && words !== byId("announcement").textContent) byId("announcement").textContent = words;
  before = words;
}, ANNOUNCE_EVERY_MS / 2);
