import { h, s, table } from "./shared/dom.js";
import { pointOnLine } from "./shared/dragging.js";
import { BOLD, count, short } from "./shared/format.js";
import { stream } from "./shared/random.js";
import { mean } from "./shared/sums.js";
import { widget } from "./shared/widget.js";

const [MEAN, SPREAD, PICTURE] = [2, 1.5, 3.5];
const [BATCHES, LARGEST, EPSILON] = [50, 64, 1e-5];

/** The values of each batch; the first is always the same picture's. Twelve even draws less six are nearly normal. */
const DRAWN = (() => {
  const draw = stream(29);
  const normal = () => {
    let total = 0;
    for (let i = 0; i < 12; i += 1) total += draw();
    return total - 6;
  };
  return Array.from({ length: BATCHES }, () => [
    PICTURE,
    ...Array.from({ length: LARGEST - 1 }, () => MEAN + SPREAD * normal()),
  ]);
})();

/** @param {number[]} values @returns {[number, number]} mean and variance */
function statistics(values) {
  const centre = mean(values);
  return [centre, mean(values.map((value) => (value - centre) ** 2))];
}

/** @param {import("./shared/params.js").Values} p @returns {(value: number, used: [number, number]) => number} */
const layer =
  (p) =>
  (value, [mean, variance]) =>
    (p.gamma * (value - mean)) / Math.sqrt(variance + EPSILON) + p.beta;

/** The values of the batch that is looked at, before and after. @param {import("./shared/params.js").Values} p */
function valuesOf(p) {
  const before = DRAWN[p.number - 1].slice(0, p.batch);
  /** @type {[number, number]} */
  const used = p.mode === "train" ? statistics(before) : [MEAN, SPREAD ** 2];
  return { before, after: before.map((value) => layer(p)(value, used)) };
}

/**
 * @param {import("./shared/params.js").Values} p
 * @returns {import("./shared/params.js").Values}
 */
function compute(p) {
  const { before, after } = valuesOf(p);
  const [mean, variance] = statistics(before);
  const [afterMean, afterVariance] = statistics(after);
  const pictures = DRAWN.map((batch) =>
    layer(p)(PICTURE, p.mode === "train" ? statistics(batch.slice(0, p.batch)) : [MEAN, SPREAD ** 2]),
  );
  return {
    batch_mean: mean,
    batch_var: variance,
    running_mean: MEAN,
    running_var: SPREAD ** 2,
    mean_off: Math.abs(mean - MEAN),
    after_mean: afterMean,
    after_spread: Math.sqrt(afterVariance),
    picture_after: after[0],
    picture_least: Math.min(...pictures),
    picture_most: Math.max(...pictures),
    moved: Math.max(...after.map((value, i) => Math.abs(value - before[i]))),
  };
}

/** A mean that is zero but for rounding is zero. @param {number} value */
const shownMean = (value) => short(Math.abs(value) < 1e-9 ? 0 : value);

const [LOW, HIGH, BIN] = [-10, 10, 0.5];
const BINS = (HIGH - LOW) / BIN;
const PANEL = 140;
const EDGE = 12; // pixels beside the axis

/** The value at a pixel of a histogram. @param {number} x @param {number} width */
const fromX = (x, width) => LOW + ((HIGH - LOW) * (x - EDGE)) / (width - 2 * EDGE);

/**
 * A histogram with the picture as a dot and the means as lines.
 *
 * @param {number} width
 * @param {{title: string, series: string, values: number[], rules: {x: number, series: string, label: string}[]}} about
 */
function histogram(width, { title, series, values, rules }) {
  const toX = (/** @type {number} */ value) =>
    EDGE + ((width - 2 * EDGE) * (Math.min(Math.max(value, LOW), HIGH) - LOW)) / (HIGH - LOW);
  const binOf = (/** @type {number} */ value) => Math.min(Math.max(Math.floor((value - LOW) / BIN), 0), BINS - 1);
  const counts = new Array(BINS).fill(0);
  for (const value of values) counts[binOf(value)] += 1;
  const most = Math.max(...counts);
  const bottom = PANEL - 26;
  const tall = PANEL - 80;
  const size = ((width - 2 * EDGE) * BIN) / (HIGH - LOW) - 1;
  const bars = counts.map((number, i) =>
    number
      ? s("rect", {
          class: `iw-bar iw-${series}`,
          x: toX(LOW + i * BIN) + 0.5,
          y: bottom - (tall * number) / most,
          width: size,
          height: (tall * number) / most,
        })
      : null,
  );
  const ticks = [-10, -5, 0, 5, 10].map((value) => [
    s("line", { class: "iw-axis", x1: toX(value), x2: toX(value), y1: bottom, y2: bottom + 4 }),
    s("text", { class: "iw-tick", x: toX(value), y: bottom + 17, "text-anchor": "middle" }, count(value)),
  ]);
  const lines = rules.map(({ x, series: colour }) =>
    s("line", { class: `iw-rule iw-${colour}`, x1: toX(x), x2: toX(x), y1: 20, y2: bottom }),
  );
  /** Whether words from here to there would stand in the picture, and on no line. */
  const clear = (/** @type {number} */ from, /** @type {number} */ to) =>
    from >= 0 && to <= width && rules.every(({ x }) => toX(x) <= from || toX(x) >= to);
  const labels = rules.map(({ x, series: colour, label }, i) => {
    const [at, room] = [toX(x), 5 + BOLD * label.length];
    const end = !clear(at, at + room) && clear(at - room, at); // at the right of its line, or else at the left
    const place = { x: at + (end ? -5 : 5), y: 32 + 14 * i, "text-anchor": end ? "end" : "start" };
    return s("text", { class: `iw-note iw-${colour}`, ...place }, label);
  });
  return [
    s("text", { class: "iw-strong", x: 0, y: 12 }, title),
    bars,
    s("line", { class: "iw-axis", x1: EDGE, x2: width - EDGE, y1: bottom, y2: bottom }),
    ticks,
    lines,
    labels,
    s("circle", { class: "iw-mark iw-c", cx: toX(values[0]), cy: bottom - 8, r: 5.5 }),
  ];
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  const before = ui.chart(PANEL, (width) => {
    const { values: p, figures: f } = ui;
    const own = { x: f.batch_mean, series: "a", label: `mean ${short(f.batch_mean)}` };
    const running = { x: f.running_mean, series: "muted", label: `running ${short(f.running_mean)}` };
    const values = valuesOf(p).before;
    return {
      children: histogram(width, { title: "Before", series: "a", values, rules: [own, running] }),
      label: `Histogram of ${p.batch} values before the layer, mean ${short(f.batch_mean)}. A dot marks the picture that is in every batch, at ${short(values[0])}.`,
    };
  });
  const after = ui.chart(PANEL, (width) => {
    const { values: p, figures: f } = ui;
    const values = valuesOf(p).after;
    const rules = [{ x: f.after_mean, series: "b", label: `mean ${shownMean(f.after_mean)}` }];
    return {
      children: histogram(width, { title: shift.hint ? "After: drag to shift" : "After", series: "b", values, rules }),
      label: `Histogram of the values after it, in ${p.mode === "train" ? "training" : "evaluation"}, mean ${shownMean(f.after_mean)}. The picture is at ${short(f.picture_after)}.`,
    };
  });
  const shift = pointOnLine(ui, after, {
    name: "beta",
    fromX: (x) => fromX(x, after.clientWidth),
    text: () => short(ui.values.beta),
  });
  ui.stage.append(
    before,
    after,
    say,
    table(
      ["Statistic", "This batch", "Running", "After"],
      [
        ["Mean", ui.value("batch_mean", short), ui.value("running_mean", short), ui.value("after_mean", shownMean)],
        ["Variance", ui.value("batch_var", short), ui.value("running_var", short), "–"],
        ["Spread", "–", "–", ui.value("after_spread", short)],
      ],
    ),
    h(
      "p",
      { class: "iw-help" },
      "The batch's mean is ",
      ui.value("mean_off", short),
      " off the running one. The picture (dot) becomes ",
      ui.value("picture_after", short),
      "; over all fifty batches of this size, ",
      ui.value("picture_least", short),
      " to ",
      ui.value("picture_most", short),
      ". The layer moves a value by up to ",
      ui.value("moved", short),
      ".",
    ),
  );
  return (p, f) => {
    shift.update();
    const used =
      p.mode === "train"
        ? "In training the batch's own mean goes to β and its spread to γ."
        : "In evaluation the running statistics are used.";
    const same = f.picture_least === f.picture_most; // in training too, where γ is 0
    const where = same ? "in every batch" : "here, and something else in another batch";
    say.textContent = `${used} The picture becomes ${short(f.picture_after)} ${where}.`;
  };
}

export default widget(compute, build);
