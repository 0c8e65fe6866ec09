import { convMacs, convParams, outputSize, pair } from "./shared/arithmetic.js";
import { h, s } from "./shared/dom.js";
import { compact, count, percent, short } from "./shared/format.js";
import { widget } from "./shared/widget.js";

const TOO_SMALL = new Error("the image is too small for the network");

/**
 * A shape: channels, height, width.
 * @typedef {[number, number, number]} Shape
 *
 * An operation as structure.py writes it: its name, its letter, what the letter needs.
 * @typedef {[name: string, letter: string, ...given: any[]]} Operation
 */

/**
 * The shape after the grid has met kernels; the image is too small where nothing is left.
 *
 * @param {Shape} shape
 * @param {number} channels
 * @param {import("./shared/arithmetic.js").Pair} kernel
 * @param {import("./shared/arithmetic.js").Pair} stride
 * @param {import("./shared/arithmetic.js").Pair} padding
 * @param {boolean} [ceilMode]
 * @returns {Shape}
 */
function moved([, height, width], channels, kernel, stride, padding, ceilMode) {
  const [k, t, p] = [pair(kernel), pair(stride), pair(padding)];
  const tall = outputSize(height, k[0], t[0], p[0], ceilMode);
  const wide = outputSize(width, k[1], t[1], p[1], ceilMode);
  if (tall === null || wide === null) throw TOO_SMALL;
  return [channels, tall, wide];
}

/**
 * What an operation leaves of `shape`, its parameters and multiply-adds.
 *
 * @param {Operation} operation
 * @param {Shape} shape
 * @returns {[Shape, number, number]}
 */
function operate([, letter, ...given], shape) {
  if (letter === "c") {
    const [filters, kernel, stride, padding, groups, extra] = given;
    const output = moved(shape, filters, kernel, stride, padding);
    const depth = shape[0] / groups;
    return [
      output,
      convParams(depth, filters, kernel) + extra * filters,
      convMacs(depth, filters, kernel, [output[1], output[2]]),
    ];
  }
  if (letter === "p") {
    const [kernel, stride, padding, ceilMode] = given;
    return [moved(shape, shape[0], kernel, stride, padding, ceilMode), 0, 0];
  }
  if (letter === "g") return [[shape[0], given[0], given[0]], 0, 0];
  if (letter === "-") return [shape, 0, 0];
  const weights = shape[0] * shape[1] * shape[2] * given[0];
  return [[given[0], 1, 1], weights + given[0], weights];
}

/** What the tree `node` leaves of `shape`; every operation is added to `found` as [name, C, H, W, parameters, MACs, patch]. */
function trace(node, shape, path, found) {
  if (Array.isArray(node)) {
    const [output, params, macs] = operate(/** @type {Operation} */ (node), shape);
    found.push([[...path, node[0]].join(" / "), ...output, params, macs, node]);
    return output;
  }
  if (node.n) return trace(node.t, shape, [...path, node.n], found);
  if (node.s) return node.s.reduce((here, part) => trace(part, here, path, found), shape);
  if (node.b) {
    const outputs = node.b.map((branch) => trace(branch, shape, path, found));
    return [outputs.reduce((sum, [channels]) => sum + channels, 0), ...outputs[0].slice(1)];
  }
  const output = trace(node.r, shape, path, found);
  if (node.x) trace(node.x, shape, path, found);
  return output;
}

const total = (rows, column) => rows.reduce((sum, row) => sum + row[column], 0);

/** Stages of a network as [name, C, H, W, parameters, MACs, layers], heads last; null where the images are too small. */
function stagesOf(network, size, aux) {
  const row = (node, shape) => {
    const layers = [];
    const output = trace(node, shape, [], layers);
    return [node.n ?? node[0], ...output, total(layers, 4), total(layers, 5), layers];
  };
  try {
    let shape = [network.channels, size, size];
    const rows = network.rows.map((node) => {
      const made = row(node, shape);
      shape = made.slice(1, 4);
      return made;
    });
    return aux ? [...rows, ...network.heads.map(([at, node]) => row(node, rows[at].slice(1, 4)))] : rows;
  } catch (error) {
    if (error !== TOO_SMALL) throw error;
    return null;
  }
}

function side(p, data, model, stage, prefix) {
  const network = data.networks[model];
  const size = network ? (p.usual ? network.size : p.image_size) : null;
  const rows = network ? stagesOf(network, size, p.aux) : null;
  const opened = rows?.[stage - 1]?.[6] ?? [];
  const plain = (list) => list.map((row) => row.slice(0, 6));
  const figures = {
    size,
    params: rows && total(rows, 4),
    macs: rows && total(rows, 5),
    stages: rows && plain(rows),
    layers: rows && plain(opened),
    layers_params: rows && total(opened, 4),
    layers_macs: rows && total(opened, 5),
  };
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [prefix + name, value]));
}

/** @type {import("./shared/widget.js").Compute} */
function compute(p, data) {
  return { ...side(p, data, p.model, p.stage, ""), ...side(p, data, p.compare, p.other_stage, "other_") };
}

const times = (value) => pair(value).join("×");

/** Kernel and stride of an operation, as papers write them. */
function patch([, letter, ...given]) {
  if (letter === "c") return `${times(given[1])}/${given[2]}${given[4] > 1 ? `, ${count(given[4])} groups` : ""}`;
  if (letter === "p") return `${times(given[0])}/${given[1]}`;
  if (letter === "g") return given[0] === 1 ? "global" : `to ${times(given[0])}`;
  return letter === "-" ? given[0] : "";
}

const COLUMN = { params: 4, macs: 5 };
const MARKS = { agrees: "✓ agrees", rounds: "≈ rounded", disagrees: "≠ disagrees" };

/** One network: its totals, its silhouette, its stages to open, and what was published of it. */
function column(ui, prefix, model, stage) {
  const title = h("b", {});
  const note = h("p", { class: "iw-warn" });
  const list = h("ol", { class: "iw-rows" });
  const papers = h("ul", { class: "iw-papers" });
  const totals = h("p", {}, ui.value(`${prefix}params`), " parameters, ", ui.value(`${prefix}macs`), " multiply-adds");
  const get = (name) => ui.figures[prefix + name];
  // Asking the list itself, or setting what is 0 anyway, would have the browser lay out the page in the middle of a change.
  let scrolled = 0;
  list.addEventListener("scroll", () => {
    scrolled = list.scrollTop;
  });
  const toggle = (index) => ui.set({ [stage]: ui.values[stage] === index ? 0 : index });
  let shown;

  /** Stages from left to right: as tall as the grid is large, as dark as their share. */
  function silhouette(width) {
    const stages = get("stages") ?? [];
    const costs = stages.map((row) => row[COLUMN[ui.values.measure]]);
    const most = Math.max(...costs) || 1;
    const step = width / stages.length;
    const largest = Math.sqrt(Math.max(...stages.map((row) => row[2])));
    const children = [];
    let [last, free] = [0, 0];
    stages.forEach(([, , side], i) => {
      const [x, height] = [i * step + 1, 6 + (74 * Math.sqrt(side)) / largest];
      const place = { x, y: 43 - height / 2, width: Math.max(step - 2, 1), height };
      children.push(
        s("rect", { class: "iw-shade-a", "fill-opacity": (costs[i] / most).toFixed(3), ...place }),
        s("rect", { class: ui.values[stage] === i + 1 ? "iw-window" : "iw-cells", ...place }),
      );
      if (side !== last && x >= free) {
        children.push(s("text", { class: "iw-tick", x, y: 100 }, side));
        free = x + 9 * String(side).length + 4;
      }
      last = side;
    });
    children.push(
      s("rect", {
        class: "iw-pick",
        x: 0,
        y: 0,
        width,
        height: 88,
        onclick: (event) => toggle(Math.ceil((event.clientX - event.target.getBoundingClientRect().left) / step)),
      }),
    );
    return { children, label: `${stages.length} stages, as tall as their grid is large, as dark as their share.` };
  }

  /** @param {any[]} row of a stage or a layer @param {import("./shared/dom.js").Child} aside */
  function cells([name, channels, height, width, params, macs], aside) {
    const share = ui.values.measure === "params" ? params / get("params") : macs / get("macs");
    const bar = h("i", { class: "iw-meter" });
    bar.style.setProperty("--iw-share", `${100 * share}%`);
    return [
      h("span", {}, name, aside),
      h(
        "span",
        { class: "iw-costs" },
        h("span", {}, `${count(channels)}×${height}×${width}`),
        macs || params ? [h("span", {}, count(params), " params"), h("span", {}, count(macs), " MACs")] : [],
      ),
      h("span", {}, percent(share)),
      bar,
    ];
  }

  const said = (claims = []) =>
    claims.map(([statement, verdict, why]) => h("li", {}, h("b", {}, MARKS[verdict]), `: ${statement}. ${why}`));

  function update() {
    const network = ui.data.networks[ui.values[model]];
    element.hidden = !network;
    if (!network) return;
    const [size, stages, opened] = [get("size"), get("stages"), ui.values[stage]];
    title.textContent = `${network.title}, ${size}×${size} images, ${network.depth} layers deep`;
    totals.hidden = !stages;
    note.hidden = !!stages;
    if (!stages) {
      let least = size;
      while (!stagesOf(network, least, ui.values.aux)) least += 1;
      note.textContent = `Images of ${size}×${size} are too small: this network needs ${least}×${least} at least${ui.values.aux ? " with its auxiliary heads" : ""}.`;
    }
    const published = (size === network.size && ui.data.published[ui.values[model]]) || {};
    papers.replaceChildren(...(stages ? said(published[""]) : []));
    const focused = list.contains(document.activeElement) && document.activeElement?.getAttribute("data-stage");
    const top = scrolled;
    list.replaceChildren(
      ...(stages ?? []).map((row, i) => {
        const claims = published[row[0]];
        const open = opened === i + 1;
        const wrong = claims?.some(([, verdict]) => verdict === "disagrees");
        const button = h(
          "button",
          {
            type: "button",
            class: "iw-row",
            "data-stage": i + 1,
            "aria-expanded": String(open),
            onclick: () => toggle(i + 1),
          },
          cells(row, wrong ? h("span", { class: "iw-badge" }, "≠ paper") : null),
        );
        if (!open) return h("li", {}, button);
        const layers = stagesOf(network, size, ui.values.aux)[i][6].map(([name, ...layer]) =>
          h(
            "li",
            { class: "iw-row" },
            cells(
              [name.replace(`${row[0]} / `, ""), ...layer],
              h("span", { class: "iw-note-text" }, ` ${patch(layer[5])}`),
            ),
          ),
        );
        return h(
          "li",
          { class: "iw-opened" },
          button,
          h("ul", {}, layers),
          h("ul", { class: "iw-papers" }, said(claims)),
        );
      }),
    );
    if (top) list.scrollTop = top;
    if (focused) /** @type {HTMLElement | null} */ (list.querySelector(`[data-stage="${focused}"]`))?.focus();
    else if (opened !== shown) {
      const row = list.children[opened - 1];
      if (row) list.scrollTop += row.getBoundingClientRect().top - list.getBoundingClientRect().top - 40;
    }
    shown = opened;
  }

  const element = h(
    "div",
    { class: "iw-column" },
    h("p", {}, title),
    totals,
    note,
    ui.chart(104, silhouette),
    list,
    papers,
  );
  return { element, update };
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  const columns = [column(ui, "", "model", "stage"), column(ui, "other_", "compare", "other_stage")];
  ui.stage.append(
    say,
    h(
      "div",
      { class: "iw-columns" },
      columns.map(({ element }) => element),
    ),
    h(
      "p",
      { class: "iw-help" },
      "Open a stage by its name or in the drawing. Params are all learned numbers; MACs the multiply-adds of convolutions and fully connected layers.",
    ),
  );
  return (p, f) => {
    const at = COLUMN[p.measure];
    const best = f.stages?.reduce((a, b) => (b[at] > a[at] ? b : a));
    const title = (model) => ui.data.networks[model].title;
    say.textContent = !f.stages
      ? "These images are too small for the network."
      : f.other_stages
        ? `${title(p.compare)} has ${short(f.other_params / f.params)} times the parameters and ${short(f.other_macs / f.macs)} times the multiply-adds of ${title(p.model)}.`
        : `The largest share of the ${compact(f[p.measure])} ${p.measure === "params" ? "parameters" : "multiply-adds"}: ${best[0]}, ${percent(best[at] / f[p.measure])}.`;
    for (const column of columns) column.update();
  };
}

export default widget(compute, build);
