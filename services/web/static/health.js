// The numbers under the picture: pace, age, workers, what was dropped and why; and in a word whether all is well.

import { percent } from "./words.js";

const MINUTE_MS = 60000;
const OLD_MS = 1000;
const MUCH_DROPPED = 0.25;
const SILENT_MS = 5000;

// Of shared.entities.Cause.
const CAUSES = {
  superseded: "A worker took a newer frame instead",
  stale: "Too old before a worker came to it",
  trimmed: "The queue was full before a worker came",
  abandoned: "Its worker died or froze",
  undecodable: "It could not be decoded",
  failed: "Its worker raised an error",
};

const byId = (id) => document.getElementById(id);
const UNKNOWN = "–";
const whole = (number) => Math.round(number).toLocaleString();
const ms = (age) => (age < 10000 ? `${whole(age)} ms` : `${whole(age / 1000)} s`);
const total = (dropped) => Object.values(dropped).reduce((sum, n) => sum + n, 0);

// What is amiss, worst first, as [kind of state, words].
function verdict({ camera, workers, age_ms: age }, share) {
  if (camera.state !== "live") return [camera.state, `the camera is ${camera.state}`];
  if (workers.every((worker) => worker.heartbeat_age_ms > SILENT_MS)) return ["lost", "no worker is running"];
  if (age.now === null) return ["opening", "no results yet"];
  if (age.now > OLD_MS) return ["opening", "the picture is late"];
  if (share > MUCH_DROPPED) return ["opening", "workers cannot keep up"];
  return ["live", "all is well"];
}

export class Health {
  // What was counted in the last minute: {at, captured, dropped}, oldest first.
  #minute = [];

  show(status) {
    if (!status.broker) {
      this.unknown("the broker is away");
      return;
    }
    this.#remember(status);
    const share = this.#share();
    this.#verdict(verdict(status, share));
    this.#pace(status);
    this.#workers(status.workers);
    byId("lost-share").textContent = share === null ? UNKNOWN : percent(share);
    this.#causes(status.dropped);
  }

  // Nothing is known, for this reason: what was known is not said any longer.
  unknown(why) {
    this.#verdict(["lost", why]);
    this.#pace({ camera: {}, results_fps: null, age_ms: { now: null, p95: null } });
    ["at-work", "lost-share"].forEach((id) => (byId(id).textContent = UNKNOWN));
    byId("workers-words").textContent = "";
    byId("causes").querySelectorAll("td").forEach((cell) => (cell.textContent = UNKNOWN));
  }

  // Until the broker has said it, nothing is known.
  #remember({ captured, dropped }) {
    const at = Date.now();
    this.#minute = this.#minute.filter((then) => at - then.at <= MINUTE_MS);
    if (captured === null || dropped === null) return;
    if (this.#minute.at(-1)?.captured > captured) this.#minute = [];
    this.#minute.push({ at, captured, dropped });
  }

  // Of the last minute's frames, those that were not shown; null where there were none.
  #share() {
    const [first, last] = [this.#minute[0], this.#minute.at(-1)];
    const captured = first ? last.captured - first.captured : 0;
    return captured > 0 ? Math.min(1, Math.max(0, total(last.dropped) - total(first.dropped)) / captured) : null;
  }

  #verdict([kind, words]) {
    byId("verdict").className = `state ${kind}`;
    byId("verdict").textContent = words;
  }

  #pace({ camera, results_fps: fps, age_ms: age }) {
    byId("rate").textContent = fps?.toFixed(1) ?? UNKNOWN;
    byId("camera-rate").textContent = camera.fps ? `of ${camera.fps.toFixed(1)} that the camera gives` : "";
    byId("age-now").textContent = age.now === null ? UNKNOWN : ms(age.now);
    byId("age-p95").textContent = age.p95 === null ? "" : `95 of 100 under ${ms(age.p95)}`;
    byId("fps").textContent = fps === null ? "" : `${fps.toFixed(0)} frames a second`;
    byId("age").textContent = age.now === null ? "" : `${ms(age.now)} behind`;
  }

  #workers(workers) {
    const silent = workers.filter((worker) => worker.heartbeat_age_ms > SILENT_MS).length;
    byId("at-work").textContent = workers.length - silent;
    const pace = workers.reduce((sum, worker) => sum + worker.fps, 0);
    const words = silent > 0 ? `${silent} silent` : `${pace.toFixed(1)} frames a second in all`;
    byId("workers-words").textContent = workers.length > 0 ? words : "faces are not read";
  }

  #causes(dropped) {
    const rows = byId("causes");
    const [first, last] = [this.#minute[0], this.#minute.at(-1)];
    Object.keys(dropped ?? CAUSES).forEach((cause, i) => {
      const row = rows.rows[i] ?? this.#row(rows, cause);
      row.cells[1].textContent = first ? whole(Math.max(0, last.dropped[cause] - first.dropped[cause])) : UNKNOWN;
      row.cells[2].textContent = dropped ? whole(dropped[cause]) : UNKNOWN;
    });
  }

  #row(rows, cause) {
    const row = rows.insertRow();
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = cause;
    const meaning = document.createElement("small");
    meaning.textContent = CAUSES[cause] ?? "";
    name.append(meaning);
    row.append(name);
    [row.insertCell(), row.insertCell()].forEach((cell) => cell.classList.add("number"));
    return row;
  }
}
