// Pictures made of pixels: drawn on a canvas, and resized as torch does.
import { h } from "./dom.js";
import { sum } from "./sums.js";

/**
 * A canvas with a text alternative.
 *
 * @param {number} width in pixels
 * @param {number} height in pixels
 * @param {(index: number) => number[]} rgb the three bytes of a pixel
 * @param {string} label
 */
export function canvas(width, height, rgb, label) {
  const element = h("canvas", { width, height, role: "img", "aria-label": label, class: "iw-picture" });
  const context = /** @type {CanvasRenderingContext2D} */ (element.getContext("2d"));
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i += 1) image.data.set([...rgb(i), 255], 4 * i);
  context.putImageData(image, 0, 0);
  return element;
}

/**
 * The same picture as the address of an image, for an <svg>.
 *
 * @param {Parameters<typeof canvas>} picture
 */
export const address = (...picture) => canvas(...picture).toDataURL();

/** @param {number} x */
const cubic = (x) => (x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0);
/**
 * What resizes: the two of the middle are wider where they shrink (antialiased), all as in torch.
 * @typedef {"nearest" | "bilinear" | "bicubic" | "area"} How
 */

/** How far each filter reaches, and what it is. @type {Record<"bilinear" | "bicubic", [number, (x: number) => number]>} */
const FILTERS = { bilinear: [1, (x) => Math.max(1 - x, 0)], bicubic: [2, cubic] };

/**
 * For each output, [first input, weights …].
 *
 * @param {number} from the length of a line of inputs
 * @param {number} size how many outputs
 * @param {How} how
 */
function taps(from, size, how) {
  const scale = from / size;
  return Array.from({ length: size }, (_, i) => {
    const centre = (i + 0.5) * scale;
    if (how === "nearest") return [Math.min(Math.floor(centre), from - 1), 1];
    if (how === "area") {
      const first = Math.floor(i * scale);
      const count = Math.ceil((i + 1) * scale - 1e-9) - first;
      return [first, ...Array(count).fill(1 / count)];
    }
    const [support, filter] = FILTERS[how];
    const wide = Math.max(scale, 1);
    const first = Math.max(Math.floor(centre - support * wide + 0.5), 0);
    const end = Math.min(Math.floor(centre + support * wide + 0.5), from);
    const weights = Array.from({ length: end - first }, (_, k) => filter(Math.abs((first + k + 0.5 - centre) / wide)));
    const total = sum(weights);
    return [first, ...weights.map((w) => w / total)];
  });
}

/**
 * Part of a picture resized to a square.
 *
 * @param {ArrayLike<number>} values channels of `height` × `width` numbers
 * @param {number[]} shape channels, height, width
 * @param {{left: number, top: number, width: number, height: number}} box
 * @param {number} size
 * @param {How} how
 */
export function resize(values, [channels, height, width], box, size, how) {
  const across = taps(box.width, size, how);
  const down = taps(box.height, size, how);
  const result = new Float64Array(channels * size * size);
  const lines = new Float64Array(box.height * size);
  for (let c = 0; c < channels; c += 1) {
    for (let row = 0; row < box.height; row += 1) {
      const start = (c * height + box.top + row) * width + box.left;
      for (let i = 0; i < size; i += 1) {
        let sum = 0;
        for (let k = 1; k < across[i].length; k += 1) sum += across[i][k] * values[start + across[i][0] + k - 1];
        lines[row * size + i] = sum;
      }
    }
    for (let j = 0; j < size; j += 1) {
      for (let i = 0; i < size; i += 1) {
        let sum = 0;
        for (let k = 1; k < down[j].length; k += 1) sum += down[j][k] * lines[(down[j][0] + k - 1) * size + i];
        result[(c * size + j) * size + i] = sum;
      }
    }
  }
  return result;
}

/**
 * rgb(index) for canvas().
 *
 * @param {ArrayLike<number>} values channels of numbers 0 to 255, one after the other
 * @param {number} pixels
 * @returns {(index: number) => number[]}
 */
export function colours(values, pixels) {
  const grey = values.length === pixels;
  return (i) => [values[i], values[grey ? i : pixels + i], values[grey ? i : 2 * pixels + i]];
}
