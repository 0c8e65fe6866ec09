// What the operations pass on: maps of one picture, and the window that a convolution or a pool moves over them.

/**
 * Channels of height × width numbers, one after the other.
 *
 * `spread` is 1, except on a finer grid than the network's own (forward.js): then neighbours of the network's grid lie
 * so many places apart.
 *
 * @typedef {object} Maps
 * @property {number} channels
 * @property {number} height
 * @property {number} width
 * @property {number} spread
 * @property {Float32Array} data
 *
 * @typedef {[height: number, width: number]} Pair
 *
 * @typedef {object} Window
 * @property {Pair} kernel
 * @property {Pair} stride
 * @property {Pair} pad
 * @property {boolean} [ceil]
 */

/**
 * @param {number} channels
 * @param {number} height
 * @param {number} width
 * @param {number} [spread]
 * @param {Float32Array} [data]
 * @returns {Maps}
 */
export const maps = (channels, height, width, spread = 1, data = new Float32Array(channels * height * width)) => ({
  channels,
  height,
  width,
  spread,
  data,
});

/**
 * How many places a window has along one side; as inception_edu.arithmetic.output_size.
 *
 * @param {number} size @param {number} kernel @param {number} stride @param {number} pad @param {boolean} ceil
 */
function places(size, kernel, stride, pad, ceil) {
  const span = size + 2 * pad - kernel;
  const result = (ceil ? Math.ceil(span / stride) : Math.floor(span / stride)) + 1;
  return ceil && (result - 1) * stride >= size + pad ? result - 1 : result;
}

/**
 * Where a window goes along one side: `count` places, the first line of each at place · step − margin, lines `apart`.
 *
 * With `finer`, the window moves by one line instead of by its stride, so that its places lie `stride` times as close,
 * and those of the network's own grid are every stride-th of them. What reads the result must spread its window
 * as far (à trous: with holes), and then sees at those places exactly what it saw before.
 *
 * @param {Window} window
 * @param {Maps} x
 * @param {0 | 1} axis
 * @param {boolean} finer
 */
function along(window, x, axis, finer) {
  const [kernel, stride, pad] = [window.kernel[axis], window.stride[axis], window.pad[axis]];
  const { spread } = x;
  const size = axis ? x.width : x.height;
  const own = places(size / spread, kernel, stride, pad, window.ceil ?? false);
  const dense = finer || spread > 1;
  const count = dense ? own * stride * spread : own;
  return { kernel, count, step: dense ? 1 : stride, margin: pad * spread, apart: spread, size };
}

/** Both sides of a window over maps. @param {Window} window @param {Maps} x @param {boolean} finer */
export function course(window, x, finer) {
  const dense = finer || x.spread > 1;
  return {
    down: along(window, x, 0, finer),
    across: along(window, x, 1, finer),
    spread: dense ? x.spread * window.stride[0] : 1,
  };
}
