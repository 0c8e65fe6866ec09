import { HEIGHT, pass, passHeight, rangeOf, underTheRoof } from "./roofline/drawing.js";
import { legend } from "./roofline/symbols.js";
import { h, table } from "./shared/dom.js";
import { pointOnLine } from "./shared/dragging.js";
import { compact, count, percent, short } from "./shared/format.js";
import { handle } from "./shared/handles.js";
import { moved } from "./shared/scale.js";
import { sum } from "./shared/sums.js";
import { widget } from "./shared/widget.js";

const GIGA = 1e9;

/** @type {WeakMap<object, {name: string, kind: string, macs: number, values: number, weights: number}[]>} */
const KNOWN = new WeakMap();

/** The steps of a network, with counts for one image; `values` are those that it reads and writes. */
function stepsOf(data, name) {
  const network = data.networks[name];
  const known = KNOWN.get(network);
  if (known) return known;
  const steps = network.rows.flatMap(([row, operations]) =>
    operations.map(([operation, kind, macs, inputs, outputs, weights]) => ({
      name: row ? `${row} / ${operation}` : operation,
      kind: data.kinds[kind],
      macs,
      values: inputs + outputs,
      weights,
    })),
  );
  KNOWN.set(network, steps);
  return steps;
}

/** Where a step stands under the roof: inception_edu.roofline. */
function place(step, { peak, bandwidth }, batch, bytesPerElement) {
  const macs = batch * step.macs;
  const bytes = bytesPerElement * (batch * step.values + step.weights);
  const [computing, moving] = [macs / (peak * GIGA), bytes / (bandwidth * GIGA)];
  const bound = moving > computing ? "memory" : "compute";
  return { macs, bytes, intensity: macs / bytes, bound, seconds: Math.max(computing, moving) };
}

/** @type {import("./shared/widget.js").Compute} */
function compute(p, data) {
  const preset = data.machines[p.machine];
  const { peak, bandwidth } = preset
    ? { peak: preset.peaks[p.precision] ?? preset.peaks[4], bandwidth: preset.bandwidth }
    : p;
  const places = stepsOf(data, p.network).map((step) => place(step, { peak, bandwidth }, p.batch, p.precision));
  const times = places.map(({ seconds }) => seconds);
  const total = sum(times);
  const index = Math.min(p.step, places.length) - 1;
  const known = data.measured;
  const same = known && ["network", "batch", "precision"].every((name) => p[name] === known[name]);
  const measured = same ? known.seconds : times.map(() => null);
  const taken = measured.flatMap((time, i) => (time === null ? [] : [i]));
  const reality = taken.length ? sum(taken.map((i) => measured[i])) : null;
  return {
    peak,
    bandwidth,
    ridge: peak / bandwidth,
    seconds: total,
    images_per_second: p.batch / total,
    memory_share: sum(places.map(({ bound, seconds }) => (bound === "memory" ? seconds : 0))) / total,
    macs: sum(places.map(({ macs }) => macs)),
    bytes: sum(places.map(({ bytes }) => bytes)),
    last_step: places.length,
    intensities: places.map(({ intensity }) => intensity),
    waits: places.map(({ bound }) => bound === "memory"),
    times,
    measured,
    measured_seconds: reality,
    reached: reality === null ? null : sum(taken.map((i) => times[i])) / reality,
    step_macs: places[index].macs,
    step_bytes: places[index].bytes,
    step_intensity: places[index].intensity,
    step_bound: places[index].bound,
    step_seconds: places[index].seconds,
    step_share: places[index].seconds / total,
    step_measured: measured[index],
  };
}

/** A time for people. @param {number | null} seconds */
function time(seconds) {
  if (seconds === null) return "–";
  if (seconds >= 1) return `${short(seconds)} s`;
  return seconds >= 1e-3 ? `${short(1e3 * seconds)} ms` : `${short(1e6 * seconds)} µs`;
}

const bytes = (value) => `${compact(value)}B`;
const BOUND = { memory: "memory", compute: "arithmetic" };

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  const key = h("p", { class: "iw-marks" });
  const name = h("b", {});
  const help = h("p", { class: "iw-help" });
  const steps = () => stepsOf(ui.data, ui.values.network);

  /** The range of the axes and where the slope is held, which stay while a handle is dragged. @type {any} */
  let held = null;
  /** @type {any} */
  let drawn = null;
  const holds = () => held?.slope ?? Math.sqrt(drawn.range.left * Math.min(ui.figures.ridge, drawn.range.right));
  /** A machine that is changed is one's own from then on. */
  const own = () => {
    const { peak, bandwidth } = ui.figures;
    if (ui.values.machine !== "own")
      ui.setOpen({
        machine: "own",
        peak: Math.max(Math.round(peak), 1),
        bandwidth: Math.max(Math.round(bandwidth), 1),
      });
  };
  const grip = (setting, unit, valueAt) => {
    const made = handle(ui, {
      name: setting,
      shape: "iw-upright",
      valueAt,
      text: () => `${count(Math.round(ui.figures[setting]))} ${unit}`,
      take() {
        const slope = holds();
        own();
        held = { range: drawn.range, slope };
      },
      release() {
        held = null;
        ui.draw();
      },
    });
    made.element.addEventListener("keydown", ({ key }) => moved(key, 0, { max: 1 }) !== undefined && own(), true);
    return made;
  };
  const grips = {
    peak: grip("peak", "GMAC/s", (_, y) => drawn.fromY(y) / GIGA),
    bandwidth: grip("bandwidth", "GB/s", (_, y) => drawn.fromY(y) / GIGA / holds()),
  };
  const chart = ui.chart(HEIGHT, (width) => {
    const found = steps();
    drawn = underTheRoof(
      ui.values,
      ui.figures,
      ui.data,
      found,
      width,
      held?.range ?? rangeOf(ui.values, ui.figures, found),
    );
    const fixed = ui.locked("machine") && ui.values.machine !== "own";
    const slope = drawn.slopeAt(holds());
    grips.peak.show(fixed ? null : drawn.peakAt);
    grips.bandwidth.show(fixed ? null : slope);
    for (const [setting, { element }] of Object.entries(grips))
      element.setAttribute("aria-valuenow", String(Math.round(ui.figures[setting])));
    return drawn;
  });
  const point = (event) => {
    const box = chart.getBoundingClientRect();
    const far = ({ x, y, r }) => Math.hypot(event.clientX - box.left - x, event.clientY - box.top - y) - r;
    const nearest = drawn.places.reduce((a, b) => (far(b) < far(a) ? b : a));
    if (!held && far(nearest) < 9 && nearest.index + 1 !== ui.values.step) ui.setOpen({ step: nearest.index + 1 });
  };
  chart.addEventListener("pointermove", point);
  chart.addEventListener("pointerdown", point);

  /** @type {(x: number) => number} */
  let stepAt = () => 1;
  const bar = ui.chart(passHeight(false), (width) => {
    const picture = pass(ui.values, ui.figures, steps(), width, time);
    stepAt = picture.stepAt;
    return picture;
  });
  const along = pointOnLine(ui, bar, {
    name: "step",
    label: "Step of the pass",
    most: () => ui.figures.last_step,
    fromX: (x) => stepAt(x),
    text: () => `${name.textContent}: ${time(ui.figures.step_seconds)}`,
  });

  const intensity = (value) => `${short(value)} a byte`;
  ui.stage.append(
    say,
    key,
    h("div", { class: "iw-held" }, chart, grips.bandwidth.element, grips.peak.element),
    bar,
    h(
      "div",
      { class: "iw-columns iw-pair" },
      h(
        "div",
        {},
        name,
        table(null, [
          ["Multiply-adds", ui.value("step_macs", compact)],
          ["Moved", ui.value("step_bytes", bytes)],
          ["Intensity", ui.value("step_intensity", intensity)],
          ["Waits for", ui.value("step_bound", (bound) => BOUND[bound])],
          ["At best", ui.value("step_seconds", time)],
          ["Share", ui.value("step_share", percent)],
          ...(ui.data.measured ? [["Measured", ui.value("step_measured", time)]] : []),
        ]),
      ),
      h(
        "div",
        {},
        h("b", {}, "The whole pass"),
        table(null, [
          ["Multiply-adds", ui.value("macs", compact)],
          ["Moved", ui.value("bytes", bytes)],
          ["Ridge point", ui.value("ridge", intensity)],
          ["Memory-bound", ui.value("memory_share", percent)],
          ["At best", ui.value("seconds", time)],
          ["Images/s", ui.value("images_per_second", short)],
          ...(ui.data.measured ? [["Reached", ui.value("reached", percent)]] : []),
        ]),
      ),
    ),
    help,
  );
  return (p, f) => {
    const found = steps();
    const title = ui.data.networks[p.network].title;
    const images = p.batch === 1 ? "an image" : `${count(p.batch)} images`;
    const index = Math.min(p.step, found.length) - 1;
    name.textContent = found[index].name;
    key.replaceChildren(
      ...legend(
        found.map(({ kind }) => kind),
        f.measured_seconds !== null,
      ),
    );
    say.textContent =
      `${title} takes at best ${time(f.seconds)} for ${images}; ${percent(f.memory_share, 0)} of that waits for memory.` +
      (f.measured_seconds === null ? "" : ` Measured, it reaches ${percent(f.reached, 0)} of that speed.`);
    help.textContent = `Area and width are shares of the time; at 0 stand steps without multiply-adds. ${ui.locked("step") ? "" : "Point at a step, or go through the bar. "}${ui.locked("machine") ? "" : "Drag the roof."}`;
    along.update();
  };
}

export default widget(compute, build);
