// What the page asks of a network. Each job is a generator: what it yields is an answer, or nothing to give others
// their turn.
import { forward, normalized, softmax } from "./forward.js";
import { read } from "./network.js";

const FINE = 7; // places a side that a class activation map should have

/**
 * @typedef {import("./tensor.js").Maps} Maps
 *
 * A picture as the network sees it, 0 to 255 channel by channel, and what is switched off.
 * @typedef {{pixels: ArrayLike<number>, off: string[]}} Question
 *
 * @typedef {{network: import("./network.js").Portable, mean: number[], std: number[]}} About
 */

/** The jobs of one network by name. @param {About} about */
export function jobsOf({ network: portable, mean, std }) {
  const network = read(portable);
  const { size, rows } = network;
  /** @param {ArrayLike<number>} pixels */
  const input = (pixels) => normalized(pixels, size, mean, std);

  /** Maps of every row. @param {Question} question @returns {Generator<undefined, Maps[]>} */
  function* walk({ pixels, off }) {
    const found = [];
    for (const y of forward(network, input(pixels), { off })) {
      found.push(y);
      yield;
    }
    return found;
  }

  /** Scores, and the maps of every row. @param {Question} question */
  function* run(question) {
    const found = yield* walk(question);
    const logits = [.../** @type {Maps} */ (found.at(-1)).data];
    yield { logits, shares: softmax(logits), rows: found };
  }

  return {
    run,
    second: run, // of a second picture, so that neither makes the other stale

    /**
     * The scores with a square of the mean colour over the picture, for one square after the other.
     *
     * @param {Question & {squares: [left: number, top: number, side: number][]}} question
     */
    *occlude({ pixels, off, squares }) {
      for (const square of squares) {
        const found = yield* walk({ pixels: covered(pixels, size, square, mean), off });
        yield { shares: softmax(/** @type {Maps} */ (found.at(-1)).data) };
      }
    },

    /**
     * Class activation maps: before the global average, each place of the last grid has a score of its own for every
     * class. Strides are left out until the grid is fine enough.
     *
     * @param {Question} question
     */
    *explain({ pixels, off }) {
      const plain = yield* walk({ pixels, off });
      const last = plain.findLastIndex((y) => y.height * y.width > 1);
      const tail = rows.slice(last + 1).map(({ node }) => node);
      const [mean, linear] = [tail.find(({ op }) => op === "adaptive"), tail.find(({ op }) => op === "linear")];
      if (last < 0 || tail.length !== 2 || mean?.size !== 1 || !linear || linear.relu) {
        yield { map: null };
        return;
      }
      const finer = strideLeftOut(plain, last);
      let y = plain[last];
      for (y of forward(network, plain[finer - 1] ?? input(pixels), { from: finer, to: last + 1, off, finer })) yield;
      yield { map: classMaps(linear, y), height: y.height, width: y.width, step: y.height / plain[last].height };
    },

    /**
     * For each channel of each row, its largest value in each picture and where that lies.
     *
     * @param {{pictures: ArrayLike<number>[]}} question
     */
    *peaks({ pictures }) {
      for (const pixels of pictures) yield { rows: (yield* walk({ pixels, off: [] })).map(peaks) };
    },
  };
}

/** The row from which on strides are left out, the last that leave the grid fine enough. @param {Maps[]} plain @param {number} last */
function strideLeftOut(plain, last) {
  let grid = plain[last].height;
  for (let i = last; i > 0; i -= 1) {
    if (grid >= FINE) return i + 1;
    const before = plain[i - 1].height / plain[i].height;
    if (before > 1.5) grid *= Math.round(before);
    if (grid >= FINE) return i;
  }
  return last + 1;
}

/** @param {import("./operations.js").Layer & {out: number, in: number}} linear @param {Maps} y */
function classMaps({ out, in: length, weights, scale, bias }, { data }) {
  const places = data.length / length;
  const map = new Float32Array(out * places);
  for (let k = 0; k < out; k += 1) {
    for (let p = 0; p < places; p += 1) {
      let total = 0;
      for (let c = 0; c < length; c += 1) total += weights[k * length + c] * data[c * places + p];
      map[k * places + p] = total * scale[k] + bias[k];
    }
  }
  return map;
}

/**
 * A picture with a square of the mean colour over it.
 *
 * @param {ArrayLike<number>} pixels
 * @param {number} size
 * @param {[left: number, top: number, side: number]} square
 * @param {number[]} mean
 */
export function covered(pixels, size, [left, top, side], mean) {
  const result = Float32Array.from(pixels);
  mean.forEach((colour, c) => {
    for (let y = Math.max(top, 0); y < Math.min(top + side, size); y += 1) {
      const start = (c * size + y) * size;
      result.fill(255 * colour, start + Math.max(left, 0), start + Math.min(left + side, size));
    }
  });
  return result;
}

/** @param {Maps} y */
function peaks({ channels, height, width, data }) {
  const places = height * width;
  const values = new Float32Array(channels);
  const at = new Uint32Array(channels);
  for (let c = 0; c < channels; c += 1) {
    const own = data.subarray(c * places, (c + 1) * places);
    values[c] = own.reduce((a, b) => Math.max(a, b), -Infinity);
    at[c] = own.indexOf(values[c]);
  }
  return { values, at };
}
