import { covered } from "./engine/jobs.js";
import { here, kernel } from "./inside/computer.js";
import { detailView } from "./inside/detail.js";
import { flow } from "./inside/flow.js";
import STYLE from "./inside/inside.css";
import { moduleView } from "./inside/module.js";
import { photoStrip, supplied } from "./inside/photos.js";
import { scores } from "./inside/scores.js";
import { stageView } from "./inside/stage.js";
import { h } from "./shared/dom.js";
import { count, percent, several } from "./shared/format.js";
import { widget } from "./shared/widget.js";

const STEPS = 8; // places a side that the grey square goes to

/** @type {import("./shared/widget.js").Compute} */
function compute(p, data) {
  const row = data.rows.find(({ name }) => name === p.row);
  const map = Math.min(p.map, row.channels);
  const branch = row.branches.find(({ first, channels }) => map > first && map <= first + channels);
  const [field, jump] = (branch ?? row).field;
  return { channels: row.channels, grid: row.grid, field, jump, switched_off: p.off.length };
}

/** Runs one question at a time, and of those that came meanwhile the latest. @param {(question: any) => Promise<void>} run */
function latestOnly(run) {
  let busy = false;
  /** @type {any} */
  let waiting = null;
  return async function ask(question) {
    if (busy) {
      waiting = question;
      return;
    }
    busy = true;
    try {
      for (waiting = question; waiting; ) {
        const next = waiting;
        waiting = null;
        await run(next);
      }
    } finally {
      busy = false;
    }
  };
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const { data, live } = ui;
  const { size, classes } = data;
  if (!document.getElementById("in-style")) document.head.append(h("style", { id: "in-style" }, STYLE));
  const travels = document.querySelector(`[data-once="${data.network}"]`)?.textContent;

  /** @type {import("./inside/computer.js").Computer | null} */
  let computer = null;
  /** @type {import("./inside/photos.js").Photo[]} */
  let photos = [];
  /** @type {import("./inside/photos.js").Photo | null} a picture of the reader's */
  let own = null;
  /** @type {{shares: number[], logits: number[], rows: import("./engine/tensor.js").Maps[]} | null} */
  let result = null;
  /** @type {{shares: number[], rows: import("./engine/tensor.js").Maps[]} | null} of the picture that is compared */
  let second = null;
  /** @type {any[]} */
  let peaks = [];
  /** @type {{map: Float32Array | null, height: number, width: number, step: number} | null} */
  let classMap = null;
  /** @type {{drops: Float32Array, done: number, target: number} | null} */
  let occlusion = null;
  /** @type {{name: string, shares: number[]} | null} what it said with nothing covered or switched off */
  let plain = null;
  /** @type {{picture: string, question: string, beside: string, target: string | undefined}} what was asked for */
  let last = { picture: "", question: "", beside: "", target: undefined };

  const say = ui.status();
  const error = h("p", { class: "in-error", role: "alert", hidden: true });
  /** @param {string} text */
  const tell = (text) => {
    error.hidden = !text;
    error.textContent = text;
  };
  const strip = photoStrip({
    data,
    root: ui.root,
    tell,
    pick(name) {
      own = null;
      tell("");
      ui.set({ picture: name });
    },
    take(photo) {
      own = photo;
      ui.draw();
    },
  });
  const bars = scores(classes);
  const legend = h("p", { class: "in-legend in-muted", hidden: true });
  const stage = stageView(ui, { size, steps: STEPS });
  const net = flow(data.rows, (row) => ui.set({ row, map: strongest(row) + 1 }));
  const entered = moduleView({
    locked: ui.locked("off"),
    choose: (map) => ui.set({ map: map + 1 }),
    toggle(name) {
      const { off } = ui.values;
      ui.set({ off: off.includes(name) ? off.filter((/** @type {string} */ each) => each !== name) : [...off, name] });
    },
  });
  const detail = detailView({ size, looked: () => {} });
  const allOn = h(
    "button",
    { type: "button", "data-action": "all-on", onclick: () => ui.setOpen({ off: [] }) },
    "Switch everything on",
  );

  const photo = () => own ?? photos.find(({ name }) => name === ui.values.picture) ?? photos[0];
  const pixels = () => {
    const { square, left, top } = ui.values;
    const plain = photo().pixels;
    return square ? Uint8ClampedArray.from(covered(plain, size, [left, top, square], data.mean)) : plain;
  };
  const target = () => {
    const { target: wanted } = ui.values;
    const best = result ? result.shares.indexOf(Math.max(...result.shares)) : 0;
    return wanted === undefined || wanted === "predicted" ? best : classes.indexOf(wanted);
  };

  /** The channel of a row with the largest value. @param {string} name */
  function strongest(name) {
    const y = result?.rows[data.rows.find((/** @type {any} */ row) => row.name === name).index];
    if (!y) return 0;
    return Math.floor(y.data.indexOf(y.data.reduce((a, b) => Math.max(a, b))) / (y.width * y.height));
  }
  const touched = () => ui.values.off.length > 0 || ui.values.square > 0;

  function paintStage() {
    stage.show(photo(), { classMap, occlusion, target: target(), className: classes[target()] });
  }
  function paint() {
    if (!result) return;
    const { values: p } = ui;
    const shown = photo();
    const row = data.rows.find(({ name }) => name === p.row);
    const channel = Math.min(p.map, row.channels) - 1;
    const two = p.compare === "none" ? null : second;
    legend.hidden = !two;
    legend.textContent = photos.find(({ name }) => name === p.compare)?.title ?? "";
    bars.show(
      result.shares,
      shown.label,
      two?.shares ?? null,
      touched() && plain?.name === shown.name ? plain.shares : null,
    );
    net.show(result.rows, p.off);
    entered.show(row, result.rows[row.index], channel, p.off);
    detail.show({ row, y: result.rows[row.index], channel, photo: shown, other: two?.rows[row.index] ?? null }, peaks);
    paintStage();
    const said = h("span", {}, sentence(shown));
    if (said.textContent !== say.textContent) say.replaceChildren(said); // else nothing to hear
  }
  /** @param {import("./inside/photos.js").Photo} shown */
  function sentence(shown) {
    const { shares } = /** @type {NonNullable<typeof result>} */ (result);
    const best = shares.indexOf(Math.max(...shares));
    const right =
      shown.label === null
        ? ""
        : shown.label === classes[best]
          ? ", and it is right"
          : `, but the truth is ${shown.label}`;
    const before =
      touched() && plain?.name === shown.name ? ` Untouched: ${percent(plain.shares[best], 0)}, the lines.` : "";
    return ["The network says ", h("strong", {}, classes[best]), ` (${percent(shares[best], 0)})${right}.${before}`];
  }
  const run = latestOnly(async ({ name, pixels: given, off }) => {
    await computer?.ask("run", { pixels: given, off }, (answer) => {
      result = answer;
      if (!touched()) plain = { name, shares: answer.shares };
      ui.root.dataset.ready = "true";
      paint();
    });
  });
  const compare = latestOnly(async ({ pixels: given, off }) => {
    await computer?.ask("second", { pixels: given, off }, (answer) => {
      second = answer;
      paint();
    });
  });
  function explain() {
    computer?.ask("explain", { pixels: pixels(), off: ui.values.off }, (answer) => {
      classMap = answer;
      paintStage();
    });
  }
  function slide() {
    const side = ui.values.square || size / 4;
    const step = size / STEPS;
    const places = Array.from({ length: STEPS * STEPS }, (_, i) => {
      const middle = [((i % STEPS) + 0.5) * step, (Math.floor(i / STEPS) + 0.5) * step];
      return [...middle.map((x) => Math.round(x - side / 2)), side];
    });
    const wanted = target();
    const found = { drops: new Float32Array(STEPS * STEPS).fill(NaN), done: 0, target: wanted };
    occlusion = found;
    /** @type {number | null} */
    let before = null;
    const squares = [[0, 0, 0], ...places]; // first without one
    computer?.ask("occlude", { pixels: photo().pixels, off: ui.values.off, squares }, ({ shares }) => {
      if (before === null) before = shares[wanted];
      else {
        found.drops[found.done] = before - shares[wanted];
        found.done += 1;
      }
      paintStage();
    });
  }
  async function begin() {
    computer =
      travels && !live
        ? await here({ network: JSON.parse(travels), mean: data.mean, std: data.std })
        : live
          ? kernel(ui.model)
          : null;
    if (!computer) {
      say.textContent =
        "This network is too large to travel with a page: run the cell in a notebook, and its kernel computes.";
      return;
    }
    ui.endings.push(computer.end);
    photos = await Promise.all(data.pictures.map((/** @type {any} */ each) => supplied(each, data)));
    ui.draw();
    const found = /** @type {any[]} */ ([]);
    await computer.ask("peaks", { pictures: photos.map((each) => each.pixels) }, ({ rows }) =>
      found.push({ photo: photos[found.length], rows }),
    );
    peaks = found;
    paint();
  }
  const { target: classList, compare: others, square } = Object.fromEntries(ui.controls);
  ui.stage.append(
    strip.element,
    error,
    h(
      "div",
      { class: "in-top" },
      stage.element,
      h(
        "div",
        { class: "in-said" },
        say,
        bars.element,
        legend,
        h(
          "div",
          { class: "in-settings" },
          [classList, others, square].map((each) => each?.element),
        ),
      ),
    ),
    h("div", { class: "in-title-row" }, h("h4", { class: "in-heading" }, "The network, from picture to scores"), allOn),
    net.element,
    entered.element,
    detail.element,
    h(
      "p",
      { class: "iw-help" },
      ui.value("channels", (n) => several(n, "map")),
      " on a grid of ",
      ui.value("grid", (n) => several(n, "place")),
      " a side. A unit of the one that is chosen sees ",
      ui.value("field", (n) => several(n, "pixel")),
      " a side, and its neighbour looks ",
      ui.value("jump", count),
      " further along. Each map is normalized by itself, from dark to bright. ",
      h(
        "strong",
        {},
        live
          ? "The kernel computes; no picture goes further."
          : "Everything is computed on this machine: no picture leaves it.",
      ),
    ),
  );
  ui.root.querySelector(".iw-controls")?.remove();
  ui.root.querySelector(".iw-body")?.classList.add("iw-bare");
  begin();
  return (p) => {
    if (p.picture !== last.picture && last.picture) own = null;
    strip.show(photo()?.name ?? p.picture);
    net.mark(p.row);
    allOn.hidden = !p.off.length || ui.locked("off");
    const before = last;
    last = { picture: p.picture, question: "", beside: "", target: p.target };
    if (!photos.length) return;
    last.question = JSON.stringify([photo()?.name, p.off, p.square, p.square && [p.left, p.top]]);
    last.beside = JSON.stringify([p.compare, p.off]);
    const changed = last.question !== before.question;
    if (changed || last.target !== before.target) {
      classMap = null;
      occlusion = null;
      computer?.stop("occlude");
      if (result) paintStage();
    }
    if (changed) {
      run({ name: photo().name, pixels: pixels(), off: p.off });
      entered.levers(p.off);
    }
    if (last.beside !== before.beside) {
      second = null;
      const other = photos.find(({ name }) => name === p.compare);
      if (other) compare({ pixels: other.pixels, off: p.off });
    }
    if (p.show === "class" && !classMap) explain();
    if (p.show === "occlusion" && !occlusion && result) slide();
    if (!changed) paint();
  };
}

export default widget(compute, build);
