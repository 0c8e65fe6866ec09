// Maps and pictures as pixels. A map is normalized by itself: its smallest value is dark, its largest bright.
import { h } from "../shared/dom.js";
import { pen } from "./reading.js";

/** Dark, colour, bright: in the colours that the branches have in the whole book. @type {Record<string, number[][]>} */
const RAMPS = {
  a: [
    [10, 14, 32],
    [0, 114, 178],
    [198, 233, 255],
  ],
  b: [
    [24, 10, 6],
    [213, 94, 0],
    [255, 232, 205],
  ],
  c: [
    [4, 22, 18],
    [0, 158, 115],
    [206, 255, 238],
  ],
  d: [
    [24, 8, 20],
    [190, 90, 150],
    [255, 226, 243],
  ],
  plain: [
    [12, 14, 20],
    [124, 134, 148],
    [250, 251, 252],
  ],
};
export const SERIES = ["a", "b", "c", "d"];

/** The series of a branch: beyond four, plain. @param {number} index */
export const seriesOf = (index) => SERIES[index] ?? "plain";

/** The 256 colours of a series, four bytes each, made once. @type {Map<string, Uint8ClampedArray>} */
const TABLES = new Map();

/** @param {string} series */
function table(series) {
  const known = TABLES.get(series);
  if (known) return known;
  const [dark, middle, bright] = RAMPS[series];
  const made = new Uint8ClampedArray(1024).fill(255);
  for (let i = 0; i < 256; i += 1) {
    const share = i / 255;
    const [from, to, part] = share < 0.55 ? [dark, middle, share / 0.55] : [middle, bright, (share - 0.55) / 0.45];
    for (let c = 0; c < 3; c += 1) made[4 * i + c] = from[c] + (to[c] - from[c]) * part;
  }
  TABLES.set(series, made);
  return made;
}

/**
 * Smallest and largest value of one map.
 *
 * @param {{width: number, height: number, data: Float32Array}} y
 * @param {number} channel
 */
export function range({ width, height, data }, channel) {
  const own = data.subarray(channel * width * height, (channel + 1) * width * height);
  let [low, high] = [Infinity, -Infinity];
  for (const value of own) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { own, low, high };
}

/**
 * One map into a canvas, which takes its size.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {{width: number, height: number, data: Float32Array}} y
 * @param {number} channel
 * @param {string} series
 */
export function paintMap(canvas, y, channel, series) {
  const { own, low, high } = range(y, channel);
  const image = new ImageData(y.width, y.height);
  const colours = new Uint32Array(table(series).buffer);
  const pixels = new Uint32Array(image.data.buffer);
  const step = 255 / (high - low);
  if (high > low) for (let i = 0; i < own.length; i += 1) pixels[i] = colours[Math.round((own[i] - low) * step)];
  else pixels.fill(colours[high > 0 ? 140 : 0]); // the same everywhere
  canvas.width = y.width;
  canvas.height = y.height;
  pen(canvas).putImageData(image, 0, 0);
}

/**
 * A stretch of maps into a canvas, each in a square of its own with hard edges.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {{width: number, height: number, data: Float32Array}} y
 * @param {number} first
 * @param {number} count
 * @param {string} series
 * @param {(map: number) => [x: number, y: number, side: number]} square of the map, counted from 0
 */
export function paintMaps(canvas, y, first, count, series, square) {
  const small = document.createElement("canvas"); // each map in turn
  const context = pen(canvas);
  context.imageSmoothingEnabled = false;
  for (let map = 0; map < count; map += 1) {
    const [left, top, side] = square(map);
    paintMap(small, y, first + map, series);
    context.drawImage(small, left, top, side, side);
  }
}

/** Pixels channel by channel into a canvas. @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} pixels @param {number} size */
export function paintPixels(canvas, pixels, size) {
  canvas.width = canvas.height = size;
  const places = size * size;
  const image = new ImageData(size, size);
  const grey = pixels.length === places;
  for (let i = 0; i < places; i += 1) {
    for (let c = 0; c < 3; c += 1) image.data[4 * i + c] = pixels[grey ? i : c * places + i];
    image.data[4 * i + 3] = 255;
  }
  pen(canvas).putImageData(image, 0, 0);
}

/**
 * Warmth over a picture, the picture itself grey under it: 0 is cold, 1 glows.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLCanvasElement} picture
 * @param {ArrayLike<number>} values rows after one another, NaN where nothing is known yet
 * @param {number} width
 * @param {number} height
 * @param {number} [cold] the value that is cold; the smallest
 */
export function paintHeat(canvas, picture, values, width, height, cold) {
  const side = 192;
  canvas.width = canvas.height = side;
  const context = pen(canvas);
  context.drawImage(picture, 0, 0, side, side);
  const shown = context.getImageData(0, 0, side, side);
  const known = Array.from(values).filter(Number.isFinite);
  const low = cold ?? Math.min(...known);
  const high = Math.max(...known, low + 1e-9);
  /** @param {number} x @param {number} y */
  const at = (x, y) => {
    const value = values[Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1)];
    return Number.isFinite(value) ? Math.max((value - low) / (high - low), 0) : 0;
  };
  for (let i = 0; i < side * side; i += 1) {
    const [x, y] = [(((i % side) + 0.5) * width) / side - 0.5, ((Math.floor(i / side) + 0.5) * height) / side - 0.5];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [x - left, y - top];
    const share =
      (1 - v) * ((1 - u) * at(left, top) + u * at(left + 1, top)) +
      v * ((1 - u) * at(left, top + 1) + u * at(left + 1, top + 1));
    const { data } = shown;
    const grey = 0.3 * data[4 * i] + 0.59 * data[4 * i + 1] + 0.11 * data[4 * i + 2];
    const glow = 0.85 * share ** 1.4;
    for (const [c, warm] of [255, 120 + 100 * share, 40 * share].entries()) {
      data[4 * i + c] = grey * 0.8 * (1 - glow) + (0.45 * grey + 0.65 * warm) * glow;
    }
  }
  context.putImageData(shown, 0, 0);
}

/** A canvas for decoration or with words. @param {string} kind @param {string} [label] */
export const canvas = (kind, label) =>
  h("canvas", {
    class: kind,
    width: 1,
    height: 1,
    ...(label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" }),
  });
