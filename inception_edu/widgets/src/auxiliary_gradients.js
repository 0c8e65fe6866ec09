import { h, swatch, table } from "./shared/dom.js";
import { count, percent, short } from "./shared/format.js";
import { unpack } from "./shared/packing.js";
import { plot } from "./shared/plot.js";
import { widget } from "./shared/widget.js";

/** {with, without}: the norms of every stage at the step looked at, and all of one stage, as 10 to the packed number. */
function norms(p, data) {
  const [step, stage] = [Math.min(p.step, data.steps.length) - 1, data.stages.indexOf(p.stage)];
  const n = data.stages.length;
  return Object.fromEntries(
    ["with", "without"].map((run) => {
      const { values } = unpack(data[run]);
      const norm = (s, i) => 10 ** values[s * n + i] / (p.scale === "weight" ? Math.sqrt(data.parameters[i]) : 1);
      return [
        run,
        {
          by_stage: data.stages.map((_, i) => norm(step, i)),
          by_step: data.steps.map((_, s) => norm(s, stage)),
          accuracy: unpack(data[`${run}_accuracy`]).values[step],
        },
      ];
    }),
  );
}

/** @type {import("./shared/widget.js").Compute} */
function compute(p, data) {
  const [step, stage] = [Math.min(p.step, data.steps.length) - 1, data.stages.indexOf(p.stage)];
  const { with: a, without: b } = norms(p, data);
  return {
    last_step: data.steps.length,
    at: data.steps[step],
    with_norm: a.by_stage[stage],
    without_norm: b.by_stage[stage],
    ratio: a.by_stage[stage] / b.by_stage[stage],
    with_fall: a.by_stage[0] / a.by_stage.at(-1),
    without_fall: b.by_stage[0] / b.by_stage.at(-1),
    with_accuracy: a.accuracy,
    without_accuracy: b.accuracy,
  };
}

const NAMES = [
  ["with", "a", "with heads"],
  ["without", "b", "without heads"],
];

function curves(ui, figure, x, at, width) {
  const found = norms(ui.values, ui.data);
  // one scale for all steps, so that a moving slider moves the lines
  const every = NAMES.flatMap(([run]) => [...unpack(ui.data[run]).values]);
  const share = ui.values.scale === "weight" ? ui.data.parameters.map(Math.sqrt) : [1];
  const y = {
    min: 10 ** Math.min(...every) / Math.max(...share),
    max: (2 * 10 ** Math.max(...every)) / Math.min(...share),
    log: true,
    label: "gradient norm",
    format: short,
  };
  return plot({
    width,
    height: 270,
    x: { min: x[0], max: x.at(-1), format: count, ...at.axis },
    y,
    lines: NAMES.map(([run, series, name]) => ({
      series,
      name,
      points: found[run][figure].map((norm, i) => [x[i], norm]),
    })),
    rules: [{ x: at.x, label: at.label }],
  }).children;
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  const { stages, steps } = ui.data;
  const words = (name) => name.replaceAll("_", " ");
  const pair = (title, name, format) => [title, ui.value(`with_${name}`, format), ui.value(`without_${name}`, format)];
  ui.stage.append(
    say,
    ui.chart(270, (width) => ({
      children: curves(
        ui,
        "by_stage",
        stages.map((_, i) => i + 1),
        {
          x: stages.indexOf(ui.values.stage) + 1,
          label: words(ui.values.stage),
          axis: { label: "stage with weights, from the image to the logits" },
        },
        width,
      ),
      label: `Gradient norm by stage at step ${ui.figures.at}, with and without heads.`,
    })),
    ui.chart(270, (width) => ({
      children: curves(
        ui,
        "by_step",
        steps,
        {
          x: ui.figures.at,
          label: `step ${ui.figures.at}`,
          axis: { label: `training step (${words(ui.values.stage)})` },
        },
        width,
      ),
      label: `Gradient norm of ${words(ui.values.stage)} over ${count(steps.at(-1))} steps, with and without heads.`,
    })),
    table(
      ["Figure", [swatch("a"), "With heads"], [swatch("b"), "Without"]],
      [
        pair("Norm of this stage", "norm", short),
        pair("First stage ÷ last stage", "fall", short),
        pair("Training accuracy of the trunk", "accuracy", percent),
      ],
    ),
    h("p", { class: "iw-help" }, "At step ", ui.value("at"), ", with ÷ without: ", ui.value("ratio", short), "."),
  );
  return (p, f) => {
    const more = f.ratio >= 1;
    say.textContent = `At step ${f.at}, the gradient of ${words(p.stage)} is ${short(more ? f.ratio : 1 / f.ratio)} times as ${more ? "large" : "small"} with heads as without.`;
  };
}

export default widget(compute, build);
