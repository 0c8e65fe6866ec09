import { convMacs, convParams } from "./shared/arithmetic.js";
import { h, s, swatch, table } from "./shared/dom.js";
import { compact, count, percent, several, short } from "./shared/format.js";
import { handle } from "./shared/handles.js";
import { motion } from "./shared/motion.js";
import { handy } from "./shared/scale.js";
import { sum } from "./shared/sums.js";
import { widget } from "./shared/widget.js";

const BRANCHES = [
  ["1x1", "1×1", "a"],
  ["3x3", "3×3", "b"],
  ["5x5", "5×5", "c"],
  ["pool", "pool", "d"],
];
const NAIVE = { n3x3_reduce: 0, n5x5_reduce: 0, pool_proj: 0 };

/**
 * A convolution.
 * @typedef {[from: number, to: number, kernel: number]} Conv
 */

/**
 * The convolutions of each branch.
 *
 * @param {import("./shared/params.js").Values} p
 * @returns {Record<string, Conv[]>}
 */
function branches(p) {
  const depth = p.in_channels;
  /** @param {number} reduce @param {number} filters @param {number} kernel @returns {Conv[]} */
  const stack = (reduce, filters, kernel) =>
    reduce
      ? [
          [depth, reduce, 1],
          [reduce, filters, kernel],
        ]
      : [[depth, filters, kernel]];
  return {
    "1x1": [[depth, p.n1x1, 1]],
    "3x3": stack(p.n3x3_reduce, p.n3x3, 3),
    "5x5": stack(p.n5x5_reduce, p.n5x5, 5),
    pool: p.pool_proj ? [[depth, p.pool_proj, 1]] : [],
  };
}

/** Parameters, with a bias a filter, and multiply-adds. @param {Conv[]} convs @param {number} grid */
function cost(convs, grid) {
  return [sum(convs.map((conv) => convParams(...conv) + conv[1])), sum(convs.map((conv) => convMacs(...conv, grid)))];
}

/** @type {import("./shared/widget.js").Compute} */
function compute(p, data) {
  const parts = branches(p);
  const [params, macs] = cost(Object.values(parts).flat(), p.grid);
  const [naiveParams, naiveMacs] = cost(Object.values(branches({ ...p, ...NAIVE })).flat(), p.grid);
  const filters = { "1x1": p.n1x1, "3x3": p.n3x3, "5x5": p.n5x5, pool: p.pool_proj || p.in_channels };
  const depth = sum(Object.values(filters));
  const large = p.n3x3 + p.n5x5;
  const found = data.rows.find(([, row]) => Object.keys(row).every((name) => p[name] === row[name]));
  const figures = {
    out_channels: depth,
    params,
    macs,
    naive_channels: depth - filters.pool + p.in_channels,
    naive_params: naiveParams,
    naive_macs: naiveMacs,
    ratio: naiveMacs / macs,
    row: found ? found[0] : null,
    deep_enough: depth === p.target_depth,
    large_enough: 100 * large >= p.target_large * depth,
    cheap_enough: macs <= p.budget * 1e6,
    large_share: large / depth,
  };
  for (const [key] of BRANCHES) {
    const [own, work] = cost(parts[key], p.grid);
    Object.assign(figures, {
      [`filters_${key}`]: filters[key],
      [`params_${key}`]: own,
      [`macs_${key}`]: work,
      [`share_${key}`]: work / macs,
    });
  }
  return figures;
}

const write = (x, y, text, more) => s("text", { x, y, "text-anchor": "middle", ...more }, text);
const strong = { class: "iw-strong" };

/** Words in a box, smaller where they would stick out of it. @param {number} room */
const within = (x, y, text, room) => write(x, y, text, { "font-size": Math.min(13, room / (0.6 * text.length)) });

/** The setting that each edge of a band changes: behind a branch's reduction, and behind its last layer. */
const EDGES = {
  "1x1": [null, "n1x1"],
  "3x3": ["n3x3_reduce", "n3x3"],
  "5x5": ["n5x5_reduce", "n5x5"],
  pool: [null, "pool_proj"],
};

/** How many channels each band of the picture carries: the input, and each branch in its middle and at its end. */
function channels(p, f) {
  const found = { input: p.in_channels };
  for (const [key] of BRANCHES) {
    const reduce = EDGES[key][0];
    found[`middle_${key}`] = (reduce && p[reduce]) || p.in_channels;
    found[`end_${key}`] = f[`filters_${key}`];
  }
  return found;
}

/**
 * Pixels a channel, so that all bands fit.
 *
 * @param {import("./shared/motion.js").Numbers} wide
 * @param {number} width
 */
function natural(wide, width) {
  const ends = BRANCHES.map(([key]) => wide[`end_${key}`]);
  return Math.min((width - 2) / sum(ends), (0.9 * boxWidth(width)) / Math.max(...Object.values(wide)));
}

/** @param {number} width */
const boxWidth = (width) => Math.min(width / 4 - 4, 150);

/**
 * The module from top to bottom: bands as wide as the data is deep, boxes as dark as their share of the cost.
 *
 * @param {import("./shared/params.js").Values} p
 * @param {import("./shared/params.js").Values} f
 * @param {object} about
 * @param {import("./shared/motion.js").Numbers} about.wide the channels of the bands, perhaps on their way
 * @param {number} about.scale pixels a channel
 * @param {number} width
 * @returns what is drawn, and where the edges of bands are, by the setting that they change
 */
function picture(p, f, { wide, scale }, width) {
  const [first, second, bottom, tall] = [74, 154, 246, 42];
  const column = width / 4;
  const box = boxWidth(width);
  const parts = branches(p);
  const flows = [];
  const boxes = [];
  /** @type {Record<string, {x: number, y: number}>} */
  const edges = {};
  const band = (middle, y, end, channels, series) =>
    flows.push(
      s("rect", {
        class: `iw-flow iw-${series}`,
        x: middle - (channels * scale) / 2,
        y,
        width: channels * scale,
        height: end - y,
      }),
    );
  const edge = (name, middle, y, channels) => {
    if (name) edges[name] = { x: middle + (channels * scale) / 2, y: y + 12 };
  };
  let left = (width - sum(BRANCHES.map(([key]) => wide[`end_${key}`])) * scale) / 2;
  BRANCHES.forEach(([key, , series], i) => {
    const middle = column * (i + 0.5);
    const [between, behind] = EDGES[key];
    const end = wide[`end_${key}`];
    /** @type {[text: string, macs: number][]} */
    const steps = parts[key].map(([from, to, kernel]) => [
      `${kernel}×${kernel} · ${count(to)}`,
      convMacs(from, to, kernel, p.grid),
    ]);
    if (key === "pool") steps.unshift(["max 3×3", 0]);
    const two = steps.length > 1;
    band(middle, 34, two ? first : first + tall, wide.input, series);
    band(middle, first + tall, second, wide[`middle_${key}`], series);
    if (two) edge(between, middle, first + tall, wide[`middle_${key}`]);
    steps.forEach(([text, macs], step) => {
      const top = step === steps.length - 1 ? second : first;
      const place = { x: middle - box / 2, y: top, width: box, height: tall, rx: 6 };
      boxes.push(
        s("rect", { class: `iw-box iw-${series}`, ...place }),
        s("rect", { class: "iw-shade-b", "fill-opacity": (macs / f.macs).toFixed(2), ...place }),
        within(middle, top + 17, text, box - 6),
        within(middle, top + 34, macs ? compact(macs) : "no weights", box - 6),
      );
    });
    const y = second + tall;
    const size = end * scale;
    flows.push(
      s("path", {
        class: `iw-flow iw-${series}`,
        d: `M${middle - size / 2} ${y}L${left} ${bottom}h${size}L${middle + size / 2} ${y}z`,
      }),
    );
    edge(behind, middle, y, end);
    boxes.push(s("rect", { class: `iw-bar iw-${series}`, x: left, y: bottom, width: size, height: 26 }));
    const filters = f[`filters_${key}`];
    if (size > 9 * String(filters).length + 4)
      boxes.push(write(left + size / 2, bottom + 18, filters, { class: "iw-inside" }));
    left += size;
  });
  const shape = (channels) => `${count(channels)} × ${p.grid} × ${p.grid}`;
  const children = [
    flows,
    s("rect", { class: "iw-box iw-muted", x: 1, y: 1, width: width - 2, height: 33, rx: 6 }),
    write(width / 2, 22, `input: ${shape(p.in_channels)}`, strong),
    boxes,
    write(width / 2, bottom + 46, `joined: ${shape(f.out_channels)}`, strong),
  ];
  return { children, edges };
}

/**
 * The picture of the module, in which the edges of bands can be dragged; what is to be called after every change.
 *
 * @param {import("./shared/widget.js").Ui} ui
 */
function bands(ui) {
  let [wide, scale, kept] = [600, 1, Infinity]; // the last: what the scale may not exceed while an edge is held
  /** @type {Record<string, ReturnType<typeof handle>>} */
  const grips = {};
  BRANCHES.forEach(([key], branch) => {
    EDGES[key].forEach((name, place) => {
      if (!name) return;
      grips[name] = handle(ui, {
        name,
        least: place ? undefined : 1, // a reduction of none has no edge
        valueAt: (x) => Math.max(handy((2 * (x - (branch + 0.5) * (wide / 4))) / kept), 1),
        text: () => several(ui.values[name], "channel"),
        take() {
          kept = scale;
        },
        release() {
          kept = Infinity;
          ui.draw();
        },
      });
    });
  });
  const chart = ui.chart(298, (width) => {
    const about = moving.now();
    [wide, scale] = [width, Math.min(natural(about, width), kept)];
    const { children, edges } = picture(ui.values, ui.figures, { wide: about, scale }, width);
    for (const [name, grip] of Object.entries(grips)) grip.show(edges[name] ?? null);
    return {
      children,
      label: `Four branches on ${several(ui.values.in_channels, "channel")} leave ${ui.figures.out_channels}.`,
    };
  });
  const moving = motion(() => {
    const own = ui.charts.find(({ frame }) => frame === chart);
    if (own) ui.drawChart(own);
  });
  ui.endings.push(moving.end);
  return {
    element: h(
      "div",
      { class: "iw-held" },
      chart,
      Object.values(grips).map(({ element }) => element),
    ),
    hint: Object.keys(grips).every((name) => ui.locked(name)) ? "" : "Drag the edge of a band. ",
    update: (p, f) => moving.to(channels(p, f), kept < Infinity),
  };
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  const goals = h("div", { class: "iw-warn", role: "status" });
  const rows = h(
    "select",
    {
      id: `${ui.uid}-row`,
      "data-action": "load-row",
      onchange: () => {
        const row = ui.data.rows.find(([label]) => label === rows.value);
        if (row) ui.setOpen(row[1]);
      },
    },
    h("option", { value: "" }, "your own"),
    ui.data.rows.map(([label]) => h("option", { value: label }, `GoogLeNet's (${label})`)),
  );
  const naive = h(
    "button",
    { type: "button", "data-action": "naive", onclick: () => ui.setOpen(NAIVE) },
    "No reductions",
  );
  const module = bands(ui);
  const value = (name, key, format) => ui.value(`${name}_${key}`, format);
  ui.stage.append(
    say,
    goals,
    h("div", { class: "iw-check" }, h("label", { for: rows.id }, "Widths"), rows, naive),
    module.element,
    h(
      "p",
      { class: "iw-help" },
      module.hint,
      "A band is as wide as the data is deep; a box as dark as its share of the multiply-adds, which stand in it.",
    ),
    table(
      ["Branch", "Depth", "Parameters", "MACs", "Share"],
      [
        ...BRANCHES.map(([key, name, series]) => [
          [swatch(series), name],
          value("filters", key),
          value("params", key),
          value("macs", key, compact),
          value("share", key, percent),
        ]),
        ["This module", ui.value("out_channels"), ui.value("params"), ui.value("macs", compact), ""],
        [
          "Naive module",
          ui.value("naive_channels"),
          ui.value("naive_params"),
          ui.value("naive_macs", compact),
          ui.value("ratio", (r) => `${short(r)} ×`),
        ],
      ],
    ),
  );
  return (p, f) => {
    module.update(p, f);
    rows.value = f.row ?? "";
    naive.disabled = Object.keys(NAIVE).every((name) => !p[name]);
    const [key, name] = BRANCHES.reduce((a, b) => (f[`macs_${b[0]}`] > f[`macs_${a[0]}`] ? b : a));
    say.textContent = `${several(p.in_channels, "channel")} in, ${count(f.out_channels)} out, for ${compact(f.macs)} multiply-adds; ${percent(f[`share_${key}`], 0)} of them in the ${name} branch.`;
    goals.hidden = !p.challenge;
    const met = f.deep_enough && f.large_enough && f.cheap_enough;
    goals.classList.toggle("iw-fine", met);
    const goal = (done, text) => h("div", {}, `${done ? "✓" : "✗ not yet"} ${text}`);
    goals.replaceChildren(
      h("b", {}, met ? "Challenge met." : "Challenge: change the widths until all three are met."),
      goal(f.deep_enough, `exactly ${count(p.target_depth)} deep: ${count(f.out_channels)}`),
      goal(f.large_enough, `at least ${p.target_large} % of the depth from 3×3 and 5×5: ${percent(f.large_share)}`),
      goal(f.cheap_enough, `at most ${count(p.budget)} M multiply-adds: ${compact(f.macs)}`),
    );
  };
}

export default widget(compute, build);
