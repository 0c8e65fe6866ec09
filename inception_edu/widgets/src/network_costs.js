import { h, s, table } from "./shared/dom.js";
import { compact, percent } from "./shared/format.js";
import { handle } from "./shared/handles.js";
import { plot } from "./shared/plot.js";
import { widget } from "./shared/widget.js";

/** Name, title, and where its name stands: beside the disc, above it or below. */
const NETWORKS = [
  { name: "lenet5", title: "LeNet-5", anchor: "start", dx: 13, dy: 4 },
  { name: "alexnet_2012", title: "AlexNet", anchor: "end", dx: -13, dy: 6 },
  { name: "vgg16", title: "VGG-16", anchor: "middle", dx: 0, dy: -15 },
  { name: "googlenet", title: "GoogLeNet", anchor: "end", dx: -13, dy: -1 },
];

/** @type {import("./shared/widget.js").Compute} */
function compute(p, data) {
  const figures = {};
  for (const { name } of NETWORKS) {
    const found = data.costs[p.classifier][p.side][name];
    const before = data.costs.published[p.side][name];
    const [side, grid, convParams, convMacs, fullParams, fullMacs] = found;
    const own = {
      side,
      grid,
      conv_params: convParams,
      conv_macs: convMacs,
      full_params: fullParams,
      full_macs: fullMacs,
      params: convParams + fullParams,
      macs: convMacs + fullMacs,
      params_share: fullParams / (convParams + fullParams),
      macs_share: fullMacs / (convMacs + fullMacs),
      removed: before[4] - fullParams,
      removed_macs: before[5] - fullMacs,
    };
    for (const [figure, value] of Object.entries(own)) Object.assign(figures, { [`${name}_${figure}`]: value });
  }
  return figures;
}

const HEIGHT = 400;
const DISC = 9;
const X = { min: 600, max: 2.5e9, label: "parameters", log: true };
const Y = { min: 600, max: 1e12, label: "multiply-adds", log: true };

/** The picture that the networks see: the corner of its frame is dragged. Pixels for the published side. */
const unit = (width) => Math.min(34, width / 15);

/** Where the upper left corner of that picture lies. */
const corner = ({ right, bottom }, width) => ({ x: right - 3 * unit(width) - 12, y: bottom - 3 * unit(width) - 12 });

/** @param {number} value a part of one */
const share = (value) => (value < 5e-4 ? "< 0.1 %" : percent(value));

/** A square around (x, y). */
const square = (x, y, series) =>
  s("rect", { class: `iw-mark iw-${series}`, x: x - 8, y: y - 8, width: 16, height: 16, rx: 2 });

/**
 * Discs and squares on logarithmic axes.
 *
 * @param {import("./shared/params.js").Values} p
 * @param {import("./shared/params.js").Values} f
 * @param {any} data
 * @param {number} width
 */
function picture(p, f, data, width) {
  const chart = plot({ width, height: HEIGHT, x: X, y: Y });
  const { toX, toY, right } = chart;
  const [x1, y1, x2, y2] = [toX(X.min), toY(X.min), toX(X.max), toY(X.max)];
  const links = [];
  const marks = [];
  const names = [];
  const ghosts = [];
  for (const { name, title, anchor, dx, dy } of NETWORKS) {
    const before = data.costs.published[p.side][name];
    const [cx, cy] = [toX(f[`${name}_conv_params`]), toY(f[`${name}_conv_macs`])];
    const [fx, fy] = [toX(f[`${name}_full_params`]), toY(f[`${name}_full_macs`])];
    links.push(s("line", { class: "iw-link", x1: cx, y1: cy, x2: fx, y2: fy }));
    if (f[`${name}_removed`]) {
      const [bx, by] = [toX(before[4]), toY(before[5])];
      ghosts.push(
        s("line", { class: "iw-rule iw-d", x1: bx, y1: by, x2: fx, y2: fy }),
        s("rect", { class: "iw-ghost iw-d", x: bx - 7, y: by - 7, width: 14, height: 14, rx: 2 }),
      );
    }
    marks.push(s("circle", { class: "iw-mark iw-a", cx, cy, r: DISC }), square(fx, fy, "d"));
    names.push(s("text", { class: "iw-note iw-strong", x: cx + dx, y: cy + dy, "text-anchor": anchor }, title));
  }
  const size = unit(width);
  const at = corner(chart, width);
  const frame = (times, kind) =>
    s("rect", { class: kind, x: at.x, y: at.y, width: size * times, height: size * times, rx: 2 });
  return {
    chart,
    children: [
      chart.children,
      s("line", { class: "iw-rule iw-muted", x1, y1, x2, y2 }),
      s("text", { class: "iw-tick", x: toX(5e3) + 10, y: toY(3e3) }, "each weight"),
      s("text", { class: "iw-tick", x: toX(5e3) + 10, y: toY(3e3) + 15 }, "used once"),
      s("text", { class: "iw-tick", x: right, y: at.y - 8, "text-anchor": "end" }, `picture: ${p.side} %`),
      frame(3, "iw-ghost iw-muted"),
      frame(p.side / 100, "iw-seen iw-c"),
      ghosts,
      links,
      marks,
      names,
    ],
    label: `Parameters against multiply-adds on logarithmic axes: ${NETWORKS.map(
      ({ name, title }) =>
        `${title}, convolutions ${compact(f[`${name}_conv_params`])} and ${compact(f[`${name}_conv_macs`])}, fully connected ${compact(f[`${name}_full_params`])} and ${compact(f[`${name}_full_macs`])}`,
    ).join("; ")}.`,
  };
}

/** The two kinds of layers beside their marks. */
function key() {
  /** @param {import("./shared/dom.js").Child} mark @param {string} text */
  const item = (mark, text) =>
    h("span", {}, s("svg", { class: "iw-svg", width: 20, height: 20, "aria-hidden": "true" }, mark), text);
  return h(
    "p",
    { class: "iw-marks" },
    item(s("circle", { class: "iw-mark iw-a", cx: 10, cy: 10, r: DISC }), "convolutions"),
    item(square(10, 10, "d"), "fully connected"),
  );
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  const note = h("p", { class: "iw-help" });
  let [at, size] = [{ x: 0, y: 0 }, 1];
  const grip = handle(ui, {
    name: "side",
    valueAt: (x, y) => (100 * Math.max(x - at.x, y - at.y)) / size,
    text: () => `${ui.values.side} % of the published side`,
    shape: "iw-corner",
  });
  const chart = ui.chart(HEIGHT, (width) => {
    const drawn = picture(ui.values, ui.figures, ui.data, width);
    [at, size] = [corner(drawn.chart, width), unit(width)];
    const edge = (size * ui.values.side) / 100;
    grip.show({ x: at.x + edge, y: at.y + edge });
    return drawn;
  });
  const value = (name, figure, format) => ui.value(`${name}_${figure}`, format);
  ui.stage.append(
    say,
    key(),
    h("div", { class: "iw-held" }, chart, grip.element),
    table(
      ["Network", "Parameters (fully connected)", "Multiply-adds (fully connected)"],
      NETWORKS.map(({ name, title }) => [
        title,
        [value(name, "params", compact), " (", value(name, "params_share", share), ")"],
        [value(name, "macs", compact), " (", value(name, "macs_share", share), ")"],
      ]),
    ),
    note,
  );
  return (p, f) => {
    const most = NETWORKS.reduce((a, b) => (f[`${b.name}_removed`] > f[`${a.name}_removed`] ? b : a));
    const heavy = NETWORKS.reduce((a, b) => (f[`${b.name}_params_share`] > f[`${a.name}_params_share`] ? b : a));
    const [from, removed] = [f[`${most.name}_params`] + f[`${most.name}_removed`], f[`${most.name}_removed`]];
    say.textContent =
      p.classifier === "averaged"
        ? `Averaging took ${compact(removed)} of ${most.title}'s ${compact(from)} parameters, and ${percent(f[`${most.name}_removed_macs`] / (f[`${most.name}_macs`] + f[`${most.name}_removed_macs`]), 1)} of its work.`
        : `${heavy.title} keeps ${percent(f[`${heavy.name}_params_share`], 0)} of its parameters in fully connected layers, and ${percent(1 - f[`${heavy.name}_macs_share`], 0)} of its work in convolutions.`;
    note.textContent =
      p.classifier === "averaged"
        ? "An average leaves one number a channel, whatever the grid: no picture is too large for these four."
        : p.side === 100
          ? ui.locked("side")
            ? ""
            : "Drag the corner of the green picture. What moves up, and what moves to the right?"
          : `A fully connected layer has a weight for each value it reads, so its size fixes the picture's. At ${f.vgg16_side} pixels VGG-16's last grid is ${f.vgg16_grid}×${f.vgg16_grid}, not 7×7: the squares show what a network for that side would hold.`;
    note.hidden = !note.textContent;
  };
}

export default widget(compute, build);
