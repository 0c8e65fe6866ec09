// A reader's file as a square picture, or one line that says why not.

const MEGABYTES = 40;
const MEGAPIXELS = 64;
const SIDE = 384; // of what is kept of it, in pixels

/** What is wrong with a file, in words for the reader. */
export class Unreadable extends Error {}

/** @param {DataView} view @param {number} at @param {string} text */
const says = (view, at, text) =>
  at + text.length <= view.byteLength && [...text].every((c, i) => view.getUint8(at + i) === c.charCodeAt(0));

/** Width and height of a JPEG, from its frame header. @param {DataView} view @returns {[number, number] | null} */
function jpegSize(view) {
  for (let at = 2; at + 9 < view.byteLength; ) {
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return [view.getUint16(at + 7), view.getUint16(at + 5)];
    }
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/**
 * What a file's first bytes tell: its size in pixels where they do, and whether it moves.
 *
 * @param {DataView} view
 * @returns {{size: [number, number] | null, moves: boolean} | null} null where it is no picture
 */
export function look(view) {
  const text = new TextDecoder("latin1").decode(view);
  if (says(view, 0, "\xff\xd8\xff")) return { size: jpegSize(view), moves: false };
  if (says(view, 0, "\x89PNG\r\n\x1a\n") && view.byteLength > 24) {
    return { size: [view.getUint32(16), view.getUint32(20)], moves: text.includes("acTL") };
  }
  if (says(view, 0, "GIF8") && view.byteLength > 10) {
    const frames = text.split("\x00\x21\xf9\x04").length - 1; // a control block before each frame
    return { size: [view.getUint16(6, true), view.getUint16(8, true)], moves: frames > 1 };
  }
  if (says(view, 0, "RIFF") && says(view, 8, "WEBP")) return { size: null, moves: text.includes("ANIM") };
  if (says(view, 0, "BM") || says(view, 4, "ftypavif") || says(view, 4, "ftyphei")) return { size: null, moves: false };
  return null;
}

/**
 * The middle square of a file, at most SIDE pixels wide, and what was done to it.
 *
 * @param {File} file
 * @returns {Promise<{canvas: HTMLCanvasElement, note: string}>}
 */
export async function readPicture(file) {
  const name = `“${file.name.slice(0, 40)}”`;
  if (!file.size) throw new Unreadable(`${name} is empty.`);
  if (file.size > MEGABYTES * 1e6) {
    const size = Math.round(file.size / 1e6);
    throw new Unreadable(`${name} has ${size} MB, and at most ${MEGABYTES} can be read here: save a smaller copy.`);
  }
  const head = look(new DataView(await file.slice(0, 400_000).arrayBuffer()));
  if (!head) throw new Unreadable(`${name} is no picture: drop a JPEG, PNG, WebP or GIF.`);
  const [width, height] = head.size ?? [0, 0];
  if (width * height > MEGAPIXELS * 1e6) {
    const pixels = `${width.toLocaleString("en")} × ${height.toLocaleString("en")}`;
    throw new Unreadable(
      `${name} has ${pixels} pixels, and at most ${MEGAPIXELS} million can be read here: save a smaller copy.`,
    );
  }
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Unreadable(`${name} is damaged, or of a kind that this browser cannot read.`);
  }
  const canvas = square(bitmap, bitmap.width, bitmap.height);
  const notes = [
    head.moves && "It moves: its first picture was taken.",
    laidOnWhite(canvas) && "What is transparent was laid on white.",
  ];
  return { canvas, note: notes.filter(Boolean).join(" ") };
}

/**
 * The middle square of anything that can be drawn.
 *
 * @param {CanvasImageSource} source
 * @param {number} width
 * @param {number} height
 */
export function square(source, width, height) {
  const side = Math.min(width, height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.min(side, SIDE);
  const context = pen(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, (width - side) / 2, (height - side) / 2, side, side, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** @param {HTMLCanvasElement} canvas */
export const pen = (canvas) =>
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));

/** Whether anything was transparent; then it is no longer. @param {HTMLCanvasElement} canvas */
function laidOnWhite(canvas) {
  const context = pen(canvas);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let clear = false;
  for (let i = 3; i < data.length; i += 4) clear ||= data[i] < 250;
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.globalCompositeOperation = "source-over";
  return clear;
}
