// What is said of a face, in words. The picture's captions say the same.

const FAULTS = {
  small: "too far away", dark: "too dark", blurred: "too blurred", turned: "turned away",
};
const WHY = {
  close: "Two expressions score nearly the same.",
  small: "Too few pixels to read it: come closer.",
  dark: "Too little light on it to read it.",
  blurred: "Too blurred to read it: hold still, or focus.",
  turned: "Turned too far away to read it.",
};

export const percent = (share) => `${Math.round(100 * share)} %`;

// What a face shows; of one that is unsure, why, or between what it stands.
export function caption(face) {
  if (face.expression !== "unsure") return face.expression;
  if (face.candidates.length > 0) return `${face.candidates.join(" or ")}?`;
  return FAULTS[face.reason] ?? "unsure";
}

export const why = (face) => WHY[face.reason] ?? "";

export const faceName = (face, number) => `face ${face.track ?? number}`;

// For a screen reader: everybody, from left to right.
export function spoken(faces) {
  if (faces.length === 0) return "No face in the picture.";
  const one = faces.length === 1;
  return faces.map((face, i) => (one ? caption(face) : `${faceName(face, i + 1)}: ${caption(face)}`)).join(", ");
}
