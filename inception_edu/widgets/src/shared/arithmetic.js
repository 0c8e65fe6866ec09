// inception_edu.arithmetic, once more: the same closed forms for a page that has no Python.
// A test compares every function with its Python twin over random settings, exactly.

/**
 * One number for a square, or height and width.
 * @typedef {number | [number, number]} Pair
 */

/**
 * [height, width] of a value that is one number for a square, or already a pair.
 *
 * @param {Pair} value
 * @returns {[number, number]}
 */
export function pair(value) {
  return Array.isArray(value) ? value : [value, value];
}

/**
 * floor((size + 2·padding − kernel) / stride) + 1, or null where the kernel does not fit; rounded up in ceil mode.
 *
 * @param {number} size
 * @param {number} kernel
 */
export function outputSize(size, kernel, stride = 1, padding = 0, ceilMode = false) {
  const span = (size + 2 * padding - kernel) / stride;
  const result = (ceilMode ? Math.ceil(span) : Math.floor(span)) + 1;
  if (size < 1 || result < 1) return null;
  return ceilMode && (result - 1) * stride >= size + padding ? result - 1 : result;
}

/**
 * Weights of a convolution without bias: k_h · k_w · in · out.
 *
 * @param {number} inChannels
 * @param {number} outChannels
 * @param {Pair} kernel
 */
export function convParams(inChannels, outChannels, kernel) {
  const [height, width] = pair(kernel);
  return height * width * inChannels * outChannels;
}

/**
 * Multiply-adds of a convolution: its weights, once at every position of the output grid.
 *
 * @param {number} inChannels
 * @param {number} outChannels
 * @param {Pair} kernel
 * @param {Pair} output
 */
export function convMacs(inChannels, outChannels, kernel, output) {
  const [height, width] = pair(output);
  return convParams(inChannels, outChannels, kernel) * height * width;
}

/**
 * Side of the square of input pixels that one output unit sees.
 *
 * @param {[kernel: number, stride: number][]} layers
 */
export function receptiveField(layers) {
  let field = 1;
  let jump = 1;
  for (const [kernel, stride] of layers) {
    field += (kernel - 1) * jump;
    jump *= stride;
  }
  return field;
}

/**
 * Widest 1×1 reduction that still costs less than the direct convolution; 0 where none does.
 *
 * @param {number} inChannels
 * @param {number} outChannels
 * @param {Pair} kernel
 */
export function breakEvenReduction(inChannels, outChannels, kernel) {
  const [height, width] = pair(kernel);
  const direct = height * width * inChannels * outChannels;
  return Math.max(Math.ceil(direct / (inChannels + height * width * outChannels)) - 1, 0);
}
