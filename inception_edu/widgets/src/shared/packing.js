// Arrays that Python packed (inception_edu.widgets.packing).

/**
 * @typedef {object} Packed
 * @property {number[]} shape
 * @property {number} bits
 * @property {number} low
 * @property {number} step
 * @property {string} base64
 */

/**
 * The numbers, rows after one another.
 *
 * @param {Packed} packed
 */
export function unpack({ shape, bits, low, step, base64 }) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const size = bits / 8;
  const values = new Float64Array(bytes.length / size);
  for (let i = 0; i < values.length; i += 1) {
    const whole = size === 1 ? bytes[i] : bytes[2 * i] + 256 * bytes[2 * i + 1];
    values[i] = whole * step + low;
  }
  return { shape, values };
}
