// Which lines of a picture an output of a convolution sees, and which outputs see a line; along one side of both.

/**
 * First and last line under the kernel; what is below 0 or beyond the picture is padding.
 *
 * @param {number} output
 * @param {number} kernel
 * @param {number} stride
 * @param {number} padding
 * @returns {[first: number, last: number]}
 */
export function sees(output, kernel, stride, padding) {
  const first = output * stride - padding;
  return [first, first + kernel - 1];
}

/**
 * First and last output that sees a line, or null where none does.
 *
 * @param {number} line
 * @param {number} kernel
 * @param {number} stride
 * @param {number} padding
 * @param {number} outputs
 * @returns {[first: number, last: number] | null}
 */
export function seenBy(line, kernel, stride, padding, outputs) {
  const first = Math.max(Math.ceil((line + padding - kernel + 1) / stride), 0);
  const last = Math.min(Math.floor((line + padding) / stride), outputs - 1);
  return first > last ? null : [first, last];
}
