// Bars on one scale, each of one part or several, with its total.
import { s } from "./dom.js";
import { compact } from "./format.js";

const ROW = 50;

/**
 * Height of `rows` bars in pixels.
 *
 * @param {number} rows
 */
export function barsHeight(rows) {
  return ROW * rows;
}

/**
 * @typedef {object} Part
 * @property {string} series
 * @property {number} amount
 * @property {string} label
 */

/**
 * Children for an <svg>.
 *
 * @param {number} width in pixels
 * @param {{title: string, note?: string, parts: Part[]}[]} rows without a note, the total stands there
 */
export function bars(width, rows) {
  const totals = rows.map(({ parts }) => parts.reduce((sum, { amount }) => sum + amount, 0));
  const most = Math.max(...totals) || 1;
  return rows.map(({ title, note, parts }, i) => {
    const y = ROW * i + 20;
    let x = 0;
    /** @type {SVGElement[]} */
    const nodes = [
      s("text", { x: 0, y: y - 6 }, title),
      s("text", { x: width - 2, y: y - 6, class: "iw-strong", "text-anchor": "end" }, note ?? compact(totals[i])),
    ];
    for (const { series, amount, label } of parts) {
      const size = Math.max((amount / most) * (width - 4 - parts.length), 2);
      nodes.push(s("rect", { class: `iw-bar iw-${series}`, x, y, width: size, height: 22, rx: 2 }));
      if (size > 7.5 * label.length + 12) nodes.push(s("text", { class: "iw-inside", x: x + 8, y: y + 15.5 }, label));
      x += size + 1;
    }
    return nodes;
  });
}
