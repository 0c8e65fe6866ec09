import { convMacs, convParams, outputSize } from "./shared/arithmetic.js";
import { h, s, swatch, table } from "./shared/dom.js";
import { compact, count, percent, short } from "./shared/format.js";
import { widget } from "./shared/widget.js";

const KERNEL = 3;

/** @type {import("./shared/widget.js").Compute} */
function compute(p) {
  const { grid, in_channels: depth, out_channels: deeper } = p;
  const small = outputSize(grid, KERNEL, 2, p.padding) ?? Number.NaN; // the table's smallest grid holds the kernel
  const added = deeper > depth ? deeper - depth : null;
  const params = convParams(depth, deeper, KERNEL);
  const [valuesIn, valuesOut, pooled] = [depth * grid ** 2, deeper * small ** 2, depth * small ** 2];
  const [cheap, dear] = [convMacs(depth, deeper, KERNEL, small), convMacs(depth, deeper, KERNEL, grid)];
  return {
    out_grid: small,
    values_in: valuesIn,
    values_out: valuesOut,
    pool_first_values: pooled,
    convolve_first_values: deeper * grid ** 2,
    pool_first_params: params,
    convolve_first_params: params,
    parallel_params: added && convParams(depth, added, KERNEL),
    pool_first_macs: cheap,
    convolve_first_macs: dear,
    parallel_macs: added && convMacs(depth, added, KERNEL, small),
    parallel_filters: added,
    bottleneck: pooled < Math.min(valuesIn, valuesOut),
    bottleneck_share: pooled / valuesOut,
    cost_ratio: dear / cheap,
  };
}

const NAMES = { pool_first: "Pool first", convolve_first: "Convolve first", parallel: "In parallel" };
const SERIES = { pool_first: "b", convolve_first: "d", parallel: "c" };

/** The three ways from left to right, as thick as the number of values that flow there. */
function picture(p, f, width) {
  const tall = 74;
  const row = tall + 66;
  const scale = tall / Math.max(f.values_in, f.values_out, f.convolve_first_values);
  const box = Math.min(96, width * 0.24);
  const [first, second] = [width * 0.34, width * 0.7];
  const middle = (first + second) / 2;
  const children = [];
  const text = (x, y, words, anchor = "middle", kind = "tick") =>
    children.push(s("text", { x, y, "text-anchor": anchor, class: `iw-${kind}` }, words));
  const flow = (x, end, y, values, series) =>
    children.push(
      s("rect", {
        class: `iw-flow iw-${series}`,
        x,
        y: y - (values * scale) / 2,
        width: end - x,
        height: values * scale,
      }),
    );
  const step = (x, y, words, cost, series) => {
    children.push(
      s("rect", { class: `iw-box iw-${series}`, x: x - box / 2, y: y - 19, width: box, height: 38, rx: 6 }),
    );
    text(x, y + (cost ? -3 : 5), words);
    if (cost) text(x, y + 13, cost, "middle", "strong");
  };
  const shape = (channels, side) => `${channels}×${side}×${side}`;
  Object.keys(NAMES).forEach((way, i) => {
    const y = i * row + 24 + tall / 2;
    const below = y + tall / 2 + 14;
    const [series, macs, between] = [SERIES[way], f[`${way}_macs`], f[`${way}_values`]];
    const cost = compact(macs);
    text(0, i * row + 12, NAMES[way], "start", "strong");
    text(
      width - 1,
      i * row + 12,
      macs ? `${cost} multiply-adds` : "not possible: the pool passes all on",
      "end",
      "strong",
    );
    if (!macs) return;
    if (between) {
      const narrow = way === "pool_first" && f.bottleneck;
      flow(0, first, y, f.values_in, series);
      flow(first, second, y, between, series);
      flow(second, width, y, f.values_out, series);
      const pooled = way === "pool_first";
      step(pooled ? first : second, y, "max 3×3/2", "", series);
      step(pooled ? second : first, y, "3×3/1", cost, series);
      text(middle, below, pooled ? shape(p.in_channels, f.out_grid) : shape(p.out_channels, p.grid));
      text(
        middle,
        below + 15,
        narrow ? `bottleneck: ${percent(f.bottleneck_share, 0)}` : compact(between),
        "middle",
        narrow ? "note iw-b" : "tick",
      );
    } else {
      const [pooled, made] = [f.pool_first_values, f.values_out - f.pool_first_values];
      flow(0, middle, y, f.values_in, series);
      flow(middle, width, y - (made * scale) / 2, pooled, "a");
      flow(middle, width, y + (pooled * scale) / 2, made, series);
      step(middle, y - 21, "max 3×3/2", "", "a");
      step(middle, y + 21, "3×3/2", cost, series);
    }
    for (const [x, end, channels, side, values] of [
      [0, "start", p.in_channels, p.grid, f.values_in],
      [width - 1, "end", p.out_channels, f.out_grid, f.values_out],
    ]) {
      text(x, below, shape(channels, side), end);
      text(x, below + 15, compact(values), end);
    }
  });
  return {
    children,
    height: 3 * row,
    label: `Values that flow: in ${count(f.values_in)}, out ${count(f.values_out)}; between, ${count(f.pool_first_values)} where the pool comes first, ${count(f.convolve_first_values)} where the convolution does.`,
  };
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  ui.stage.append(
    say,
    ui.chart(420, (width) => picture(ui.values, ui.figures, width)),
    h("p", { class: "iw-help" }, "A band is as thick as the number of values that flow there, C·H·W."),
    table(
      ["Way", "Parameters", "Multiply-adds", "Values between"],
      Object.keys(NAMES).map((way) => [
        [swatch(SERIES[way]), NAMES[way]],
        ui.value(`${way}_params`),
        ui.value(`${way}_macs`),
        way === "parallel" ? "–" : ui.value(`${way}_values`),
      ]),
    ),
  );
  return (_p, f) => {
    const narrow = f.bottleneck
      ? `Pooling first squeezes everything through ${percent(f.bottleneck_share, 0)} of the values that leave`
      : "Pooling first is no bottleneck here";
    const parallel =
      f.parallel_macs === null
        ? "; in parallel, the output must be deeper than the input"
        : `; in parallel, nothing is squeezed, for ${short(f.parallel_macs / f.pool_first_macs)} of what pooling first costs`;
    say.textContent = `${narrow}; convolving first costs ${short(f.cost_ratio)} times as much${parallel}.`;
  };
}

export default widget(compute, build);
