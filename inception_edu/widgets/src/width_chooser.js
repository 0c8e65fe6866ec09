import { convMacs, convParams, pair } from "./shared/arithmetic.js";
import { h, s, swatch, table } from "./shared/dom.js";
import { compact, count, percent, several } from "./shared/format.js";
import { handle } from "./shared/handles.js";
import { sum } from "./shared/sums.js";
import { widget } from "./shared/widget.js";

/** Branches: name, title, colour, and the settings of their reduction and of what leaves them. */
const BRANCHES = [
  { key: "1x1", title: "1×1", series: "a", reduce: null, leave: "n1x1" },
  { key: "single", title: "single", series: "b", reduce: "single_reduce", leave: "single" },
  { key: "double", title: "double", series: "c", reduce: "double_reduce", leave: "double" },
  { key: "pool", title: "pool", series: "d", reduce: null, leave: "pool_proj" },
];

/** What branches are called, by a module's label, or the first sign of it. @type {Record<string, Record<string, string>>} */
const NAMES = {
  3: { "1x1": "1×1", single: "3×3", double: "3×3, 3×3", pool: "pool" },
  5: { "1x1": "1×1", single: "1×7, 7×1", double: "7×1, 1×7, 7×1, 1×7", pool: "pool" },
  "5e": { single: "1×7, 7×1, 3×3/2", double: "7×1, 1×7, 7×1, 1×7, 3×3/2", pool: "pool" },
  "3c": { single: "3×3/2", double: "3×3, 3×3/2", pool: "pool" },
  2: { "1x1": "1×1", single: "1×3 beside 3×1", double: "3×3, 1×3 beside 3×1", pool: "pool" },
};

const has = (notes, name) => notes.widths[name] > 0;

/**
 * A convolution with batch norm: channels in and out, kernel, side of the grid that it leaves.
 * @typedef {[from: number, to: number, kernel: import("./shared/arithmetic.js").Pair, grid: number]} Conv
 */

/**
 * The convolutions of each branch.
 *
 * @param {import("./shared/params.js").Values} p
 * @param {any} notes
 * @returns {Record<string, Conv[]>}
 */
function branches(p, notes) {
  const { depth, grid, out_grid: small } = notes;
  const halves = small < grid;
  const { single_reduce: r, single: n, double_reduce: dr, double: d } = p;
  /** @type {Record<string, Conv[]>} */
  const found = {
    "1x1": has(notes, "n1x1") ? [[depth, p.n1x1, 1, grid]] : [],
    single: [[depth, r, 1, grid]],
    double: [[depth, dr, 1, grid]],
    pool: has(notes, "pool_proj") ? [[depth, p.pool_proj, 1, grid]] : [],
  };
  if (p.module[0] === "3") {
    found.single.push([r, n, 3, small]);
    found.double.push([dr, d, 3, grid], [d, d, 3, small]);
  } else if (p.module[0] === "5") {
    found.single.push([r, n, [1, 7], grid], [n, n, [7, 1], grid]);
    found.double.push([dr, d, [7, 1], grid], [d, d, [1, 7], grid], [d, d, [7, 1], grid], [d, d, [1, 7], grid]);
    if (halves) {
      found.single.push([n, n, 3, small]);
      found.double.push([d, d, 3, small]);
    }
  } else {
    found.single.push([r, n, [1, 3], grid], [r, n, [3, 1], grid]);
    found.double.push([dr, d, 3, grid], [d, d, [1, 3], grid], [d, d, [3, 1], grid]);
  }
  return found;
}

/** Parameters, with two of batch norm a filter, and multiply-adds. @param {Conv[]} convs */
function cost(convs) {
  return [
    sum(convs.map(([from, to, kernel]) => convParams(from, to, kernel) + 2 * to)),
    sum(convs.map(([from, to, kernel, grid]) => convMacs(from, to, kernel, pair(grid)))),
  ];
}

/** The filters that leave each branch. @returns {Record<string, number>} */
function leaving(p, notes) {
  const times = p.module[0] === "2" ? 2 : 1;
  return {
    "1x1": has(notes, "n1x1") ? p.n1x1 : 0,
    single: times * p.single,
    double: times * p.double,
    pool: has(notes, "pool_proj") ? p.pool_proj : notes.depth,
  };
}

/** @type {import("./shared/widget.js").Compute} */
function compute(p, data) {
  const notes = data.modules[p.module];
  const parts = branches(p, notes);
  const filters = leaving(p, notes);
  const out = sum(Object.values(filters));
  const [params, macs] = cost(Object.values(parts).flat());
  const own = Object.keys(notes.widths).filter((name) => has(notes, name));
  const figures = {
    out_channels: out,
    required: notes.required,
    missing: notes.required - out,
    reached: out === notes.required,
    params,
    macs,
    notes_params: notes.params,
    notes_macs: notes.macs,
    params_ratio: params / notes.params,
    macs_ratio: macs / notes.macs,
    narrowest: Math.min(...own.map((name) => p[name])),
    own: own.some((name) => p[name] !== notes.widths[name]),
  };
  for (const { key } of BRANCHES) {
    const [ownParams, ownMacs] = cost(parts[key]);
    Object.assign(figures, {
      [`filters_${key}`]: filters[key],
      [`params_${key}`]: ownParams,
      [`macs_${key}`]: ownMacs,
    });
  }
  return figures;
}

const [REDUCE, FUNNEL] = [22, 34]; // where in a lane the reduction lies, and the funnel behind it
const DEEPER = 24; // by how much a lane with a reduction is higher
const THICK = 22;
const LANE = 54;

/** Where everything lies: the branches one behind the other, on one scale of channels, of `kept` pixels at most. */
function layout(p, f, data, width, kept = Infinity) {
  const notes = data.modules[p.module];
  const lanes = [];
  let [from, y] = [0, 0];
  for (const branch of BRANCHES) {
    const filters = f[`filters_${branch.key}`];
    if (!filters) continue;
    const reduce = branch.reduce ? p[branch.reduce] : null;
    const leaves = y + REDUCE + (reduce ? DEEPER : 0);
    lanes.push({ ...branch, y, leaves, from, filters, reduce, free: has(notes, branch.leave) });
    from += filters;
    y = leaves + LANE - REDUCE;
  }
  const most = Math.max(1.2 * notes.required, from, ...lanes.map((lane) => lane.from + (lane.reduce ?? 0)));
  return { lanes, width, scale: Math.min((width - 16) / most, kept), end: y };
}

/** The bands, from branch to branch, and below them their sum. */
function picture(p, f, { lanes, width, scale, end }) {
  const names = NAMES[p.module] ?? NAMES[p.module[0]];
  const children = [];
  const goal = f.required * scale;
  const bar = (x, y, channels, height, kind) =>
    children.push(s("rect", { class: kind, x, y, width: channels * scale, height, rx: 2 }));
  const write = (x, y, text, kind, anchor = "start") =>
    children.push(s("text", { x, y, class: kind, "text-anchor": anchor }, text));
  children.push(s("line", { class: "iw-rule iw-muted", x1: goal, x2: goal, y1: 18, y2: end + 44 }));
  for (const { key, series, y, leaves, from, filters, reduce, free } of lanes) {
    const x = from * scale;
    const pass = free ? "" : ": passes on what comes in";
    write(0, y + 14, `${names[key]}${pass}`, "iw-note iw-strong");
    if (reduce) {
      const [narrow, wide] = [reduce * scale, filters * scale];
      bar(x, y + REDUCE, reduce, 12, `iw-bar iw-${series} iw-reduced`);
      children.push(
        s("path", {
          class: `iw-flow iw-${series}`,
          d: `M${x} ${y + FUNNEL}h${narrow}L${x + wide} ${leaves}h${-wide}z`,
        }),
      );
      write(x + narrow + 14, y + FUNNEL - 1, `1×1: ${count(reduce)}`, "iw-tick iw-note");
    }
    const pairs = p.module[0] === "2" && reduce;
    const size = pairs ? filters / 2 : filters;
    for (let i = 0; i < (pairs ? 2 : 1); i += 1) {
      bar(x + i * size * scale, leaves, size, THICK, `iw-bar iw-${series}`);
    }
    if (pairs) bar(x + size * scale - 1, leaves, 2 / scale, THICK, "iw-gap");
    const room = size * scale - 22;
    const fits = room > 8.5 * count(size).length;
    const text = pairs ? `2 × ${size}` : count(filters);
    const taken = 8.5 * text.length + 10;
    if (fits) write(x + 6, leaves + 15.5, count(size), "iw-inside");
    if (fits && pairs) write(x + size * scale + 6, leaves + 15.5, count(size), "iw-inside");
    if (!fits && x > taken) write(x - 6, leaves + 15.5, text, "iw-tick iw-note", "end");
    else if (!fits) write(x + filters * scale + 14, leaves + 15.5, text, "iw-tick iw-note");
  }
  const last = goal > width / 2 ? "end" : "start";
  write(0, end + 14, `sum: ${count(f.out_channels)}`, "iw-note iw-strong");
  for (const { series, from, filters } of lanes) bar(from * scale, end + 20, filters, THICK, `iw-bar iw-${series}`);
  bar(0, end + 20, f.required, THICK, f.reached ? "iw-goal iw-c" : "iw-goal iw-muted");
  write(goal, end + 57, `${count(f.required)} must leave`, "iw-tick", last);
  return {
    children,
    height: end + 62,
    label: `Branches behind one another: ${lanes
      .map(({ key, filters }) => `${names[key]} ${count(filters)}`)
      .join(", ")}; together ${count(f.out_channels)} of ${several(f.required, "channel")}.`,
  };
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  /** @param {string} label */
  const load = (label) => {
    const widths = Object.entries(ui.data.modules[label].widths).filter(([, width]) => width);
    ui.setOpen({ module: label, ...Object.fromEntries(widths) });
  };
  const choices = ui.param("module").choices ?? [];
  const modules = h(
    "select",
    {
      id: `${ui.uid}-module`,
      "data-control": "module",
      onchange: () => load(modules.value),
    },
    choices.map(([value, label]) => h("option", { value }, label)),
  );
  const back = h(
    "button",
    { type: "button", "data-action": "notes", onclick: () => load(ui.values.module) },
    "The notes' widths",
  );
  const pick = ui.locked("module")
    ? h("b", {}, `Module (${ui.model.get("module")})`)
    : [h("label", { for: modules.id }, "Module"), modules];
  let [scale, kept] = [1, Infinity]; // as drawn, and what it may not exceed while a handle is held
  /** @type {Record<string, ReturnType<typeof handle>>} */
  const grips = {};
  for (const { key, reduce, leave } of BRANCHES) {
    for (const name of [reduce, leave]) {
      if (!name) continue;
      const lane = () => layout(ui.values, ui.figures, ui.data, 1).lanes.find((found) => found.key === key);
      const times = () => (name === leave && ui.values.module[0] === "2" && reduce ? 2 : 1);
      grips[name] = handle(ui, {
        name,
        valueAt: (x) => (x / kept - (lane()?.from ?? 0)) / times(),
        text: () => `${count(ui.values[name])} filters`,
        shape: name === reduce ? "iw-low" : "",
        take() {
          kept = scale;
        },
        release() {
          kept = Infinity;
          ui.draw();
        },
      });
    }
  }
  const chart = ui.chart(380, (width) => {
    const { values: p, figures: f } = ui;
    const drawn = layout(p, f, ui.data, width, kept);
    scale = drawn.scale;
    for (const { reduce, leave } of BRANCHES) {
      const lane = drawn.lanes.find((found) => found.leave === leave);
      if (reduce) {
        const at = lane && { x: (lane.from + (lane.reduce ?? 0)) * scale, y: lane.y + REDUCE + 6 };
        grips[reduce].show(at ?? null);
      }
      const at = lane?.free && { x: (lane.from + lane.filters) * scale, y: lane.leaves + THICK / 2 };
      grips[leave].show(at || null);
    }
    return picture(p, f, drawn);
  });
  const value = (name, key, format) => ui.value(`${name}_${key}`, format);
  ui.stage.append(
    h("div", { class: "iw-check" }, pick, back),
    say,
    h(
      "div",
      { class: "iw-held" },
      chart,
      Object.values(grips).map(({ element }) => element),
    ),
    table(
      ["Branch", "Depth", "Parameters", "Multiply-adds"],
      [
        ...BRANCHES.map(({ key, title, series }) => [
          [swatch(series), title],
          value("filters", key),
          value("params", key),
          value("macs", key, compact),
        ]),
        ["Yours", ui.value("out_channels"), ui.value("params"), ui.value("macs", compact)],
        ["The notes'", ui.value("required"), ui.value("notes_params"), ui.value("notes_macs", compact)],
        [
          "Yours ÷ the notes'",
          "",
          ui.value("params_ratio", (ratio) => percent(ratio)),
          ui.value("macs_ratio", (ratio) => percent(ratio)),
        ],
      ],
    ),
  );
  return (p, f) => {
    modules.value = p.module;
    back.disabled = !f.own;
    const away = `${several(Math.abs(f.missing), "channel")} too ${f.missing > 0 ? "few" : "many"}`;
    const price = `${percent(f.macs_ratio, 0)} of the notes' multiply-adds`;
    say.textContent = f.reached
      ? `✓ ${count(f.out_channels)} leave, for ${price}${f.own ? "" : ": these are the notes' widths"}.`
      : `${count(f.out_channels)} leave: ${away}. ${price[0].toUpperCase()}${price.slice(1)}.`;
  };
}

export default widget(compute, build);
