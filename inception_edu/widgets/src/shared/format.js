// Numbers as text, the same everywhere in the book: 819,200 · 118.0 M · 0.72

/** Pixels that a letter of a picture's bold words takes, in the widest of the usual fonts. */
export const BOLD = 8.4;

/**
 * An exact whole number, its thousands separated by commas; "–" where there is none.
 *
 * @param {number | null | undefined} value
 */
export function count(value) {
  if (value === null || value === undefined) return "–";
  return String(value)
    .replace("-", "−")
    .replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/**
 * So many of a thing: 1 channel, 2,048 channels.
 *
 * @param {number | null | undefined} value
 * @param {string} thing
 */
export function several(value, thing) {
  return `${count(value)} ${thing}${value === 1 ? "" : "s"}`;
}

/**
 * A number to `digits` significant figures, without an exponent while it is of human size.
 *
 * @param {number | null | undefined} value
 */
export function short(value, digits = 3) {
  if (value === null || value === undefined) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e7) {
    const [mantissa, exponent] = value.toExponential(Math.max(digits - 1, 0)).split("e");
    const power = [...String(Number(exponent))].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");
    return `${Number(mantissa)}·10${power}`;
  }
  const text = String(Number(value.toPrecision(digits)));
  return size >= 1000 ? count(Math.round(value)) : text;
}

/** @type {[number, string][]} */
const UNITS = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "K"],
];

/**
 * 12.3 K, 4.5 M, 1.58 G: for axes and bars, where an exact count has no room.
 *
 * @param {number} value
 */
export function compact(value) {
  for (const [unit, name] of UNITS) {
    if (Math.abs(value) >= unit) return `${Number((value / unit).toPrecision(3))} ${name}`;
  }
  return short(value);
}

/**
 * A share of one as a percentage.
 *
 * @param {number | null | undefined} value
 */
export function percent(value, digits = 1) {
  return value === null || value === undefined ? "–" : `${(100 * value).toFixed(digits)} %`;
}
