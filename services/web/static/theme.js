// The colours of mien.css, for what is drawn on a canvas, which knows no style sheet.

const dark = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");

// The value of a custom property: colour("happy"), colour("soft").
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// Of the body, as a canvas wants it: font(12) is `12px ...`.
export const font = (size) => `${size}px ${getComputedStyle(document.body).fontFamily}`;

export const reducedMotion = () => still.matches;

// Calls `redraw` when the colours have changed.
export function onTheme(redraw) {
  dark.addEventListener("change", redraw);
}

// What an expression is filled with: its colour; of one that is unsure, stripes, so that it is no eighth expression.
export function filling(context, expression) {
  return expression === "unsure" ? striped(context) : colour(expression);
}

function striped(context) {
  const side = 6 * devicePixelRatio;
  const tile = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const pen = tile.getContext("2d");
  pen.fillStyle = colour("unsure-back");
  pen.fillRect(0, 0, side, side);
  pen.strokeStyle = colour("unsure");
  pen.lineWidth = side / 4;
  // Three lines, so that the corners meet those of the next tile.
  [-side, 0, side].forEach((left) => {
    pen.beginPath();
    pen.moveTo(left - 1, side + 1);
    pen.lineTo(left + side + 1, -1);
    pen.stroke();
  });
  return context.createPattern(tile, "repeat");
}
