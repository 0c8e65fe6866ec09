// Where a value stands on its slider. On a logarithmic one equal ways are equal ratios, so that 16 and 32 lie as far
// apart as 512 and 1,024; zero, where it is allowed, has a place too.

/**
 * Maps between a setting's values and the positions of its slider.
 * @typedef {object} Scale
 * @property {number} min the least position
 * @property {(max: number) => number} end the largest, for a largest value
 * @property {number | "any"} step
 * @property {(value: number) => number} place
 * @property {(position: number) => number} value
 */

/**
 * The nearest number that is easy to name and close enough for a hand: up to 64 each whole number, beyond it multiples
 * of 2, 4, 8 and so on, steps of two or three percent.
 *
 * @param {number} value
 */
export function handy(value) {
  const unit = Math.max(2 ** Math.floor(Math.log2(Math.max(value, 1) / 32)), 1);
  return Math.round(value / unit) * unit;
}

/** @param {import("./params.js").Param} param @returns {Scale} */
export function scaleOf({ scale, min = 0, step }) {
  if (scale !== "log") {
    return { min, end: Number, step: step || "any", place: Number, value: Number };
  }
  /** @param {number} value */
  const place = (value) => Math.log2(value - min + 1);
  return { min: 0, end: place, step: "any", place, value: (position) => handy(2 ** position + min - 1) };
}

/**
 * Where a key moves a setting: arrows by one step, Page Up and Page Down to the double and the half on a logarithmic
 * scale and by 16 steps on another; undefined for a key that does nothing.
 *
 * @param {string} key
 * @param {number} now
 * @param {{min?: number, max: number, step?: number, scale?: string}} about
 * @returns {number | undefined}
 */
export function moved(key, now, { min = 0, max, step = 1, scale }) {
  const log = scale === "log";
  /** @type {Record<string, number>} */
  const to = {
    ArrowRight: now + step,
    ArrowUp: now + step,
    ArrowLeft: now - step,
    ArrowDown: now - step,
    PageUp: log ? Math.max(2 * now, 1) : now + 16 * step,
    PageDown: log ? Math.floor(now / 2) : now - 16 * step,
    Home: min,
    End: max,
  };
  return Object.hasOwn(to, key) ? Math.min(Math.max(to[key], min), max) : undefined;
}
