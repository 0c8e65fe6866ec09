// A reader's photograph as the network saw those of its training: inception_edu.pretrained.pictures.
import { resize } from "../shared/picture.js";

/** Colours as whole numbers. @param {Float64Array} values */
const whole = (values) => Uint8ClampedArray.from(values, Math.round);

/**
 * The middle square, shrunk to `native` pixels a side (averaged over what each covers), enlarged again to `size`.
 *
 * @param {ArrayLike<number>} values 0 to 255, channel by channel
 * @param {number[]} shape channels, height, width
 * @param {number} size
 * @param {number | null} native null where the pictures of the training were not enlarged
 */
export function view(values, [channels, height, width], size, native) {
  const side = Math.min(height, width);
  const box = { top: (height - side) >> 1, left: (width - side) >> 1, width: side, height: side };
  const first = whole(resize(values, [channels, height, width], box, native ?? size, "bilinear"));
  if (!native) return first;
  const all = { top: 0, left: 0, width: native, height: native };
  return whole(resize(first, [channels, native, native], all, size, "bilinear"));
}

/**
 * Colours channel by channel, of what a canvas holds; what is transparent is laid on white.
 *
 * @param {ArrayLike<number>} rgba
 */
export function channelsOf(rgba) {
  const places = rgba.length / 4;
  const values = new Uint8ClampedArray(3 * places);
  for (let i = 0; i < places; i += 1) {
    const opaque = rgba[4 * i + 3] / 255;
    for (let c = 0; c < 3; c += 1) values[c * places + i] = 255 + (rgba[4 * i + c] - 255) * opaque;
  }
  return values;
}
