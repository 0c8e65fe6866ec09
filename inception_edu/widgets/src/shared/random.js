// Random numbers that Python can repeat (inception_edu.widgets.random_numbers): mulberry32.

/**
 * A function that gives the next number of [0, 1).
 *
 * @param {number} seed a whole number
 */
export function stream(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
