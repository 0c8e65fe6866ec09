// The marks of the kinds of steps: each kind has a shape as well as a colour.
import { h, s } from "../shared/dom.js";

const CIRCLE = "circle";

/** Corners on a circle of radius 1, as large as a circle of the same area by the factor that stands first. */
const CORNERS = {
  square: [1.25, 4, 45],
  diamond: [1.25, 4, 0],
  triangle: [1.4, 3, -90],
  hexagon: [1.1, 6, 0],
};

/** By kind of step: colour, shape, and what a legend calls it. */
const MARKS = {
  convolution: { series: "a", shape: CIRCLE, label: "convolution" },
  linear: { series: "d", shape: "square", label: "fully connected" },
  pool: { series: "b", shape: "diamond", label: "pool" },
  concatenation: { series: "c", shape: "triangle", label: "concatenation or sum" },
  addition: { series: "c", shape: "triangle", label: "concatenation or sum" },
  norm: { series: "e", shape: "hexagon", label: "normalization or ReLU" },
  relu: { series: "e", shape: "hexagon", label: "normalization or ReLU" },
};

/** The colour of a kind. @param {string} kind */
export const seriesOf = (kind) => MARKS[kind].series;

/**
 * A mark of the area of a circle of radius `r`.
 *
 * @param {string} kind of step
 * @param {{x: number, y: number, r: number}} place
 * @param {string} style classes beside its colour's
 */
export function symbol(kind, { x, y, r }, style = "iw-step") {
  const { series, shape } = MARKS[kind];
  const look = { class: `${style} iw-${series}` };
  if (shape === CIRCLE) return s("circle", { ...look, cx: x, cy: y, r });
  const [size, count, turn] = CORNERS[shape];
  const corners = Array.from({ length: count }, (_, i) => {
    const angle = ((turn + (360 * i) / count) * Math.PI) / 180;
    return `${(x + size * r * Math.cos(angle)).toFixed(1)} ${(y + size * r * Math.sin(angle)).toFixed(1)}`;
  });
  return s("path", { ...look, d: `M${corners.join("L")}Z` });
}

/** The marks of these kinds beside their names. @param {string[]} kinds @param {boolean} measured */
export function legend(kinds, measured) {
  const items = [...new Map(kinds.map((kind) => [MARKS[kind].label, kind]))];
  const one = (mark, label) =>
    h("span", {}, s("svg", { class: "iw-svg", width: 18, height: 18, "aria-hidden": "true" }, mark), label);
  const middle = { x: 9, y: 9, r: 6 };
  return [
    ...items.map(([label, kind]) => one(symbol(kind, middle), label)),
    ...(measured ? [one(symbol("convolution", middle, "iw-hollow"), "hollow: measured")] : []),
  ];
}
