import { convMacs, convParams, outputSize, pair } from "./shared/arithmetic.js";
import { h, s } from "./shared/dom.js";
import { compact, count, percent, short } from "./shared/format.js";
import { widget } from "./shared/widget.js";

const TOO_SMALL = new Error("the image is too small for the network");

/** [C, H, W] after the grid has met kernels; the image is too small where nothing is left. */
function moved([, height, width], channels, kernel, stride, padding, ceilMode) {
  const [k, t, p] = [pair(kernel), pair(stride), pair(padding)];
  const grid = [height, width].map((side, i) => outputSize(side, k[i], t[i], p[i], ceilMode));
  if (grid.includes(null)) throw TOO_SMALL;
  return [channels, ...grid];
}

/** What an operation (see structure.py) leaves of `shape`, its parameters and multiply-adds. */
function operate([, letter, ...given], shape) {
  if (letter === "c") {
    const [filters, kernel, stride, padding, groups, extra] = given;
    const output = moved(shape, filters, kernel, stride, padding);
    const depth = shape[0] / groups;
    return [output, convParams(depth, filters, kernel) + extra * filters, convMacs(depth, filters, kernel, output.slice(1))];
  }
  if (letter === "p") return [moved(shape, shape[0], ...given), 0, 0];
  if (letter === "g") return [[shape[0], given[0], given[0]], 0, 0];
  if (letter === "-") return [shape, 0, 0];
  const weights = shape[0] * shape[1] * shape[2] * given[0];
  return [[given[0], 1, 1], weights + given[0], weights];
}

/** What the tree `node` leaves of `shape`; every operation is added to `found` as [name, C, H, W, parameters, MACs, patch]. */
function trace(node, shape, path, found) {
  if (Array.isArray(node)) {
    const [output, params, macs] = operate(node, shape);
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
  const plain = (row) => row.slice(0, 6);
  const figures = {
    size,
    params: rows && total(rows, 4),
    macs: rows && total(rows, 5),
    stages: rows && rows.map(plain),
    layers: rows && opened.map(plain),
    layers_params: rows && total(opened, 4),
    layers_macs: rows && total(opened, 5),
  };
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [prefix + name, value]));
}

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

const MARKS = { agrees: "✓ agrees", rounds: "≈ rounded", disagrees: "≠ disagrees" };

/** One network: its totals, its silhouette, its stages to open, and what was published of it. */
class Column {
  constructor(ui, prefix, model, stage) {
    Object.assign(this, { ui, prefix, model, stage });
    this.title = h("b", {});
    this.note = h("p", { class: "iw-warn" });
    this.list = h("ol", { class: "iw-rows" });
    this.papers = h("ul", { class: "iw-papers" });
    this.totals = h("p", {}, ui.value(`${prefix}params`), " parameters, ", ui.value(`${prefix}macs`), " multiply-adds");
    this.element = h("div", { class: "iw-column" },
      h("p", {}, this.title), this.totals, this.note,
      ui.chart(104, (width) => this.silhouette(width)),
      h("div", { class: "iw-row iw-rowhead" }, h("span", {}, "Stage"), h("span", { class: "iw-costs" }, h("span", {}, "Output"), h("span", {}, "Parameters"), h("span", {}, "Multiply-adds")), h("span", {}, "Share")),
      this.list, this.papers);
  }

  get(name) {
    return this.ui.figures[this.prefix + name];
  }

  toggle(index) {
    this.ui.set({ [this.stage]: this.ui.values[this.stage] === index + 1 ? 0 : index + 1 });
  }

  /** Stages from left to right: as tall as the grid is large, as dark as their share. */
  silhouette(width) {
    const stages = this.get("stages");
    if (!stages) return { children: [], label: "Nothing to draw." };
    const measure = this.ui.values.measure === "params" ? 4 : 5;
    const most = Math.max(...stages.map((stage) => stage[measure])) || 1;
    const step = width / stages.length;
    const largest = Math.sqrt(Math.max(...stages.map(([, , height]) => height)));
    const children = [];
    let [last, free] = [0, 0];
    stages.forEach(([, , side, , ...costs], i) => {
      const height = 6 + (74 * Math.sqrt(side)) / largest;
      const place = { x: i * step + 1, y: 43 - height / 2, width: Math.max(step - 2, 1), height, rx: Math.min(2, step / 4) };
      children.push(
        s("rect", { class: "iw-shade-a", "fill-opacity": (costs[measure - 4] / most).toFixed(3), ...place }),
        s("rect", { class: this.ui.values[this.stage] === i + 1 ? "iw-window" : "iw-cells", ...place }),
      );
      if (side !== last && i * step >= free) {
        children.push(s("text", { class: "iw-tick", x: i * step + 1, y: 100 }, side));
        free = i * step + 9 * String(side).length + 4;
      }
      last = side;
    });
    children.push(s("rect", {
      class: "iw-pick", x: 0, y: 0, width, height: 88,
      onclick: (event) => this.toggle(Math.min(Math.floor((event.clientX - event.target.getBoundingClientRect().left) / step), stages.length - 1)),
    }));
    const label = `${stages.length} stages, as tall as their grid is large (its side below), as dark as their share of the ${measure === 4 ? "parameters" : "multiply-adds"}.`;
    return { children, label };
  }

  cells([name, channels, height, width, params, macs], badge) {
    const share = this.ui.values.measure === "params" ? params / this.get("params") : macs / this.get("macs");
    const bar = h("i", { class: "iw-meter" });
    bar.style.setProperty("--iw-share", `${100 * share}%`);
    return [
      h("span", {}, name, badge),
      h("span", { class: "iw-costs" },
        h("span", {}, `${count(channels)}×${height}×${width}`),
        macs || params ? [
          h("span", {}, count(params), h("span", { class: "iw-unit" }, " params")),
          h("span", {}, count(macs), h("span", { class: "iw-unit" }, " MACs")),
        ] : []),
      h("span", {}, percent(share)),
      bar,
    ];
  }

  said(claims) {
    return claims.map(([statement, verdict, why]) => h("li", {}, h("b", {}, `${MARKS[verdict]}: `), `${statement}. ${why}`));
  }

  update() {
    const { ui, prefix } = this;
    const model = ui.values[this.model];
    const network = ui.data.networks[model];
    this.element.hidden = !network;
    if (!network) return;
    const [size, stages] = [this.get("size"), this.get("stages")];
    this.title.textContent = `${network.title}, ${size}×${size} images, ${network.depth} layers deep`;
    this.totals.hidden = !stages;
    this.note.hidden = !!stages;
    if (!stages) {
      let least = size;
      while (!stagesOf(network, least, ui.values.aux)) least += 1;
      this.note.textContent = `Images of ${size}×${size} are too small: this network needs ${least}×${least} at least${ui.values.aux ? " with its auxiliary heads" : ""}.`;
    }
    const published = (size === network.size && ui.data.published[model]) || {};
    this.papers.replaceChildren(...(stages ? this.said(published[""] ?? []) : []));
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.stage : null;
    const top = this.list.scrollTop;
    this.list.replaceChildren(...(stages ?? []).map((stage, i) => {
      const claims = published[stage[0]] ?? [];
      const wrong = claims.some(([, verdict]) => verdict === "disagrees");
      const opened = ui.values[this.stage] === i + 1;
      const id = `${ui.uid}-${prefix}${i}`;
      const button = h("button", {
        type: "button", class: "iw-row", "data-stage": i + 1, "aria-expanded": String(opened), "aria-controls": opened ? id : null, onclick: () => this.toggle(i),
      }, this.cells(stage, wrong ? h("span", { class: "iw-badge" }, "≠ paper") : null));
      if (!opened) return h("li", {}, button);
      const layers = stagesOf(network, size, ui.values.aux)[i][6].map(([name, ...layer]) =>
        h("li", { class: "iw-row" }, this.cells([name.replace(`${stage[0]} / `, ""), ...layer], h("span", { class: "iw-note-text" }, ` ${patch(layer[5])}`))));
      return h("li", { class: "iw-opened" }, button, h("ul", { id }, layers), h("ul", { class: "iw-papers" }, this.said(claims)));
    }));
    this.list.scrollTop = top;
    const opened = ui.values[this.stage];
    if (opened !== this.shown && opened && !focused) {
      const row = this.list.children[opened - 1];
      if (row) this.list.scrollTop += row.getBoundingClientRect().top - this.list.getBoundingClientRect().top - 40;
    }
    this.shown = opened;
    if (focused) this.list.querySelector(`[data-stage="${focused}"]`)?.focus();
  }
}

function build(ui) {
  const say = ui.status();
  const columns = [new Column(ui, "", "model", "stage"), new Column(ui, "other_", "compare", "other_stage")];
  ui.stage.append(
    say,
    h("div", { class: "iw-columns" }, columns.map(({ element }) => element)),
    h("p", { class: "iw-help" }, "Open a stage by its name or in the drawing. Parameters (params) are all learned numbers; multiply-adds (MACs) those of convolutions and fully connected layers."),
  );
  return (p, f) => {
    const columnOf = p.measure === "params" ? 4 : 5;
    const best = (f.stages ?? []).reduce((a, b) => (b[columnOf] > a[columnOf] ? b : a), ["", 0, 0, 0, 0, 0]);
    const words = p.measure === "params" ? "parameters" : "multiply-adds";
    say.textContent = !f.stages
      ? "These images are too small for the network."
      : f.other_stages
        ? `${ui.data.networks[p.compare].title} has ${short(f.other_params / f.params)} times the parameters and ${short(f.other_macs / f.macs)} times the multiply-adds of ${ui.data.networks[p.model].title}.`
        : `The largest share of the ${compact(f[p.measure])} ${words}: ${best[0]}, ${percent(best[columnOf] / f[p.measure])}.`;
    for (const column of columns) column.update();
  };
}

export default widget(compute, build);
