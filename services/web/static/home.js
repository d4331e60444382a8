// Keeps what the home page shows of the cameras and workers true: nothing of it needs a reload.

import { SIGNED_OUT, poll } from "./api.js";
import { reducedMotion } from "./theme.js";
import { Tiles } from "./tiles.js";
import { Trouble } from "./trouble.js";
import { takeWorkers } from "./workers.js";

const EVERY_MS = 2000;

const byId = (id) => document.getElementById(id);
const list = byId("cameras");
const trouble = new Trouble(byId("trouble"));
let troubledAt = null;

const tileOf = (camera) => list.querySelector(`[data-camera="${CSS.escape(camera)}"]`);

function newTile(camera) {
  const tile = byId("camera-tile").content.firstElementChild.cloneNode(true);
  tile.dataset.camera = camera;
  tile.querySelectorAll("a").forEach((link) => (link.href = `/cameras/${camera}`));
  tile.querySelectorAll("[data-field=name]").forEach((part) => (part.textContent = camera));
  return tile;
}

function show(tile, camera) {
  const field = (name) => tile.querySelector(`[data-field=${name}]`);
  field("state").className = `state ${camera.state}`;
  field("state").textContent = camera.state;
  const size = camera.width ? `${camera.width} × ${camera.height}` : "size not known yet";
  const rate = camera.state === "live" ? ` · ${Math.round(camera.fps)} frames a second` : "";
  field("facts").textContent = size + rate;
  field("error").textContent = camera.error ?? "";
  field("error").hidden = !camera.error;
}

function showAll(cameras) {
  const here = new Set(cameras.map(({ id }) => id));
  [...list.children].filter((tile) => !here.has(tile.dataset.camera)).forEach((tile) => tile.remove());
  cameras.forEach((camera, i) => {
    const tile = tileOf(camera.id) ?? newTile(camera.id);
    if (list.children[i] !== tile) list.insertBefore(tile, list.children[i] ?? null);
    show(tile, camera);
  });
  list.hidden = cameras.length === 0;
  byId("no-camera").hidden = cameras.length > 0;
  byId("front").dataset.count = Math.min(2, cameras.length);
}

function say(words) {
  troubledAt = words === "" ? null : (troubledAt ?? Date.now());
  trouble.say(words, troubledAt ?? Date.now());
}

poll("/api/v1/cameras", EVERY_MS, (answer) => {
  if (answer === null) {
    say("Mien cannot be reached");
  } else if (answer.status === SIGNED_OUT) {
    location.reload();
  } else if (answer.ok) {
    say("");
    showAll(answer.body.cameras);
  } else {
    say(`${(answer.body?.detail ?? "Mien has an error.").replace(/\.$/, "")}`);
  }
});

poll("/api/v1/workers", EVERY_MS, takeWorkers);

new Tiles((camera) => tileOf(camera)?.querySelector("canvas") ?? null, reducedMotion());
