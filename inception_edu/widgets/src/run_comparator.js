import { h, s, swatch, table } from "./shared/dom.js";
import { count, percent, short } from "./shared/format.js";
import { plot } from "./shared/plot.js";
import { mean } from "./shared/sums.js";
import { widget } from "./shared/widget.js";

function deviation(values) {
  const middle = mean(values);
  return values.length > 1
    ? Math.sqrt(values.reduce((sum, v) => sum + (v - middle) ** 2, 0) / (values.length - 1))
    : null;
}

/** [number, name, curve] of each group of runs that is shown and has the figure. */
const shown = (p, { groups }) =>
  groups
    .map(({ name, curves }, i) => [i + 1, name, curves[p.metric]])
    .filter(([n, , curve]) => p[`show_${n}`] && curve);

/** @type {import("./shared/widget.js").Compute} */
function compute(p, data) {
  const figures = Object.fromEntries(
    data.groups.flatMap((_, i) => [
      [`mean_${i + 1}`, null],
      [`std_${i + 1}`, null],
    ]),
  );
  const sign = p.metric.endsWith("loss") ? -1 : p.metric.endsWith("accuracy") ? 1 : 0;
  const found = [];
  for (const [n, name, { epochs, values }] of shown(p, data)) {
    const row = values[epochs.filter((epoch) => epoch <= p.epoch).length - 1];
    if (!row) continue;
    figures[`mean_${n}`] = mean(row);
    figures[`std_${n}`] = deviation(row);
    found.push({ name, n, row, points: sign * mean(row) });
  }
  found.sort((one, other) => other.points - one.points);
  const [best, next] = found;
  /** @type {{leader: string | null, gap: number | null, margin: number | null}} */
  const lead = { leader: sign && best ? best.name : null, gap: null, margin: null };
  if (!sign || !next) return { ...figures, ...lead };
  // runs are paired by their seed, and the interval is Student's, as everywhere in the book
  const seeds = (n) => data.groups[n - 1].seeds;
  const gaps = seeds(best.n).flatMap((seed, i) => {
    const k = seeds(next.n).indexOf(seed);
    return k < 0 ? [] : [sign * (best.row[i] - next.row[k])];
  });
  lead.gap = gaps.length > 1 ? mean(gaps) : best.points - next.points;
  const spread = gaps.length > 1 ? deviation(gaps) : null;
  if (spread !== null) lead.margin = (data.quantiles[gaps.length - 2] * spread) / Math.sqrt(gaps.length);
  return { ...figures, ...lead };
}

function curves(p, data, width) {
  const found = shown(p, data).map(([n, _name, { epochs, values }]) => ({
    series: "abcde"[n - 1],
    epochs,
    middle: values.map(mean),
    // [low, high] by epoch, or a line for each run
    band:
      p.spread === "runs"
        ? []
        : values.map((row) =>
            p.spread === "range"
              ? [Math.min(...row), Math.max(...row)]
              : [-1, 1].map((sign) => mean(row) + sign * (deviation(row) ?? 0)),
          ),
    runs: p.spread === "runs" ? values[0].map((_, i) => values.map((row) => row[i])) : [],
  }));
  const every = found.flatMap(({ middle, band, runs }) => [...middle, ...band.flat(), ...runs.flat()]);
  const positive = every.filter((v) => v > 0);
  const log = p.logarithmic && positive.length > 0;
  const floor = Math.min(...positive);
  const clamp = (v) => (log ? Math.max(v, floor) : v);
  const [low, high] = log ? [floor, Math.max(...every)] : [Math.min(0, ...every), Math.max(...every, 1e-9)];
  const last = Math.max(
    1,
    ...data.groups.flatMap((group) => Object.values(group.curves).map(({ epochs }) => epochs.at(-1))),
  );
  const line = (epochs, values) => epochs.map((epoch, i) => [epoch, clamp(values[i])]);
  const { children, toX, toY } = plot({
    width,
    height: 330,
    x: { min: 0, max: last, label: "epoch", format: count },
    y: { min: low, max: log ? high * 1.1 : high * 1.04, label: p.metric.replaceAll("_", " "), log, format: short },
    lines: found.flatMap(({ series, epochs, middle, runs }) =>
      (runs.length ? runs : [middle]).map((values) => ({
        series,
        faint: runs.length > 1,
        points: line(epochs, values),
      })),
    ),
    rules: [{ x: p.epoch, label: `epoch ${p.epoch}` }],
    marks: found
      .filter(({ epochs }) => epochs.length === 1)
      .map(({ series, epochs, middle }) => ({ series, x: epochs[0], y: clamp(middle[0]) })),
  });
  const bands = found
    .filter(({ band }) => band.length)
    .map(({ series, epochs, band }) => {
      const at = (side) => epochs.map((epoch, i) => `${toX(epoch).toFixed(1)} ${toY(clamp(band[i][side])).toFixed(1)}`);
      return s("path", {
        class: `iw-${series}`,
        fill: "currentColor",
        "fill-opacity": 0.2,
        d: `M${[...at(0), ...at(1).reverse()].join("L")}Z`,
      });
    });
  return [bands, children];
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  const figure = (value) => (ui.values.metric.endsWith("accuracy") ? percent(value) : short(value, 4));
  const difference = (value) => (value === null ? "–" : figure(value));
  ui.stage.append(
    say,
    ui.chart(330, (width) => ({
      children: curves(ui.values, ui.data, width),
      label: `${ui.values.metric.replaceAll("_", " ")} by epoch of ${
        shown(ui.values, ui.data)
          .map(([, name]) => name)
          .join(", ") || "nothing"
      }.`,
    })),
    table(
      ["Experiment", "Runs", "Mean", "± over seeds"],
      ui.data.groups.map(({ name, seeds }, i) => [
        [swatch("abcde"[i]), name],
        count(seeds.length),
        ui.value(`mean_${i + 1}`, figure),
        ui.value(`std_${i + 1}`, figure),
      ]),
    ),
    h(
      "p",
      { class: "iw-help" },
      "Ahead at this epoch: ",
      ui.value("leader", (name) => name ?? "–"),
      ", by ",
      ui.value("gap", difference),
      " ± ",
      ui.value("margin", difference),
      ".",
    ),
  );
  return (p, f) => {
    const rest = shown(p, ui.data).filter(([n, name]) => name !== f.leader && f[`mean_${n}`] !== null);
    const n = 1 + ui.data.groups.findIndex(({ name }) => name === f.leader);
    if (!n || !rest.length) {
      say.textContent = n
        ? `${f.leader}: ${figure(f[`mean_${n}`])} after epoch ${p.epoch}.`
        : "Choose what to compare.";
      return;
    }
    const [next] = rest.sort(
      ([a], [b]) => Math.abs(f[`mean_${a}`] - f[`mean_${n}`]) - Math.abs(f[`mean_${b}`] - f[`mean_${n}`]),
    );
    const points = (value) => (p.metric.endsWith("accuracy") ? short(100 * value) : short(value));
    const unit = p.metric.endsWith("accuracy") ? " points" : "";
    const seeds = f.gap < 0 ? ", but over the seeds that both have it is ahead by " : " by "; // then a negative number
    const ahead = `After epoch ${p.epoch}, ${f.leader} is ahead of ${next[1]}${seeds}`;
    if (f.margin === null)
      say.textContent = `${ahead}${points(f.gap)}${unit}; without two seeds in common that says nothing of chance.`;
    else
      say.textContent =
        `${ahead}${points(f.gap)} ± ${points(f.margin)}${unit}, by Student's 95 % interval over the seeds: ` +
        (Math.abs(f.gap) > f.margin ? "more than chance, if it was the only question." : "that may be chance.");
  };
}

export default widget(compute, build);
