// The two pictures: steps under the roof, and the pass as a bar of its steps.
import { s } from "../shared/dom.js";
import { compact } from "../shared/format.js";
import { plot } from "../shared/plot.js";
import { seriesOf, symbol } from "./symbols.js";

export const HEIGHT = 430;
const GIGA = 1e9;
const COLUMN = 50; // pixels at the left, for steps without multiply-adds
const LEAST = 3; // the radius of the smallest mark

/** The next of 1, 3, 10, 30, … at or below a value. */
function below(value) {
  const decade = 10 ** Math.floor(Math.log10(value));
  return value >= 3 * decade ? 3 * decade : decade;
}

/** The next of them above it. */
const above = (value) => 3 / below(3 / value);

/** Multiply-adds a second of each step by its time; null without a time or without multiply-adds. */
const rates = (steps, times, batch) =>
  steps.map(({ macs }, i) => (macs && times[i] !== null ? (batch * macs) / times[i] : null));

/**
 * The decades that the axes show.
 *
 * @typedef {{left: number, right: number, bottom: number, top: number}} Range
 * @returns {Range}
 */
export function rangeOf(p, f, steps) {
  const intensities = f.intensities.filter(Boolean);
  const found = [...rates(steps, f.times, p.batch), ...rates(steps, f.measured, p.batch)].filter(Boolean);
  return {
    left: Math.min(...intensities, f.ridge / 2) / 2,
    right: 1.8 * Math.max(...intensities, 2 * f.ridge),
    bottom: below(0.7 * Math.min(...found)),
    top: above(1.6 * f.peak * GIGA),
  };
}

/** Points of a roof within the range, or none where it lies above it. */
function roofOf({ peak, bandwidth }, { left, right, bottom, top }) {
  const at = (x) => Math.min(peak, bandwidth * x) * GIGA;
  const first = Math.max(left, bottom / (bandwidth * GIGA));
  const last = at(right) > top ? top / (bandwidth * GIGA) : right;
  if (first >= last) return [];
  const ridge = peak / bandwidth;
  const middle = ridge > first && ridge < last ? [ridge] : [];
  return [first, ...middle, last].map((x) => [x, at(x)]);
}

/** Places for marks of these sizes, in rows from the floor up, the largest first. */
function pile(marks, left, floorAt) {
  const places = [];
  let [x, y, row] = [left, floorAt, 0];
  for (const { index, r } of [...marks].sort((a, b) => b.r - a.r || a.index - b.index)) {
    const side = 2.3 * r + 1;
    if (x + side > left + COLUMN - 8 && x > left) [x, y, row] = [left, y - row, 0];
    row = Math.max(row, side);
    places.push({ index, x: x + side / 2, y: y - side / 2, r });
    x += side;
  }
  return places;
}

/**
 * Steps under the roof: what to draw, where each step lies, and the pixels of the roof.
 *
 * @param {any} p settings
 * @param {any} f figures
 * @param {any} data
 * @param {{name: string, kind: string, macs: number}[]} steps
 * @param {number} width
 * @param {Range} range
 */
export function underTheRoof(p, f, data, steps, width, range) {
  const { left: lowest, right: highest, bottom, top } = range;
  const decades = Math.log10(highest / lowest);
  const pad = (decades * COLUMN) / (width - 80 - COLUMN);
  const first = Math.ceil(Math.log10(lowest));
  const ticks = Array.from({ length: Math.floor(Math.log10(highest)) - first + 1 }, (_, i) => Number(`1e${first + i}`));
  const chart = plot({
    width,
    height: HEIGHT,
    x: { min: lowest / 10 ** pad, max: highest, label: "multiply-adds a byte moved", log: true, ticks },
    y: { min: bottom, max: top, label: "multiply-adds a second", log: true },
  });
  const { toX, toY } = chart;
  const path = (points) =>
    points.map(([x, y], i) => `${i ? "L" : "M"}${toX(x).toFixed(1)} ${toY(y).toFixed(1)}`).join("");
  const roof = roofOf(f, range);
  const ridge = Math.min(Math.max(f.ridge, lowest), highest);
  const area = (from, to, series) => {
    const inside = roof.filter(([x]) => x >= from && x <= to);
    if (inside.length < 2) return null;
    return s("path", {
      class: `iw-under iw-${series}`,
      d: `${path(inside)}L${toX(to)} ${chart.bottom}L${toX(inside[0][0])} ${chart.bottom}Z`,
    });
  };
  const scale = Math.min(64, width / 10);
  const radius = (i) => Math.max(scale * Math.sqrt(f.times[i] / f.seconds), LEAST);
  const best = rates(steps, f.times, p.batch);
  const real = rates(steps, f.measured, p.batch);
  const marks = steps.map((_, index) => ({ index, r: radius(index) }));
  const places = [
    ...marks.flatMap((mark) =>
      best[mark.index] === null ? [] : [{ ...mark, x: toX(f.intensities[mark.index]), y: toY(best[mark.index]) }],
    ),
    ...pile(
      marks.filter(({ index }) => best[index] === null),
      chart.left + 3,
      chart.bottom - 2,
    ),
  ].sort((a, b) => b.r - a.r);
  const measured = places.flatMap(({ index, x, y, r }) =>
    real[index] === null ? [] : [{ index, x, y: toY(Math.max(real[index], bottom)), r, from: y }],
  );
  const looked = places.find(({ index }) => index === Math.min(p.step, steps.length) - 1) ?? places[0];
  const divider = toX(lowest) - 3;
  const others = Object.entries(data.machines)
    .filter(([name]) => name !== p.machine)
    .map(([, machine], i) => {
      const other = { peak: machine.peaks[p.precision] ?? machine.peaks[4], bandwidth: machine.bandwidth };
      const points = roofOf(other, range);
      if (!points.length) return null;
      const [x, y] = points[points.length - 1];
      const clear = Math.abs(Math.log10(other.peak / f.peak)) > 0.12;
      const at =
        x === highest
          ? { x: chart.right, y: toY(y) - 7, "text-anchor": "end" }
          : { x: toX(x) + 6, y: chart.top + 14 + 16 * i };
      return [
        s("path", { class: "iw-rule iw-muted", fill: "none", d: path(points) }),
        clear ? s("text", { class: "iw-tick", ...at }, machine.title.replace("NVIDIA ", "")) : null,
      ];
    });
  const region = (from, to, text) =>
    toX(to) - toX(from) > 6.6 * text.length
      ? s("text", { class: "iw-tick", x: toX(to) - 8, y: chart.bottom - 9, "text-anchor": "end" }, text)
      : null;
  const ring = { class: "iw-window", cx: looked.x, cy: looked.y, r: looked.r + 5 };
  const end = looked.x > (chart.left + chart.right) / 2;
  const word = {
    x: looked.x + (end ? 1 : -1) * 6,
    y: looked.y - looked.r - 9,
    "text-anchor": end ? "end" : "start",
  };
  return {
    places,
    range,
    fromY: (pixel) => bottom * (top / bottom) ** ((chart.bottom - pixel) / (chart.bottom - chart.top)),
    peakAt: { x: chart.right, y: toY(f.peak * GIGA) },
    slopeAt: (x) => ({ x: toX(x), y: toY(Math.min(f.peak, f.bandwidth * x) * GIGA) }),
    children: [
      area(roof[0]?.[0] ?? lowest, ridge, "b"),
      area(ridge, highest, "a"),
      chart.children,
      s("line", { class: "iw-axis", x1: divider, x2: divider, y1: chart.top, y2: chart.bottom }),
      s(
        "text",
        { class: "iw-tick", x: (chart.left + divider) / 2, y: chart.bottom + 17, "text-anchor": "middle" },
        "0",
      ),
      region(roof[0]?.[0] ?? lowest, ridge, "waits for memory"),
      region(ridge, highest, "waits for arithmetic"),
      others,
      s("path", { class: "iw-roof", d: path(roof) }),
      measured.map(({ x, y, from }) => s("line", { class: "iw-drop", x1: x, x2: x, y1: from, y2: y })),
      places.map((place) => symbol(steps[place.index].kind, place, measured.length ? "iw-step iw-pale" : "iw-step")),
      measured.map((place) => symbol(steps[place.index].kind, { ...place, r: Math.max(place.r, 4) }, "iw-hollow")),
      s("circle", ring),
      s("text", { class: "iw-note iw-strong", ...word }, steps[looked.index].name.split(" / ").at(-1)),
    ],
    label: `${steps.length} steps under a roof on logarithmic axes: it rises with ${compact(f.bandwidth * GIGA)} bytes a second up to ${compact(f.peak * GIGA)} multiply-adds a second, which it reaches at ${compact(f.ridge)} multiply-adds a byte.`,
  };
}

const BAR = 26;
const LANE = 7;

/** Height of the bars. @param {boolean} measured */
export const passHeight = (measured) => (measured ? 2 : 1) * (BAR + 32) + (measured ? 4 : 0);

/**
 * The pass as a bar in which each step is as wide as its time; under it a line where it waits for memory. A second bar
 * shows what was measured, on the same scale.
 *
 * @param {any} p
 * @param {any} f
 * @param {{name: string, kind: string}[]} steps
 * @param {number} width
 * @param {(seconds: number) => string} time
 */
export function pass(p, f, steps, width, time) {
  const longest = Math.max(f.seconds, f.measured_seconds ?? 0);
  const unit = (width - 2) / longest;
  const looked = Math.min(p.step, steps.length) - 1;
  const ends = [];
  const bar = (times, top, title) => {
    let x = 1;
    /** @type {SVGElement[]} */
    const nodes = [s("text", { x: 0, y: top + 12 }, title)];
    let frame = null;
    times.forEach((seconds, i) => {
      const size = (seconds ?? 0) * unit;
      if (!seconds) return;
      const place = { x: x.toFixed(2), y: top + 20, width: Math.max(size - (size > 3 ? 0.7 : 0), 0.3).toFixed(2) };
      nodes.push(s("rect", { class: `iw-bar iw-${seriesOf(steps[i].kind)}`, ...place, height: BAR }));
      if (times === f.times && f.waits[i])
        nodes.push(s("rect", { class: "iw-waits", ...place, y: top + 21 + BAR, height: LANE - 2 }));
      if (i === looked) frame = s("rect", { class: "iw-window", ...place, y: top + 18, height: BAR + 4, rx: 2 });
      x += size;
      if (times === f.times) ends[i] = x;
    });
    return [...nodes, frame];
  };
  const children = [
    bar(f.times, 0, `At best ${time(f.seconds)}`),
    s("rect", { class: "iw-waits", x: width - 138, y: 6, width: 22, height: LANE - 2 }),
    s("text", { class: "iw-tick", x: width - 2, y: 12, "text-anchor": "end" }, "waits for memory"),
  ];
  if (f.measured_seconds !== null) children.push(bar(f.measured, BAR + 36, `Measured ${time(f.measured_seconds)}`));
  return {
    children,
    /** The step at a pixel, counted from 1. @param {number} x */
    stepAt(x) {
      const found = ends.findIndex((end) => x < end);
      return found < 0 ? steps.length : found + 1;
    },
    height: passHeight(f.measured_seconds !== null),
    label: `The pass as a bar of ${steps.length} steps, each as wide as its time.`,
  };
}
