import { breakEvenReduction, convMacs, convParams } from "./shared/arithmetic.js";
import { bars } from "./shared/bars.js";
import { h, swatch, table } from "./shared/dom.js";
import { pointOnLine } from "./shared/dragging.js";
import { compact, count, several, short } from "./shared/format.js";
import { plot } from "./shared/plot.js";
import { widget } from "./shared/widget.js";

/** @type {import("./shared/widget.js").Compute} */
function compute(p) {
  const { in_channels: depth, reduce_channels: width, out_channels: filters, kernel_size: kernel, grid } = p;
  const direct = convParams(depth, filters, kernel);
  const reduce = convParams(depth, width, 1);
  const after = convParams(width, filters, kernel);
  return {
    direct_params: direct,
    reduce_params: reduce,
    conv_params: after,
    reduced_params: reduce + after,
    direct_macs: convMacs(depth, filters, kernel, grid),
    reduced_macs: convMacs(depth, width, 1, grid) + convMacs(width, filters, kernel, grid),
    ratio: direct / (reduce + after),
    break_even: breakEvenReduction(depth, filters, kernel),
  };
}

/** The widths that the picture of the costs shows: to twice the one that saves nothing, if none wider is looked at. */
const widest = (p, f) => Math.max(Math.min(2048, Math.max(2 * f.break_even, p.reduce_channels)), 8);

/** Cost against the width of the reduction: a straight line that meets the direct cost at the break-even point. */
function curve(p, f, end, width) {
  const slope = f.reduced_params / p.reduce_channels;
  const even = f.direct_params / slope;
  return plot({
    width,
    height: 230,
    x: { min: 0, max: end, label: "width of the 1×1 reduction (channels)", format: count },
    y: { min: 0, max: Math.max(slope * end, f.direct_params) * 1.08, label: "parameters" },
    lines: [
      {
        series: "a",
        points: [
          [0, 0],
          [end, slope * end],
        ],
      },
    ],
    rules: [
      { y: f.direct_params, series: "b", label: "direct" },
      ...(even <= end ? [{ x: even, series: "muted", label: `break-even at ${short(even, 4)}` }] : []),
    ],
    marks: [
      {
        x: p.reduce_channels,
        y: f.reduced_params,
        series: "a",
        label: `${count(p.reduce_channels)}: ${compact(f.reduced_params)}`,
        rising: true,
      },
    ],
  });
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  const formula = h("div", { class: "iw-formula" });
  /** @type {(x: number) => number} */
  let fromX = (x) => x;
  const line = ui.chart(230, (width) => {
    const drawn = curve(ui.values, ui.figures, point.most(), width);
    fromX = drawn.fromX;
    return {
      children: drawn.children,
      label: `Line chart: parameters grow with the width of the reduction and pass the direct ${count(ui.figures.direct_params)} after ${several(ui.figures.break_even, "channel")}.`,
    };
  });
  const point = pointOnLine(ui, line, {
    name: "reduce_channels",
    label: "Width of the 1×1",
    most: () => widest(ui.values, ui.figures),
    fromX: (x) => fromX(x),
    text: () => `${several(ui.values.reduce_channels, "channel")}, ${several(ui.figures.reduced_params, "parameter")}`,
  });
  ui.stage.append(
    say,
    table(
      ["Convolution", "Parameters", "Multiply-adds"],
      [
        [[swatch("b"), "Direct"], ui.value("direct_params"), ui.value("direct_macs")],
        [[swatch("a"), swatch("c"), "With 1×1"], ui.value("reduced_params"), ui.value("reduced_macs")],
        ["Direct ÷ reduced", ui.value("ratio", (r) => `${short(r)} ×`)],
      ],
    ),
    ui.chart(100, (width) => ({
      children: bars(width, [
        {
          title: `Direct: ${ui.values.kernel_size}×${ui.values.kernel_size} on ${several(ui.values.in_channels, "channel")}`,
          parts: [{ series: "b", amount: ui.figures.direct_params, label: "direct" }],
        },
        {
          title: `Reduced: 1×1 to ${count(ui.values.reduce_channels)}, then ${ui.values.kernel_size}×${ui.values.kernel_size}`,
          parts: [
            { series: "a", amount: ui.figures.reduce_params, label: "1×1" },
            { series: "c", amount: ui.figures.conv_params, label: `${ui.values.kernel_size}×${ui.values.kernel_size}` },
          ],
        },
      ]),
      label: `Bars: direct ${count(ui.figures.direct_params)} parameters, reduced ${count(ui.figures.reduced_params)}.`,
    })),
    formula,
    line,
    h(
      "p",
      { class: "iw-help" },
      point.hint,
      "The widest reduction that still pays: ",
      ui.value("break_even", (n) => several(n, "channel")),
      ".",
    ),
  );
  return (p, f) => {
    point.update();
    const k = `${p.kernel_size}²`;
    formula.replaceChildren(
      h("div", {}, `direct:  ${k} · ${p.in_channels} · ${p.out_channels} = `, h("b", {}, count(f.direct_params))),
      h(
        "div",
        {},
        `reduced:  ${p.in_channels} · ${p.reduce_channels} + ${k} · ${p.reduce_channels} · ${p.out_channels} = ` +
          `${count(f.reduce_params)} + ${count(f.conv_params)} = `,
        h("b", {}, count(f.reduced_params)),
      ),
    );
    say.textContent =
      f.ratio > 1
        ? `The reduction makes the layer ${short(f.ratio)} times cheaper.`
        : f.ratio === 1
          ? "Exactly even: the reduction neither saves nor costs."
          : `The reduction does not pay here: the layer costs ${short(1 / f.ratio)} times as much as without it.`;
  };
}

export default widget(compute, build);
