// A line chart: axes with round ticks, lines with a legend, marked points. Lines differ in dash as well as in
// colour.
import { s } from "./dom.js";
import { BOLD, compact } from "./format.js";

/**
 * @typedef {object} Axis
 * @property {number} min
 * @property {number} max
 * @property {string} label
 * @property {boolean} [log]
 * @property {(value: number) => string} [format]
 * @property {number[]} [ticks] where marks stand, where round numbers will not do
 *
 * @typedef {object} Line
 * @property {[number, number][]} points
 * @property {string} series "a" to "e"
 * @property {string} [name] in a legend
 * @property {boolean} [faint]
 *
 * A rule drawn across, at an x or a y.
 * @typedef {{x?: number, y?: number, label?: string, series?: string}} Rule
 *
 * @typedef {{x: number, y: number, label?: string, series: string, rising?: boolean}} Mark
 */

/**
 * About `wanted` round numbers from `low` to `high`.
 *
 * @param {number} low
 * @param {number} high
 */
export function ticks(low, high, wanted = 5) {
  const rough = (high - low) / Math.max(wanted, 1);
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5].find((m) => m * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** @param {number} low @param {number} high */
function decades(low, high) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const stride = Math.max(1, Math.ceil((last - first + 1) / 6));
  const result = [];
  for (let power = last; power >= first; power -= stride) result.unshift(Number(`1e${power}`));
  return result;
}

/** @param {Axis} axis @param {number} from @param {number} to @returns {(value: number) => number} */
function scale(axis, from, to) {
  const map = axis.log ? Math.log10 : Number;
  const low = map(axis.min);
  const span = map(axis.max) - low || 1;
  const range = to - from;
  return (v) => from + (range * (map(v) - low)) / span;
}

/** @param {Line} line */
const lineClass = ({ series, faint }) => `iw-line iw-${series}${faint ? " iw-faint" : ""}`;

/**
 * The names of lines beside a piece of each, in as many rows as they need.
 *
 * @param {(Line & {name: string})[]} lines
 * @param {number} width
 */
function legend(lines, width) {
  let [x, row] = [0, 0];
  const children = [...lines]
    .sort((a, b) => (a.series < b.series ? -1 : 1))
    .map((line) => {
      const room = 34 + (line.faint ? 7.4 : BOLD) * line.name.length;
      if (x && x + room > width) [x, row] = [0, row + 1];
      const y = 9 + 20 * row;
      const nodes = [
        s("path", { class: lineClass(line), d: `M${x} ${y}h28` }),
        s("text", { class: line.faint ? "iw-tick" : "iw-strong", x: x + 34, y: y + 4 }, line.name),
      ];
      x += room + 16;
      return nodes;
    });
  return { children, height: lines.length ? 20 * (row + 1) + 8 : 0 };
}

/**
 * Children for an <svg> of `width` × `height` pixels, and toX and toY, which turn data into pixels,
 * and fromX, which finds the data of a pixel on a linear axis.
 *
 * @param {{width: number, height: number, x: Axis, y: Axis, lines?: Line[], rules?: Rule[], marks?: Mark[]}} about
 */
export function plot({ width, height, x, y, lines = [], rules = [], marks = [] }) {
  const formatX = x.format ?? compact;
  const formatY = y.format ?? compact;
  const yTicks = y.log ? decades(y.min, y.max) : ticks(y.min, y.max, Math.max(2, Math.round(height / 55)));
  const left = 12 + 7.2 * Math.max(...yTicks.map((t) => formatY(t).length), 1);
  const right = width - 14;
  const key = legend(
    lines.flatMap((line) => (line.name ? [{ ...line, name: line.name }] : [])),
    width,
  );
  const top = 26 + key.height;
  const bottom = height - 40;
  const toX = scale(x, left, right);
  const toY = scale(y, bottom, top);
  /** @type {import("./dom.js").Child[]} */
  const children = [];
  for (const t of yTicks) {
    children.push(
      s("line", { class: "iw-grid", x1: left, x2: right, y1: toY(t), y2: toY(t) }),
      s("text", { class: "iw-tick", x: left - 6, y: toY(t) + 4, "text-anchor": "end" }, formatY(t)),
    );
  }
  for (const t of x.ticks ?? (x.log ? decades(x.min, x.max) : ticks(x.min, x.max, Math.round(width / 90)))) {
    children.push(
      s("line", { class: "iw-axis", x1: toX(t), x2: toX(t), y1: bottom, y2: bottom + 4 }),
      s("text", { class: "iw-tick", x: toX(t), y: bottom + 17, "text-anchor": "middle" }, formatX(t)),
    );
  }
  children.push(
    s("line", { class: "iw-axis", x1: left, x2: right, y1: bottom, y2: bottom }),
    s("text", { class: "iw-label", x: (left + right) / 2, y: height - 6, "text-anchor": "middle" }, x.label),
    s("text", { class: "iw-label", x: 0, y: 12 + key.height }, y.label),
    key.children,
  );
  /** @type {import("./dom.js").Child[]} */
  const notes = []; // above the lines that they may meet
  for (const rule of rules) {
    const across = rule.y !== undefined;
    const at = across ? toY(rule.y ?? 0) : toX(rule.x ?? 0);
    children.push(
      s("line", {
        class: `iw-rule iw-${rule.series ?? "muted"}`,
        x1: across ? left : at,
        x2: across ? right : at,
        y1: across ? at : top,
        y2: across ? at : bottom,
      }),
    );
    if (rule.label) {
      const end = !across && at > (left + right) / 2;
      notes.push(
        s(
          "text",
          {
            class: `iw-note iw-${rule.series ?? "muted"}`,
            x: across ? left + 6 : at + (end ? -5 : 5),
            y: across ? at - 6 : top + 10,
            "text-anchor": end ? "end" : "start",
          },
          rule.label,
        ),
      );
    }
  }
  for (const line of lines) {
    const path = line.points
      .map(([px, py], i) => `${i ? "L" : "M"}${toX(px).toFixed(1)} ${toY(py).toFixed(1)}`)
      .join("");
    children.push(s("path", { class: lineClass(line), d: path }));
  }
  children.push(...notes);
  for (const mark of marks) {
    const px = toX(mark.x);
    const room = 10 + BOLD * (mark.label ?? "").length; // words stand at the right, unless on a rule or out of the plot
    const crossed = rules.some(({ x: at = mark.x }) => toX(at) > px && toX(at) < px + room && px - room > left);
    const end = crossed || px > (left + right) * 0.6;
    // below a line that rises to the right; at the foot of the plot, further along it
    const drop = mark.rising && !end ? Math.min(18, bottom - 5 - toY(mark.y)) : -9;
    const along = mark.rising && !end ? 10 + 0.75 * (18 - drop) : 10;
    children.push(s("circle", { class: `iw-mark iw-${mark.series}`, cx: px, cy: toY(mark.y), r: 5.5 }));
    if (mark.label) {
      const at = { x: px + (end ? -10 : along), y: toY(mark.y) + drop, "text-anchor": end ? "end" : "start" };
      children.push(s("text", { class: "iw-note iw-strong", ...at }, mark.label));
    }
  }
  /** @param {number} pixel */
  const fromX = (pixel) => x.min + ((x.max - x.min) * (pixel - left)) / (right - left);
  return { children, toX, toY, fromX, left, right, top, bottom };
}
