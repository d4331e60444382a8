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
