// Keeps the states of the cameras on the home page true.

import { poll } from "./api.js";

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

function differs(cameras) {
  if (document.getElementById("broker-away")) {
    return true;
  }
  return cameras.length !== cards.size || cameras.some((camera) => !cards.has(camera.id));
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
