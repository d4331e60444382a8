// The table of workers on the home page. The words are those of workers.py.

const section = document.getElementById("workers");
const frame = document.getElementById("workers-frame");
const none = document.getElementById("no-worker");
const problem = document.getElementById("workers-problem");

function label(worker, longest) {
  const host = `-${worker.host}-`;
  const at = worker.id.indexOf(host);
  const short = (at < 0 ? "" : worker.id.slice(at + host.length)) || worker.id;
  return short.length <= longest ? short : `…${short.slice(1 - longest)}`;
}

function fill(row, worker) {
  const silent = worker.heartbeat_age_ms > Number(section.dataset.silentAfterMs);
  const field = (name) => row.querySelector(`[data-field=${name}]`);
  field("id").textContent = label(worker, Number(section.dataset.longestLabel));
  field("id").title = worker.id;
  field("host").textContent = worker.host;
  field("fps").textContent = silent ? "–" : worker.fps.toFixed(1);
  field("age").textContent = `${(worker.heartbeat_age_ms / 1000).toFixed(1)} s ago`;
  field("silent").hidden = !silent;
}

function showWorkers(workers) {
  const rows = frame.querySelector("tbody");
  const blank = document.getElementById("worker-row").content;
  while (rows.children.length < workers.length) rows.append(blank.cloneNode(true));
  while (rows.children.length > workers.length) rows.lastElementChild.remove();
  workers.forEach((worker, i) => fill(rows.children[i], worker));
  frame.hidden = workers.length === 0;
  none.hidden = workers.length > 0;
}

function showProblem(why) {
  problem.hidden = why === "";
  problem.textContent = why;
}

// Takes an answer of /api/v1/workers. Where there is none, the page says that what it shows is no longer true.
export function takeWorkers(answer) {
  if (section === null) return;
  if (answer === null) {
    showProblem("Mien cannot be reached: what is known of the workers is old. Trying again …");
  } else if (!answer.ok) {
    showProblem(`What is known of the workers is old. ${answer.body?.detail ?? ""}`);
  } else {
    showProblem("");
    showWorkers(answer.body.workers);
  }
}
