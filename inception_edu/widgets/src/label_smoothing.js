import { bars, barsHeight } from "./shared/bars.js";
import { h, table } from "./shared/dom.js";
import { percent, short } from "./shared/format.js";
import { plot } from "./shared/plot.js";
import { widget } from "./shared/widget.js";

/**
 * @param {import("./shared/params.js").Values} p
 * @returns {import("./shared/params.js").Values}
 */
function compute(p) {
  const { epsilon, classes, gap } = p;
  const other = epsilon / classes;
  const truth = 1 - epsilon + other;
  const logTrue = -Math.log1p((classes - 1) * Math.exp(-gap));
  const logOther = logTrue - gap;
  return {
    target_true: truth,
    target_other: other,
    predicted_true: Math.exp(logTrue),
    predicted_other: Math.exp(logOther),
    loss: -(truth * logTrue + (classes - 1) * other * logOther),
    hard_loss: -logTrue,
    best_gap: other ? Math.log(truth / other) : null,
    best_loss: other ? -(truth * Math.log(truth) + (classes - 1) * other * Math.log(other)) : 0,
  };
}

const GAPS = Array.from({ length: 101 }, (_, i) => i / 5);

function curve(p, f, width) {
  /** @param {number} epsilon @param {string} figure @returns {[number, number][]} */
  const line = (epsilon, figure) => GAPS.map((gap) => [gap, compute({ ...p, epsilon, gap })[figure]]);
  const smoothed = line(p.epsilon, "loss");
  const hard = line(0, "hard_loss");
  const most = Math.max(...smoothed.map(([, loss]) => loss), ...hard.map(([, loss]) => loss));
  return plot({
    width,
    height: 290,
    x: { min: 0, max: 20, label: "logit of the true class above the others", format: short },
    y: { min: 0, max: most * 1.08, label: "loss", format: short },
    lines: [
      { series: "b", name: "ε = 0", points: hard, faint: p.epsilon > 0 },
      ...(p.epsilon ? [{ series: "a", name: `ε = ${short(p.epsilon)}`, points: smoothed }] : []),
    ],
    rules:
      f.best_gap === null || f.best_gap > 20
        ? []
        : [{ x: f.best_gap, series: "muted", label: `lowest at ${short(f.best_gap)}` }],
    marks: [{ x: p.gap, y: f.loss, series: p.epsilon ? "a" : "b", label: short(f.loss) }],
  }).children;
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  const formula = h("div", { class: "iw-formula" });
  ui.stage.append(
    say,
    ui.chart(barsHeight(2), (width) => {
      const { values: p, figures: f } = ui;
      const bar = (title, truth) => ({
        title,
        note: `true class ${percent(truth)}`,
        parts: [
          { series: "a", amount: truth, label: "true class" },
          { series: "muted", amount: 1 - truth, label: p.classes === 2 ? "the other" : `${p.classes - 1} others` },
        ],
      });
      return {
        children: bars(width, [bar("Target", f.target_true), bar("Predicted", f.predicted_true)]),
        label: `Bars: the target gives the true class ${percent(f.target_true)}, the prediction ${percent(f.predicted_true)}.`,
      };
    }),
    table(
      ["Class", "Target", "Predicted"],
      [
        ["The true one", ui.value("target_true", short), ui.value("predicted_true", short)],
        ["Each other", ui.value("target_other", short), ui.value("predicted_other", short)],
      ],
    ),
    ui.chart(290, (width) => ({
      children: curve(ui.values, ui.figures, width),
      label: `Line chart: the loss by logit gap; ${ui.figures.best_gap === null ? "it falls for ever" : `lowest, ${short(ui.figures.best_loss)}, at a gap of ${short(ui.figures.best_gap)}`}.`,
    })),
    formula,
    h(
      "p",
      { class: "iw-help" },
      "Loss here ",
      ui.value("loss", (v) => short(v, 4)),
      ", without smoothing ",
      ui.value("hard_loss", (v) => short(v, 4)),
      "; lowest possible ",
      ui.value("best_loss", (v) => short(v, 4)),
      " at a gap of ",
      ui.value("best_gap", (v) => (v === null ? "∞" : short(v, 4))),
      ".",
    ),
  );
  return (p, f) => {
    const loss = short(f.loss, 4);
    say.textContent =
      f.best_gap === null
        ? `Without smoothing the loss is ${loss} and falls for ever: no gap is wide enough.`
        : Math.abs(p.gap - f.best_gap) < 0.05
          ? `The gap is right: the loss, ${loss}, cannot be lower.`
          : p.gap > f.best_gap
            ? `Too sure: the loss is ${loss}, and a smaller gap would lower it.`
            : `Not sure enough: the loss is ${loss}, and a wider gap would lower it.`;
    formula.replaceChildren(
      h(
        "div",
        {},
        `target of the true class = 1 − ε + ε/K = 1 − ${short(p.epsilon)} + ${short(p.epsilon)}/${p.classes} = `,
        h("b", {}, short(f.target_true, 4)),
      ),
      h(
        "div",
        {},
        "gap of lowest loss = ln(1 + K·(1 − ε)/ε) = ",
        h("b", {}, f.best_gap === null ? "∞" : short(f.best_gap, 4)),
      ),
    );
  };
}

export default widget(compute, build);
