import { h, table } from "./shared/dom.js";
import { count, short } from "./shared/format.js";
import { plot } from "./shared/plot.js";
import { mean } from "./shared/sums.js";
import { widget } from "./shared/widget.js";

const NAMES = { paper: "4 % every 8 epochs", step: "steps", cosine: "cosine", one_cycle: "one cycle" };
const SERIES = { paper: "a", step: "b", cosine: "c", one_cycle: "d" };
const [RISE, START, END] = [0.3, 25, 1e4]; // torch's OneCycleLR

const anneal = (start, end, share) => end + ((start - end) / 2) * (1 + Math.cos(Math.PI * share));

/** The rate in `epoch`, counted from 0: inception_edu.widgets.schedules.rate_at. */
function rateAt(p, epoch) {
  if (p.schedule === "paper") return p.base_rate * 0.96 ** Math.floor(epoch / 8);
  if (p.schedule === "step") return p.base_rate * p.factor ** Math.floor(epoch / p.every);
  if (p.schedule === "cosine") return anneal(p.base_rate, 0, epoch / p.epochs);
  const peak = RISE * p.epochs - 1;
  const first = p.base_rate / START;
  if (epoch <= peak) return anneal(first, p.base_rate, epoch / peak);
  return anneal(p.base_rate, first / END, (epoch - peak) / (p.epochs - 1 - peak));
}

const allRates = (p) => Array.from({ length: p.epochs }, (_, epoch) => rateAt(p, epoch));

/** @type {import("./shared/widget.js").Compute} */
function compute(p) {
  const rates = allRates(p);
  const most = Math.max(...rates);
  const half = rates.findIndex((rate, epoch) => epoch && rate <= most / 2);
  return {
    last_epoch: p.epochs - 1,
    rate: rates[Math.min(p.epoch, p.epochs - 1)],
    first_rate: rates[0],
    last_rate: rates.at(-1),
    mean_rate: mean(rates),
    half: half < 0 ? null : half,
  };
}

/**
 * Points of a curve; a rate that stays for some epochs is drawn as a stair.
 *
 * @param {import("./shared/params.js").Values} p
 * @param {number} floor
 * @returns {[number, number][]}
 */
function points(p, floor) {
  const stairs = p.schedule === "paper" || p.schedule === "step";
  const rates = allRates(p).map((rate) => Math.max(rate, floor));
  return rates.flatMap((rate, epoch) =>
    stairs
      ? [
          [epoch, rate],
          [epoch + 1, rate],
        ]
      : [[epoch, rate]],
  );
}

function curves(p, f, width) {
  const floor = p.logarithmic ? p.base_rate / 1e5 : 0;
  const shown = Object.keys(NAMES).filter((schedule) => p.compare || schedule === p.schedule);
  shown.sort((a, b) => Number(a === p.schedule) - Number(b === p.schedule));
  const epoch = Math.min(p.epoch, f.last_epoch);
  return plot({
    width,
    height: 330,
    x: { min: 0, max: p.epochs, label: "epoch", format: count },
    y: {
      min: floor,
      max: p.base_rate * (p.logarithmic ? 1.6 : 1.05),
      label: "learning rate",
      log: p.logarithmic,
      format: short,
    },
    lines: shown.map((schedule) => ({
      series: SERIES[schedule],
      name: NAMES[schedule],
      faint: schedule !== p.schedule,
      points: points({ ...p, schedule }, floor),
    })),
    marks: [{ x: epoch, y: Math.max(f.rate, floor), series: SERIES[p.schedule], label: short(f.rate) }],
  }).children;
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  const formula = h("p", { class: "iw-formula" });
  const fine = (rate) => short(rate, 4);
  ui.stage.append(
    say,
    ui.chart(330, (width) => ({
      children: curves(ui.values, ui.figures, width),
      label: `Learning rate over ${ui.values.epochs} epochs by ${NAMES[ui.values.schedule]}: from ${fine(ui.figures.first_rate)} to ${fine(ui.figures.last_rate)}.`,
    })),
    formula,
    table(null, [
      ["Rate at this epoch", ui.value("rate", fine)],
      ["Rate at the last epoch", ui.value("last_rate", fine)],
      ["Mean rate of the run", ui.value("mean_rate", fine)],
      ["First epoch at half the highest rate or less", ui.value("half", (epoch) => epoch ?? "not reached")],
    ]),
  );
  return (p, f) => {
    const epoch = Math.min(p.epoch, f.last_epoch);
    const base = short(p.base_rate);
    say.textContent = `In epoch ${epoch} the rate is ${fine(f.rate)}: ${short((100 * f.rate) / p.base_rate)} % of the base rate.`;
    const peak = RISE * p.epochs - 1;
    const cut = (factor, every) => [
      `${base} · ${factor}`,
      h("sup", {}, `⌊${epoch}/${every}⌋`),
      ` = ${base} · ${factor}`,
      h("sup", {}, Math.floor(epoch / every)),
      " = ",
    ];
    const words = {
      paper: () => cut(0.96, 8),
      step: () => cut(p.factor, p.every),
      cosine: () => [`${base} · (1 + cos(π · ${epoch}/${p.epochs})) / 2 = `],
      one_cycle: () => [
        epoch <= peak
          ? `rising along a cosine from ${base}/${START} to ${base} until epoch ${short(peak)}: `
          : `falling along a cosine from ${base} at epoch ${short(peak)} to ${base}/${count(START * END)}: `,
      ],
    }[p.schedule]();
    formula.replaceChildren(...words, h("b", {}, fine(f.rate)));
  };
}

export default widget(compute, build);
