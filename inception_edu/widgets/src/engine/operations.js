// The operations of the family on the maps of one picture. Convolution is a product of matrices: a row for each place,
// with what the window shows there, times a row for each filter.
import { course, maps } from "./tensor.js";

/** @typedef {import("./tensor.js").Maps} Maps */

/**
 * Rows of what the window shows: places × (channels · kernel).
 *
 * @param {Maps} x
 * @param {ReturnType<typeof course>} way
 * @param {number} first channel
 * @param {number} channels
 */
function windows(x, { down, across }, first, channels) {
  const length = channels * down.kernel * across.kernel;
  const rows = new Float32Array(down.count * across.count * length);
  for (let i = 0, at = 0; i < down.count; i += 1) {
    for (let j = 0; j < across.count; j += 1) {
      const [top, left] = [i * down.step - down.margin, j * across.step - across.margin];
      for (let c = first; c < first + channels; c += 1) {
        for (let k = 0; k < down.kernel; k += 1) {
          const y = top + k * down.apart;
          const start = (c * x.height + y) * x.width;
          for (let l = 0; l < across.kernel; l += 1, at += 1) {
            const column = left + l * across.apart;
            if (y >= 0 && y < x.height && column >= 0 && column < x.width) rows[at] = x.data[start + column];
          }
        }
      }
    }
  }
  return rows;
}

/**
 * out[filter · places + place] = scale · (filter · window) + bias, four filters and two windows at a time, so that each
 * number that is read is used more than once.
 *
 * @param {Float32Array} rows the windows
 * @param {number} length of each
 * @param {Layer} layer
 * @param {number} first filter
 * @param {number} filters
 * @param {Float32Array} out
 * @param {boolean} relu
 */
function multiply(rows, length, { weights, scale, bias }, first, filters, out, relu) {
  const places = rows.length / length;
  const last = first + filters - 1;
  /** @param {number} f @param {number} p @param {number} sum */
  const store = (f, p, sum) => {
    const value = sum * scale[f] + bias[f];
    out[f * places + p] = relu && value < 0 ? 0 : value;
  };
  for (let p = 0; p < places; p += 2) {
    const q = Math.min(p + 1, places - 1);
    for (let f = first; f <= last; f += 4) {
      const [g, h, i] = [Math.min(f + 1, last), Math.min(f + 2, last), Math.min(f + 3, last)];
      const [atG, atH, atI] = [(g - f) * length, (h - f) * length, (i - f) * length];
      let [fp, fq, gp, gq, hp, hq, ip, iq] = [0, 0, 0, 0, 0, 0, 0, 0];
      const next = (q - p) * length;
      for (let r = p * length, w = f * length, end = r + length; r < end; r += 1, w += 1) {
        const x = rows[r];
        const y = rows[r + next];
        const a = weights[w];
        fp += a * x;
        fq += a * y;
        const b = weights[w + atG];
        gp += b * x;
        gq += b * y;
        const c = weights[w + atH];
        hp += c * x;
        hq += c * y;
        const d = weights[w + atI];
        ip += d * x;
        iq += d * y;
      }
      store(f, p, fp);
      store(f, q, fq);
      store(g, p, gp);
      store(g, q, gq);
      store(h, p, hp);
      store(h, q, hq);
      store(i, p, ip);
      store(i, q, iq);
    }
  }
}

/**
 * What network.js adds to a node with weights.
 * @typedef {{weights: Float32Array, scale: Float32Array, bias: Float32Array}} Layer
 *
 * @typedef {(node: any, x: Maps, finer: boolean) => Maps} Operation
 */

/** @type {Operation} */
export function conv(node, x, finer) {
  const way = course(node, x, finer);
  const result = maps(node.out, way.down.count, way.across.count, way.spread);
  const filters = node.out / node.groups;
  const length = node.in * node.kernel[0] * node.kernel[1];
  for (let group = 0; group < node.groups; group += 1) {
    const rows = windows(x, way, group * node.in, node.in);
    multiply(rows, length, node, group * filters, filters, result.data, node.relu);
  }
  return result;
}

/**
 * A pool: `take` makes one number of the values in a window, of how many lie in it with the padding that exists.
 *
 * @param {any} node @param {Maps} x @param {boolean} finer
 * @param {(values: number[], size: number) => number} take
 */
function pool(node, x, finer, take) {
  const way = course(node, x, finer);
  const { down, across } = way;
  const result = maps(x.channels, down.count, across.count, way.spread);
  /** @param {typeof down} side @param {number} place */
  const lines = (side, place) => {
    const start = Math.min(place * side.step - side.margin, side.size - 1);
    const all = Array.from({ length: side.kernel }, (_, k) => start + k * side.apart);
    const reach = side.size + side.margin;
    return [all.filter((line) => line >= 0 && line < side.size), all.filter((line) => line < reach).length];
  };
  const columns = Array.from({ length: across.count }, (_, j) => lines(across, j));
  for (let i = 0; i < down.count; i += 1) {
    const [ys, tall] = /** @type {[number[], number]} */ (lines(down, i));
    for (let j = 0; j < across.count; j += 1) {
      const [xs, wide] = /** @type {[number[], number]} */ (columns[j]);
      for (let c = 0; c < x.channels; c += 1) {
        const values = [];
        for (const y of ys) for (const column of xs) values.push(x.data[(c * x.height + y) * x.width + column]);
        result.data[(c * down.count + i) * across.count + j] = take(values, tall * wide);
      }
    }
  }
  return result;
}

/** @type {Operation} */
export const max = (node, x, finer) => pool(node, x, finer, (values) => Math.max(...values));

/** @type {Operation} */
export const avg = (node, x, finer) =>
  pool(node, x, finer, (values, size) => values.reduce((a, b) => a + b, 0) / (node.counts ? size : values.length));

/** Means over windows that leave a grid of node.size a side. @type {Operation} */
export function adaptive({ size }, x) {
  const result = maps(x.channels, size, size);
  /** @param {number} place @param {number} length */
  const span = (place, length) => [Math.floor((place * length) / size), Math.ceil(((place + 1) * length) / size)];
  for (let c = 0, at = 0; c < x.channels; c += 1) {
    for (let i = 0; i < size; i += 1) {
      for (let j = 0; j < size; j += 1, at += 1) {
        const [[top, bottom], [left, right]] = [span(i, x.height), span(j, x.width)];
        let total = 0;
        for (let y = top; y < bottom; y += 1)
          for (let z = left; z < right; z += 1) total += x.data[(c * x.height + y) * x.width + z];
        result.data[at] = total / ((bottom - top) * (right - left));
      }
    }
  }
  return result;
}

/** @type {Operation} */
export function linear(node, x) {
  const result = maps(node.out, 1, 1);
  multiply(x.data, node.in, node, 0, node.out, result.data, node.relu);
  return result;
}

/** Each value divided by (k + alpha / size · the squares of `size` neighbouring channels) to the power beta. @type {Operation} */
export function lrn({ size, alpha, beta, k }, x) {
  const { channels, height, width } = x;
  const result = maps(channels, height, width, x.spread);
  const places = height * width;
  for (let c = 0; c < channels; c += 1) {
    const [from, to] = [Math.max(c - Math.floor(size / 2), 0), Math.min(c + Math.ceil(size / 2), channels)];
    for (let p = 0; p < places; p += 1) {
      let squares = 0;
      for (let n = from; n < to; n += 1) squares += x.data[n * places + p] ** 2;
      result.data[c * places + p] = x.data[c * places + p] / (k + (alpha / size) * squares) ** beta;
    }
  }
  return result;
}

/** @type {Operation} */
export const relu = (_, x) => ({ ...x, data: x.data.map((value) => Math.max(value, 0)) });
