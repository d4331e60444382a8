// The same as the charts in words and numbers.

import { coarser, crowd, share } from "./history_rows.js";
import { lasting } from "./history_range.js";
import { percent } from "./words.js";

const MOST_ROWS = 60;

function cell(tag, words, className = "") {
  const made = Object.assign(document.createElement(tag), { textContent: words, className });
  if (tag === "th") made.scope = "row";
  return made;
}

function line(row, names, moment) {
  const made = document.createElement("tr");
  made.append(cell("th", moment(row.t)), cell("td", row.frames.toLocaleString(), "number"), cell("td", crowd(row).toFixed(1), "number"));
  names.forEach((name) => made.append(cell("td", row.faces === 0 ? "–" : percent(share(row, name)), "number")));
  return made;
}

// Fills `body` with a line for each period, in as few as can be read; the newest first. Returns what it is, in words.
export function fill(body, { rows, everyS, since, until }, names, moment) {
  const few = coarser(rows, everyS, since, until, MOST_ROWS);
  body.replaceChildren(...few.rows.reverse().map((row) => line(row, names, moment)));
  return `A row is ${lasting(few.everyS)}, the newest first. Frames are those that were read; faces, how many one had on average.`;
}
