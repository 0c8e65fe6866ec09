import { convMacs, convParams } from "./shared/arithmetic.js";
import { h, s, swatch, table } from "./shared/dom.js";
import { drag } from "./shared/dragging.js";
import { compact, count, percent, short } from "./shared/format.js";
import { motion } from "./shared/motion.js";
import { handy } from "./shared/scale.js";
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

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

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

const write = (x, y, text, kind) => s("text", { x, y, class: kind, "text-anchor": "middle" }, text);

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
const boxWidth = (width) => Math.min(width / 4 - 8, 150);

/**
 * The module from top to bottom: bands as wide as the data is deep, boxes as dark as their share of the cost.
 *
 * @param {import("./shared/params.js").Values} p
 * @param {import("./shared/params.js").Values} f
 * @param {object} about
 * @param {import("./shared/motion.js").Numbers} about.wide the channels of the bands, perhaps on their way
 * @param {number} about.scale pixels a channel
 * @param {(name: string) => boolean} about.open whether a setting can be changed
 * @param {number} width
 */
function picture(p, f, { wide, scale, open }, width) {
  const [first, second, bottom, tall] = [74, 154, 246, 42];
  const column = width / 4;
  const box = boxWidth(width);
  const parts = branches(p);
  const flows = [];
  const boxes = [];
  const grips = [];
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
  const grip = (name, series, middle, y, channels) => {
    if (!name || !open(name)) return;
    const x = middle + (channels * scale) / 2;
    grips.push(
      s("rect", { class: `iw-grip iw-${series}`, x: x - 3, y: y + 2, width: 6, height: 16, rx: 3 }),
      s("rect", { class: "iw-hold", "data-edge": name, x: x - 12, y, width: 24, height: 36 }),
    );
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
    if (two) grip(between, series, middle, first + tall, wide[`middle_${key}`]);
    steps.forEach(([text, macs], step) => {
      const top = step === steps.length - 1 ? second : first;
      const place = { x: middle - box / 2, y: top, width: box, height: tall, rx: 6 };
      boxes.push(
        s("rect", { class: `iw-box iw-${series}`, ...place }),
        s("rect", { class: "iw-shade-b", "fill-opacity": (macs / f.macs).toFixed(2), ...place }),
        write(middle, top + 17, text),
        write(middle, top + 34, macs ? compact(macs) : "no weights"),
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
    grip(behind, series, middle, y, end);
    boxes.push(s("rect", { class: `iw-bar iw-${series}`, x: left, y: bottom, width: size, height: 26 }));
    const filters = f[`filters_${key}`];
    if (size > 9 * String(filters).length + 4) boxes.push(write(left + size / 2, bottom + 18, filters, "iw-inside"));
    left += size;
  });
  const shape = (channels) => `${count(channels)} × ${p.grid} × ${p.grid}`;
  return [
    flows,
    s("rect", { class: "iw-box iw-muted", x: 1, y: 1, width: width - 2, height: 33, rx: 6 }),
    write(width / 2, 22, `input: ${shape(p.in_channels)}`, "iw-strong"),
    boxes,
    grips,
    write(width / 2, bottom + 46, `joined: ${shape(f.out_channels)}`, "iw-strong"),
  ];
}

/**
 * The picture of the module, in which the edges of bands can be dragged; what is to be called after every change.
 *
 * @param {import("./shared/widget.js").Ui} ui
 */
function bands(ui) {
  let [wide, scale] = [600, 1];
  /** @type {{name: string, middle: number, scale: number, off: number} | null} */
  let held = null;
  const chart = ui.chart(298, (width) => {
    const about = moving.now();
    [wide, scale] = [width, Math.min(natural(about, width), held?.scale ?? Infinity)];
    return {
      children: picture(
        ui.values,
        ui.figures,
        { wide: about, scale, open: (name) => !ui.spec.lock.includes(name) },
        width,
      ),
      label: `Four branches on ${ui.values.in_channels} channels leave ${ui.figures.out_channels}.`,
    };
  });
  const moving = motion(() => {
    const own = ui.charts.find(({ frame }) => frame === chart);
    if (own) ui.drawChart(own);
  });
  ui.endings.push(moving.end);
  drag(chart, {
    take(event) {
      const hold = event.target instanceof Element ? event.target : chart;
      const name = hold.getAttribute("data-edge");
      if (!name) return null;
      const branch = BRANCHES.findIndex(([key]) => EDGES[key].includes(name));
      const box = hold.getBoundingClientRect();
      const off = box.left + box.width / 2 - event.clientX; // from the pointer to the edge
      held = { name, middle: (branch + 0.5) * (wide / 4), scale, off };
      return held;
    },
    move({ name, middle, scale: kept, off }, x) {
      const most = ui.params.find((param) => param.name === name)?.max ?? 1;
      ui.set({ [name]: Math.min(Math.max(handy((2 * (x + off - middle)) / kept), 1), most) });
    },
    release() {
      held = null;
      ui.draw();
    },
  });
  return { chart, update: (p, f) => moving.to(channels(p, f), held !== null) };
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  const goals = h("div", { class: "iw-warn", role: "status" });
  const open = (settings) =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => !ui.spec.lock.includes(name)));
  const rows = h(
    "select",
    {
      id: `${ui.uid}-row`,
      "data-action": "load-row",
      onchange: () => {
        const row = ui.data.rows.find(([label]) => label === rows.value);
        if (row) ui.set(open(row[1]));
      },
    },
    h("option", { value: "" }, "own widths"),
    ui.data.rows.map(([label]) => h("option", { value: label }, `row (${label})`)),
  );
  const naive = h(
    "button",
    { type: "button", "data-action": "naive", onclick: () => ui.set(open(NAIVE)) },
    "No reductions",
  );
  const module = bands(ui);
  const value = (name, key, format) => ui.value(`${name}_${key}`, format);
  ui.stage.append(
    say,
    goals,
    h("div", { class: "iw-check" }, h("label", { for: rows.id }, "GoogLeNet's"), rows, naive),
    module.chart,
    h(
      "p",
      { class: "iw-help" },
      "Drag the edge of a band. It is as wide as the data is deep; a box as dark as its share of the multiply-adds, which stand in it.",
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
          "Naive: no reductions",
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
    say.textContent = `${count(p.in_channels)} channels in, ${count(f.out_channels)} out, for ${compact(f.macs)} multiply-adds; ${percent(f[`share_${key}`], 0)} of them in the ${name} branch.`;
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
