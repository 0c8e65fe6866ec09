// From a picture to scores: a walk through the rows of the paper's table.
import * as operations from "./operations.js";
import { maps } from "./tensor.js";

/** @typedef {import("./tensor.js").Maps} Maps */

/**
 * Maps side by side in depth.
 *
 * @param {Maps[]} parts
 */
function concat(parts) {
  const [{ height, width, spread }] = parts;
  const channels = parts.reduce((sum, part) => sum + part.channels, 0);
  const result = maps(channels, height, width, spread);
  let at = 0;
  for (const { data } of parts) {
    result.data.set(data, at);
    at += data.length;
  }
  return result;
}

/**
 * What comes out of a part of a network.
 *
 * @param {any} node
 * @param {Maps} x
 * @param {boolean} finer whether strides are left out, and what follows them reads with holes
 * @param {(branch: string) => boolean} off which branches are switched off: they give zeros
 * @returns {Maps}
 */
function apply(node, x, finer, off) {
  const on = () => false; // within a branch there is no switch
  if (node.op === "chain") return node.parts.reduce((y, part) => apply(part, y, finer, off), x);
  if (node.op === "concat") {
    const found = Object.entries(node.branches).map(([name, branch]) => {
      const y = apply(branch, x, finer, on);
      return off(name) ? { ...y, data: new Float32Array(y.data.length) } : y;
    });
    return concat(found);
  }
  if (node.op === "residual") {
    const [body, beside] = [apply(node.body, x, finer, off), apply(node.shortcut, x, finer, on)];
    const data = beside.data.map((value, i) => value + node.scale * body.data[i]);
    return { ...body, data: node.relu ? data.map((value) => Math.max(value, 0)) : data };
  }
  return /** @type {Record<string, import("./operations.js").Operation>} */ (operations)[node.op](node, x, finer);
}

/**
 * The maps of each row, beginning with the row number `from`.
 *
 * @param {import("./network.js").Network} network
 * @param {Maps} x what goes into that row
 * @param {object} [how]
 * @param {number} [how.from]
 * @param {number} [how.to] the row before which to stop
 * @param {string[]} [how.off] what is switched off: rows by name, branches as "row / branch"
 * @param {number} [how.finer] from which row on strides are left out (none: nowhere)
 * @returns {Generator<Maps, void>} row by row, so that others may have their turn between two
 */
export function* forward({ rows }, x, { from = 0, to = rows.length, off = [], finer = Infinity } = {}) {
  for (let i = from; i < to; i += 1) {
    const { name, node } = rows[i];
    x = apply(node, x, i >= finer, (branch) => off.includes(`${name} / ${branch}`));
    if (off.includes(name)) x = { ...x, data: new Float32Array(x.data.length) };
    yield x;
  }
}

/**
 * A picture as the network reads it.
 *
 * @param {ArrayLike<number>} pixels 0 to 255, channel by channel
 * @param {number} size
 * @param {number[]} mean a number a channel, of colours from 0 to 1
 * @param {number[]} std
 */
export function normalized(pixels, size, mean, std) {
  const places = size * size;
  const data = Float32Array.from(pixels, (value, i) => {
    const c = Math.floor(i / places);
    return (value / 255 - mean[c]) / std[c];
  });
  return maps(mean.length, size, size, 1, data);
}

/** @param {ArrayLike<number>} logits */
export function softmax(logits) {
  const most = Math.max(...Array.from(logits));
  const powers = Array.from(logits, (value) => Math.exp(value - most));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}
