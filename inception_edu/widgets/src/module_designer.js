import { convMacs, convParams } from "./shared/arithmetic.js";
import { h, s, swatch, table } from "./shared/dom.js";
import { compact, count, percent, short } from "./shared/format.js";
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

/** The module from top to bottom: bands as wide as the data is deep, boxes as dark as their share of the cost. */
function picture(p, f, width) {
  const [first, second, bottom, tall] = [74, 154, 246, 42];
  const column = width / 4;
  const box = Math.min(column - 8, 150);
  const filters = BRANCHES.map(([key]) => f[`filters_${key}`]);
  const scale = Math.min((width - 2) / f.out_channels, (0.9 * box) / Math.max(p.in_channels, ...filters));
  const parts = branches(p);
  const flows = [];
  const boxes = [];
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
  let left = (width - f.out_channels * scale) / 2;
  BRANCHES.forEach(([key, , series], i) => {
    const middle = column * (i + 0.5);
    /** @type {[text: string, macs: number, to: number][]} */
    const steps = parts[key].map(([from, to, kernel]) => [
      `${kernel}×${kernel} · ${count(to)}`,
      convMacs(from, to, kernel, p.grid),
      to,
    ]);
    if (key === "pool") steps.unshift(["max 3×3", 0, p.in_channels]);
    let [y, channels] = [34, p.in_channels];
    steps.forEach(([text, macs, to], step) => {
      const top = step === steps.length - 1 ? second : first;
      band(middle, y, top, channels, series);
      const place = { x: middle - box / 2, y: top, width: box, height: tall, rx: 6 };
      boxes.push(
        s("rect", { class: `iw-box iw-${series}`, ...place }),
        s("rect", { class: "iw-shade-b", "fill-opacity": (macs / f.macs).toFixed(2), ...place }),
        write(middle, top + 17, text),
        write(middle, top + 34, macs ? compact(macs) : "no weights"),
      );
      [y, channels] = [top + tall, to];
    });
    const [half, size] = [(channels * scale) / 2, channels * scale];
    flows.push(
      s("path", {
        class: `iw-flow iw-${series}`,
        d: `M${middle - half} ${y}L${left} ${bottom}h${size}L${middle + half} ${y}z`,
      }),
    );
    boxes.push(s("rect", { class: `iw-bar iw-${series}`, x: left, y: bottom, width: size, height: 26 }));
    if (size > 9 * String(channels).length + 4) boxes.push(write(left + size / 2, bottom + 18, channels, "iw-inside"));
    left += size;
  });
  const shape = (channels) => `${count(channels)} × ${p.grid} × ${p.grid}`;
  return [
    flows,
    s("rect", { class: "iw-box iw-muted", x: 1, y: 1, width: width - 2, height: 33, rx: 6 }),
    write(width / 2, 22, `input: ${shape(p.in_channels)}`, "iw-strong"),
    boxes,
    write(width / 2, bottom + 46, `joined: ${shape(f.out_channels)}`, "iw-strong"),
  ];
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
    "Take the 1×1 away",
  );
  const value = (name, key, format) => ui.value(`${name}_${key}`, format);
  ui.stage.append(
    say,
    goals,
    h("div", { class: "iw-check" }, h("label", { for: rows.id }, "GoogLeNet's"), rows, naive),
    ui.chart(298, (width) => ({
      children: picture(ui.values, ui.figures, width),
      label: `Four branches on ${ui.values.in_channels} channels leave ${ui.figures.out_channels}.`,
    })),
    h(
      "p",
      { class: "iw-help" },
      "A band is as wide as the data is deep; a box as dark as its share of the multiply-adds, which stand in it.",
    ),
    table(
      ["Branch", "Depth", "Parameters", "Multiply-adds", "Share"],
      [
        ...BRANCHES.map(([key, name, series]) => [
          [swatch(series), name],
          value("filters", key),
          value("params", key),
          value("macs", key),
          value("share", key, percent),
        ]),
        ["This module", ui.value("out_channels"), ui.value("params"), ui.value("macs"), ""],
        [
          "Naive: no 1×1",
          ui.value("naive_channels"),
          ui.value("naive_params"),
          ui.value("naive_macs"),
          ui.value("ratio", (r) => `${short(r)} ×`),
        ],
      ],
    ),
  );
  return (p, f) => {
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
