import { convMacs, convParams, receptiveField } from "./shared/arithmetic.js";
import { bars, barsHeight } from "./shared/bars.js";
import { h, s, swatch, table } from "./shared/dom.js";
import { pointOnLine } from "./shared/dragging.js";
import { count, percent, several, short } from "./shared/format.js";
import { frame, grid } from "./shared/grid.js";
import { plot } from "./shared/plot.js";
import { sum } from "./shared/sums.js";
import { widget } from "./shared/widget.js";

/**
 * The layers of the chain: channels in and out, and the kernel's height and width.
 *
 * @param {import("./shared/params.js").Values} p
 * @returns {[from: number, to: number, kernel: [number, number]][]}
 */
function chain(p) {
  const n = p.kernel_size;
  /** @type {[number, number][]} */
  const kernels =
    p.way === "asymmetric"
      ? [
          [1, n],
          [n, 1],
        ]
      : Array.from({ length: (n - 1) / 2 }, () => [3, 3]);
  const last = kernels.length - 1;
  return kernels.map((kernel, i) => [
    i ? p.mid_channels : p.in_channels,
    i === last ? p.out_channels : p.mid_channels,
    kernel,
  ]);
}

/** [height, width] of what one output sees through the first `depth` layers. */
function field(layers, depth) {
  const seen = layers.slice(0, depth).map(([, , kernel]) => kernel);
  return [receptiveField(seen.map(([height]) => [height, 1])), receptiveField(seen.map(([, width]) => [width, 1]))];
}

/**
 * The most channels in the middle with which the chain costs no more than the one convolution; null for a chain of one.
 *
 * @param {import("./shared/params.js").Values} p
 * @returns {number | null}
 */
function breakEven(p) {
  const direct = convParams(p.in_channels, p.out_channels, p.kernel_size);
  /** @param {number} middle */
  const cost = (middle) => sum(chain({ ...p, mid_channels: middle }).map((layer) => convParams(...layer)));
  if (chain(p).length === 1) return null;
  let [least, most] = [0, direct]; // cost(0) is 0, and a chain of `direct` channels costs more
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (cost(middle) <= direct) least = middle;
    else most = middle;
  }
  return least;
}

/** @type {import("./shared/widget.js").Compute} */
function compute(p) {
  const layers = chain(p);
  const direct = convParams(p.in_channels, p.out_channels, p.kernel_size);
  const factorized = sum(layers.map((layer) => convParams(...layer)));
  const [height, width] = field(layers, p.layer);
  return {
    layers: layers.length,
    direct_params: direct,
    factorized_params: factorized,
    direct_macs: convMacs(p.in_channels, p.out_channels, p.kernel_size, p.grid),
    factorized_macs: sum(layers.map((layer) => convMacs(...layer, p.grid))),
    ratio: factorized / direct,
    break_even: breakEven(p),
    equal_ratio: sum(layers.map(([, , [kh, kw]]) => kh * kw)) / p.kernel_size ** 2,
    field_height: height,
    field_width: width,
  };
}

const gcd = (a, b) => (b ? gcd(b, a % b) : a);
/** @param {number[]} kernel */
const name = ([height, width]) => `${height}×${width}`;

/** The input as a grid, with what the output in its middle sees after each layer, one ring a layer. */
function fields(p, f, width) {
  const layers = chain(p);
  const depth = Math.min(p.layer, f.layers);
  const side = p.kernel_size + 2;
  const cell = Math.floor(Math.min(28, Math.min(width, 300) / side));
  const middle = (side - 1) / 2;
  const sizes = layers.map((_, i) => field(layers, i + 1));
  /** @param {number} row @param {number} col @param {number[]} size */
  const inside = (row, col, [height, wide]) =>
    Math.abs(row - middle) <= (height - 1) / 2 && Math.abs(col - middle) <= (wide - 1) / 2;
  const place = { x: 2, y: 2, rows: side, cols: side, cell };
  const [height, wide] = sizes[depth - 1];
  /** @type {import("./shared/dom.js").Child[]} */
  const children = [
    grid({
      ...place,
      cells: (row, col) => {
        const ring = sizes.findIndex((size) => inside(row, col, size));
        if (ring < 0 || ring >= depth) return { value: null };
        return { value: ring + 1, shade: 1 - (0.7 * ring) / Math.max(layers.length - 1, 1) };
      },
    }),
    frame(place, middle - (height - 1) / 2, middle - (wide - 1) / 2, height, wide),
  ];
  if (width >= 430) {
    const x = side * cell + 26;
    layers.forEach(([from, to, kernel], i) => {
      const y = 22 + i * 44;
      const seen = i < depth;
      children.push(
        s(
          "text",
          { x, y, class: seen ? "iw-strong" : "iw-tick" },
          `${i + 1}. ${name(kernel)}, ${from} → ${several(to, "channel")}`,
        ),
        s("text", { x, y: y + 18, class: "iw-tick" }, `sees ${name(sizes[i])} of the input`),
      );
    });
  }
  const label = `After ${depth} of ${layers.length} layers one output sees ${height}×${wide} input pixels.`;
  return { children, label, height: Math.max(side * cell, width >= 430 ? layers.length * 44 + 10 : 0) + 6 };
}

/**
 * The widths that the picture of the costs shows: to somewhat beyond the one that saves nothing.
 *
 * @param {import("./shared/params.js").Values} p
 * @param {import("./shared/params.js").Values} f
 */
const widest = (p, f) => Math.min(1024, Math.max(8, Math.ceil(1.5 * (f.break_even ?? 8)), p.mid_channels));

/** The cost of the chain by the width in its middle, with the point where it stands. */
function costs(p, f, most, width) {
  const direct = convParams(p.in_channels, p.out_channels, p.kernel_size);
  const of = (middle) => sum(chain({ ...p, mid_channels: middle }).map((layer) => convParams(...layer))) / direct;
  /** @type {[number, number][]} */
  const points = Array.from({ length: 41 }, (_, i) => [1 + ((most - 1) * i) / 40, of(1 + ((most - 1) * i) / 40)]);
  const at = f.break_even;
  return plot({
    width,
    height: 250,
    x: { min: 1, max: most, label: "channels in the middle", format: count },
    y: {
      min: 0,
      max: 1.12 * Math.max(of(most), 1),
      label: `weights, one ${p.kernel_size}×${p.kernel_size} = 1`,
      format: short,
    },
    lines: [{ series: "a", points }],
    rules: [
      { y: 1, series: "muted", label: `one ${p.kernel_size}×${p.kernel_size}` },
      ...(at === null || at > most ? [] : [{ x: at, series: "muted", label: `break-even at ${count(at)}` }]),
    ],
    marks: [
      {
        x: p.mid_channels,
        y: f.ratio,
        series: "a",
        label: `${count(p.mid_channels)}: ${short(f.ratio)}`,
        rising: true,
      },
    ],
  });
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  /** @type {(x: number) => number} */
  let fromX = (x) => x;
  const curve = ui.chart(250, (width) => {
    const drawn = costs(ui.values, ui.figures, point.most(), width);
    fromX = drawn.fromX;
    return {
      children: drawn.children,
      label: `Line chart: the cost by the channels in the middle. ${several(ui.values.mid_channels, "channel")} cost ${short(ui.figures.ratio)} of one ${ui.values.kernel_size}×${ui.values.kernel_size}.`,
    };
  });
  const point = pointOnLine(ui, curve, {
    name: "mid_channels",
    label: "Channels in the middle",
    most: () => widest(ui.values, ui.figures),
    fromX: (x) => fromX(x),
    text: () => `${several(ui.values.mid_channels, "channel")}, ${short(ui.figures.ratio)} of the weights`,
  });
  const formula = h("div", { class: "iw-formula" });
  const help = h("p", { class: "iw-help" });
  const where = h("p", { class: "iw-warn" });
  const series = ["a", "c", "d", "e", "a"];
  ui.stage.append(
    say,
    curve,
    h(
      "p",
      { class: "iw-help" },
      point.hint,
      "Most channels in the middle that cost no more than the one convolution: ",
      ui.value("break_even", (v) => (v === null ? "there is no middle" : count(v))),
      ".",
    ),
    ui.chart(200, (width) => fields(ui.values, ui.figures, width)),
    h(
      "p",
      { class: "iw-help" },
      "One output sees ",
      ui.value("field_height"),
      " × ",
      ui.value("field_width"),
      " input pixels so far. The numbers say which layer reaches a pixel first.",
    ),
    ui.chart(barsHeight(2), (width) => {
      const n = ui.values.kernel_size;
      return {
        children: bars(width, [
          { title: `One ${n}×${n}`, parts: [{ series: "b", amount: ui.figures.direct_params, label: `${n}×${n}` }] },
          {
            title: "Factorized",
            parts: chain(ui.values).map((layer, i) => ({
              series: series[i],
              amount: convParams(...layer),
              label: name(layer[2]),
            })),
          },
        ]),
        label: `Bars: direct ${count(ui.figures.direct_params)} parameters, factorized ${count(ui.figures.factorized_params)}.`,
      };
    }),
    table(
      ["Convolution", "Parameters", "Multiply-adds"],
      [
        [[swatch("b"), "Direct"], ui.value("direct_params"), ui.value("direct_macs")],
        [[swatch("a"), swatch("c"), "Factorized"], ui.value("factorized_params"), ui.value("factorized_macs")],
        ["Factorized ÷ direct", ui.value("ratio", (r) => short(r))],
      ],
    ),
    formula,
    help,
    where,
  );
  return (p, f) => {
    const n = p.kernel_size;
    point.update();
    const divisor = gcd(f.factorized_params, f.direct_params);
    const parts = chain(p).map(([from, to, [kh, kw]]) => `${kh}·${kw}·${from}·${to}`);
    formula.replaceChildren(
      h("div", {}, `direct:  ${n}²·${p.in_channels}·${p.out_channels} = `, h("b", {}, count(f.direct_params))),
      h("div", {}, `factorized:  ${parts.join(" + ")} = `, h("b", {}, count(f.factorized_params))),
    );
    const fraction = `${f.factorized_params / divisor}/${f.direct_params / divisor}`;
    const exact = fraction.length < 10 ? `${fraction} = ${short(f.ratio)}` : short(f.ratio);
    say.textContent =
      f.ratio < 1
        ? `${exact} of the cost remains: ${percent(1 - f.ratio)} saved.`
        : f.ratio === 1
          ? "The cost is the same."
          : `${exact} of the cost: this factorization makes the layer dearer.`;
    const equal = p.in_channels === p.mid_channels && p.mid_channels === p.out_channels;
    help.hidden = equal;
    help.textContent = `With equal numbers of channels everywhere the ratio would be ${short(f.equal_ratio)}; the widths that differ make it ${short(f.ratio)}.`;
    const medium = p.grid >= 12 && p.grid <= 20;
    where.textContent =
      p.way === "stack"
        ? "In the paper's experiments a ReLU after each 3×3 did better than linear layers between."
        : medium
          ? `A ${p.grid}×${p.grid} grid is where the paper found 1×n with n×1 to work: 12 to 20 pixels a side.`
          : `The saving is real, but the paper found 1×n with n×1 to work on grids of 12 to 20 pixels a side, not ${p.grid}${p.grid > 20 ? ", and not in early layers" : ""}.`;
    where.classList.toggle("iw-fine", p.way === "stack" || medium);
  };
}

export default widget(compute, build);
