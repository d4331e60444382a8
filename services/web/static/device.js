// The page "Use this device's camera": asks for the camera on a click, shows it, and sends it.

import { Sender } from "./sender.js";

const byId = (id) => document.getElementById(id);
const RATE_EVERY_MS = 1000;
const STILL_MS = 2000;

const WHY = {
  NotAllowedError: "The browser was not allowed to use the camera. Allow it beside the address, then start again.",
  NotFoundError: "This device has no camera that the browser knows of.",
  NotReadableError: "The camera cannot be read: another program may be using it.",
  OverconstrainedError: "That camera is gone. Choose another one.",
};

let stream = null;
let sender = null;
let starting = 0;
let takenAt = 0;
let taken = 0;

function show(id, visible) {
  const part = byId(id);
  if (part) part.hidden = !visible;
}

function say(problem) {
  byId("problem").textContent = problem;
  show("problem", problem !== "");
}

function light(word, kind = "") {
  const lamp = byId("light");
  if (lamp.textContent === word) return;
  lamp.textContent = word;
  lamp.className = `state ${kind}`;
  byId("announcement").textContent = `The camera is ${word}.`;
}

function showFeed(camera) {
  const path = `/cameras/${camera}`;
  byId("feed").src = `${path}/stream.mjpg`;
  byId("live").href = path;
  ["feed", "live"].forEach((id) => show(id, true));
  show("nothing", false);
  byId("device").dataset.camera = camera;
}

function hideFeed() {
  byId("feed").removeAttribute("src");
  ["feed", "live"].forEach((id) => show(id, false));
  show("nothing", true);
  delete byId("device").dataset.camera;
}

function running(is) {
  show("start", !is);
  show("stop", is);
}

function stop(problem = "") {
  starting += 1;
  sender?.stop();
  stream?.getTracks().forEach((track) => track.stop());
  sender = stream = null;
  byId("preview").srcObject = null;
  hideFeed();
  running(false);
  light("off");
  say(problem);
}

function wanted() {
  const [width, height] = byId("size").value.split("x").map(Number);
  const device = byId("which").value;
  const video = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 30 } };
  return { audio: false, video: device ? { ...video, deviceId: { exact: device } } : { ...video, facingMode: "user" } };
}

// Their names are told only to who has the permission.
async function listDevices() {
  const used = stream?.getVideoTracks()[0].getSettings().deviceId ?? "";
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput");
  const options = cameras.map((device, i) => new Option(device.label || `Camera ${i + 1}`, device.deviceId));
  byId("which").replaceChildren(...options);
  byId("which").value = used;
}

// One that looks away from whoever holds the device shows the world as it is.
function chooseMirror(track) {
  byId("mirror").checked = track.getSettings().facingMode !== "environment";
  mirrorPreview();
}

function mirrorPreview() {
  byId("preview").classList.toggle("mirrored", byId("mirror").checked);
}

const tell = {
  camera: showFeed,
  taken: (problem) => {
    taken += 1;
    takenAt = performance.now();
    light("sending", "sending");
    say(problem);
  },
  lost: (reason) => {
    hideFeed();
    light("connecting", "opening");
    say(`${reason} Trying again …`);
  },
  ended: stop,
};

async function start() {
  stop();
  const mine = starting;
  running(true);
  light("waiting for permission", "opening");
  let given;
  try {
    given = await navigator.mediaDevices.getUserMedia(wanted());
  } catch (error) {
    if (mine === starting) stop(WHY[error.name] ?? `The camera cannot be used: ${error.message}`);
    return;
  }
  if (mine !== starting) {
    given.getTracks().forEach((track) => track.stop());
    return;
  }
  stream = given;
  const [track] = stream.getVideoTracks();
  track.onended = () => stop("The camera was taken away.");
  if (byId("device").dataset.chosen !== track.label) chooseMirror(track);
  byId("device").dataset.chosen = track.label;
  byId("preview").srcObject = stream;
  await byId("preview").play().catch(() => {});
  if (mine !== starting) return;
  light("connecting", "opening");
  sender = new Sender(byId("preview"), () => byId("mirror").checked, tell);
  await listDevices().catch(() => {});
}

function restart() {
  if (stream) start();
}

function showRate() {
  const { videoWidth, videoHeight } = byId("preview");
  byId("numbers").textContent = sender && taken ? `${videoWidth} × ${videoHeight} · ${taken} frames a second` : "";
  if (sender && taken === 0 && performance.now() - takenAt > STILL_MS) light("connecting", "opening");
  taken = 0;
}

if (byId("start")) {
  if (window.isSecureContext && navigator.mediaDevices) {
    byId("start").addEventListener("click", start);
    byId("stop").addEventListener("click", () => stop());
    byId("which").addEventListener("change", restart);
    byId("size").addEventListener("change", restart);
    byId("mirror").addEventListener("change", mirrorPreview);
    window.addEventListener("pagehide", () => stop());
    setInterval(showRate, RATE_EVERY_MS);
  } else {
    show("insecure", true);
    byId("start").disabled = true;
  }
}
