// A grid of pixels or numbers. One path draws all its lines and only shaded cells are elements, so that hundreds of
// cells can follow a slider.
import { s } from "./dom.js";
import { count } from "./format.js";

/** @param {number} x @param {number} y @param {number} rows @param {number} cols @param {number} cell */
function lines(x, y, rows, cols, cell) {
  let path = "";
  for (let row = 0; row <= rows; row += 1) path += `M${x} ${y + row * cell}h${cols * cell}`;
  for (let col = 0; col <= cols; col += 1) path += `M${x + col * cell} ${y}v${rows * cell}`;
  return s("path", { class: "iw-cells", d: path });
}

/**
 * Where a grid lies, and how large its cells are, in pixels.
 * @typedef {{x: number, y: number, cell: number}} Place
 *
 * What a cell shows: a number to write (null: none), and how strongly to colour, −1 to 1.
 * @typedef {{value: number | null, shade?: number}} Cell
 *
 * @typedef {object} Grid
 * @property {number} rows
 * @property {number} cols
 * @property {string} [title] above it
 * @property {(row: number, col: number) => Cell} cells
 * @property {(row: number, col: number) => void} [pick] is called for a click
 */

/**
 * Children for an <svg>.
 *
 * @param {Place & Grid} about
 * @returns {import("./dom.js").Child[]}
 */
export function grid({ x, y, rows, cols, cell, title, cells, pick }) {
  const shades = [];
  const digits = [];
  for (let row = 0; row < rows; row += 1) {
    for (let col = 0; col < cols; col += 1) {
      const { value, shade = 0 } = cells(row, col);
      const [left, top] = [x + col * cell, y + row * cell];
      if (shade) {
        const strength = Math.abs(shade).toFixed(2);
        shades.push(
          s("rect", {
            class: shade < 0 ? "iw-shade-b" : "iw-shade-a",
            "fill-opacity": strength,
            x: left,
            y: top,
            width: cell,
            height: cell,
          }),
        );
      }
      if (value === null || cell < 13) continue;
      const text = count(value);
      const size = Math.min(12, (1.6 * (cell - 2)) / text.length);
      if (size < 8) continue;
      digits.push(
        s("text", { "font-size": size, x: left + cell / 2, y: top + cell / 2 + 4, "text-anchor": "middle" }, text),
      );
    }
  }
  const surface =
    pick &&
    s("rect", {
      class: "iw-pick",
      x,
      y,
      width: cols * cell,
      height: rows * cell,
      onclick: (/** @type {any} */ event) => {
        const box = event.target.getBoundingClientRect();
        pick(Math.floor((event.clientY - box.top) / cell), Math.floor((event.clientX - box.left) / cell));
      },
    });
  return [title ? s("text", { x, y: y - 8 }, title) : [], shades, lines(x, y, rows, cols, cell), digits, surface ?? []];
}

/**
 * A frame around `rows` × `cols` cells from (row, col) of a grid.
 *
 * @param {Place} place of the grid
 * @param {number} row
 * @param {number} col
 * @param {number} rows
 * @param {number} cols
 * @param {string} kind
 */
export function frame({ x, y, cell }, row, col, rows, cols, kind = "iw-window") {
  return s("rect", {
    class: kind,
    x: x + col * cell,
    y: y + row * cell,
    width: cols * cell,
    height: rows * cell,
    rx: 2,
  });
}
