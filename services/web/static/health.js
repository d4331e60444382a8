// The numbers under the picture: pace, age, workers, what was dropped and why; and in a word whether all is well.

import { percent } from "./words.js";

const MINUTE = 60;
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
const whole = (number) => Math.round(number).toLocaleString();
const ms = (age) => (age < 10000 ? `${whole(age)} ms` : `${whole(age / 1000)} s`);
const total = (dropped) => Object.values(dropped).reduce((sum, n) => sum + n, 0);

// What is amiss, worst first, as [kind of state, words].
function verdict({ camera, broker, workers, age_ms: age }, share) {
  if (!broker) return ["lost", "the broker is away"];
  if (camera.state !== "live") return [camera.state, `the camera is ${camera.state}`];
  if (workers.every((worker) => worker.heartbeat_age_ms > SILENT_MS)) return ["lost", "no worker is running"];
  if (age.now === null) return ["opening", "no results yet"];
  if (age.now > OLD_MS) return ["opening", "the picture is late"];
  if (share > MUCH_DROPPED) return ["opening", "workers cannot keep up"];
  return ["live", "all is well"];
}

export class Health {
  #minute = [];

  show(status) {
    this.#minute.push({ captured: status.captured, dropped: status.dropped });
    if (this.#minute[0].captured > status.captured) this.#minute = this.#minute.slice(-1);
    this.#minute = this.#minute.slice(-MINUTE);
    const share = this.#share(status);
    this.#verdict(verdict(status, share));
    this.#pace(status);
    this.#workers(status.workers);
    byId("lost-share").textContent = percent(share);
    this.#causes(status.dropped);
  }

  unknown() {
    this.#verdict(["lost", "not known: no connection"]);
  }

  #share(status) {
    const [first] = this.#minute;
    const captured = status.captured - first.captured;
    return captured > 0 ? Math.min(1, (total(status.dropped) - total(first.dropped)) / captured) : 0;
  }

  #verdict([kind, words]) {
    byId("verdict").className = `state ${kind}`;
    byId("verdict").textContent = words;
  }

  #pace({ camera, results_fps: fps, age_ms: age }) {
    byId("rate").textContent = fps.toFixed(1);
    byId("camera-rate").textContent = camera.fps ? `of ${camera.fps.toFixed(1)} that the camera gives` : "";
    byId("age-now").textContent = age.now === null ? "–" : ms(age.now);
    byId("age-p95").textContent = age.p95 === null ? "" : `95 of 100 under ${ms(age.p95)}`;
    byId("fps").textContent = `${fps.toFixed(0)} frames a second`;
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
    Object.entries(dropped).forEach(([cause, count], i) => {
      const row = rows.rows[i] ?? this.#row(rows, cause);
      row.cells[1].textContent = whole(Math.max(0, count - this.#minute[0].dropped[cause]));
      row.cells[2].textContent = whole(count);
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
