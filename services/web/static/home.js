// Keeps what the home page says of the cameras and workers true.

import { poll } from "./api.js";
import { takeWorkers } from "./workers.js";

const EVERY_MS = 2000;
const cards = new Map([...document.querySelectorAll("[data-camera]")].map((card) => [card.dataset.camera, card]));

function show(card, camera) {
  const state = card.querySelector("[data-field=state]");
  state.className = `state ${camera.state}`;
  state.textContent = camera.state;
  const size = camera.width ? `${camera.width} × ${camera.height}` : "size not known yet";
  const rate = camera.state === "live" ? ` · ${Math.round(camera.fps)} frames a second` : "";
  card.querySelector("[data-field=facts]").textContent = size + rate;
}

// The page says why a camera gives no picture; with another state, that is no longer true.
const explained = (state) => state === "lost" || state === "unknown";

function changed(camera) {
  const card = cards.get(camera.id);
  return !card || explained(camera.state) !== explained(card.querySelector("[data-field=state]").textContent);
}

function differs(cameras) {
  if (document.getElementById("broker-away")) {
    return true;
  }
  return cameras.length !== cards.size || cameras.some(changed);
}

poll("/api/v1/cameras", EVERY_MS, (answer) => {
  if (answer === null || !answer.ok) {
    return;
  }
  if (differs(answer.body.cameras)) {
    location.reload();
    return;
  }
  answer.body.cameras.forEach((camera) => show(cards.get(camera.id), camera));
});

poll("/api/v1/workers", EVERY_MS, takeWorkers);
