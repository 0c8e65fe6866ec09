import { h, swatch, table } from "./shared/dom.js";
import { count, short } from "./shared/format.js";
import { plot } from "./shared/plot.js";
import { widget } from "./shared/widget.js";

/** Where the figures of a setting stand: the row of its moment, the place of its stage. */
function place(p, data) {
  return { moment: Math.min(p.moment, data.moments.length) - 1, stage: data.stages.indexOf(p.stage) };
}

/** @type {import("./shared/widget.js").Compute} */
function compute(p, data) {
  const { moment, stage } = place(p, data);
  const [alone, factor, margin] = ["alone", "factor", "margin"].map((name) => data[name][moment][stage]);
  return {
    last_moment: data.moments.length,
    at: data.moments[moment],
    alone,
    together: alone * factor,
    factor,
    low: factor / margin,
    high: factor * margin,
    loss: data.loss[moment],
  };
}

const words = (name) => name.replaceAll("_", " ");

/** As short as an axis of a dozen names wants it: c1 for convolution_1, 3a for inception_3a, L for linear. */
const label = (name) => name.replace("inception_", "").replace("convolution_", "c").replace("linear", "L");

/** Both gradients of every stage at the moment looked at. */
function byStage(ui, width) {
  const { stages, alone, factor } = ui.data;
  const { moment, stage } = place(ui.values, ui.data);
  const both = alone.flatMap((row, i) => row.flatMap((value, j) => [value, value * factor[i][j]]));
  const line = (series, name, value) => ({ series, name, points: stages.map((_, i) => [i + 1, value(i)]) });
  return plot({
    width,
    height: 280,
    x: {
      min: 1,
      max: stages.length,
      ticks: stages.map((_, i) => i + 1),
      format: (i) => label(stages[i - 1]),
      label: "stage, from the image to the logits",
    },
    // one scale for all moments, so that a moving slider moves the lines
    y: {
      min: Math.min(...both) / 1.5,
      max: 1.5 * Math.max(...both),
      log: true,
      label: "gradient ÷ weights",
      format: short,
    },
    lines: [
      line("b", "last loss alone", (i) => alone[moment][i]),
      line("a", "with the heads' losses", (i) => alone[moment][i] * factor[moment][i]),
    ],
    rules: [{ x: stage + 1 }],
  }).children;
}

/** The factor of the stage looked at over the training, with its interval. */
function byMoment(ui, width) {
  const { moments, factor, margin } = ui.data;
  const { stage } = place(ui.values, ui.data);
  const line = (power, more) => ({
    series: "a",
    points: moments.map((step, i) => [step, factor[i][stage] * margin[i][stage] ** power]),
    ...more,
  });
  const lines = [line(0, {}), line(-1, { faint: true }), line(1, { faint: true })];
  const values = lines.flatMap(({ points }) => points.map(([, y]) => y));
  return plot({
    width,
    height: 240,
    x: { min: moments[0], max: moments.at(-1), label: `steps made (${words(ui.values.stage)})`, format: count },
    y: {
      min: Math.min(0.8, ...values),
      max: Math.max(1.2, ...values),
      label: "with ÷ without; thin lines: 95 % interval",
      format: short,
    },
    lines,
    rules: [{ x: ui.figures.at }, { y: 1 }],
  }).children;
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  ui.stage.append(
    say,
    ui.chart(280, (width) => ({
      children: byStage(ui, width),
      label: `Relative gradient by stage after ${ui.figures.at} steps, with the heads' losses and without.`,
    })),
    ui.chart(240, (width) => ({
      children: byMoment(ui, width),
      label: `Factor by which the heads' losses enlarge the gradient of ${words(ui.values.stage)}, over the training.`,
    })),
    table(
      ["Gradient ÷ weights of this stage", "Size"],
      [
        [[swatch("b"), "Last loss alone"], ui.value("alone", short)],
        [[swatch("a"), "With the heads' losses"], ui.value("together", short)],
      ],
    ),
    h(
      "p",
      { class: "iw-help" },
      "After ",
      ui.value("at"),
      " steps: with ÷ without ",
      ui.value("factor", short),
      ", interval ",
      ui.value("low", short),
      " to ",
      ui.value("high", short),
      "; loss of the last classifier ",
      ui.value("loss", short),
      ".",
    ),
  );
  return (p, f) => {
    const by = f.factor >= 1 ? `${short(f.factor)} times as large` : `${short(1 / f.factor)} times as small`;
    say.textContent = `After ${f.at} steps, the gradient of ${words(p.stage)} is ${by} with the heads' losses as without.`;
  };
}

export default widget(compute, build);
