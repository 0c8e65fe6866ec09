import { outputSize } from "./shared/arithmetic.js";
import { h, s } from "./shared/dom.js";
import { count, several } from "./shared/format.js";
import { frame, grid } from "./shared/grid.js";
import { looking } from "./shared/looking.js";
import { widget } from "./shared/widget.js";
import { seenBy, sees } from "./shared/windows.js";

const PICTURES = {
  cross: (row, col, size) => (col === row || col === size - 1 - row ? 9 : 0),
  edge: (_row, col, size) => (col >= Math.floor(size / 2) ? 9 : 0),
  checkerboard: (row, col) => 9 * ((row + col) % 2),
  ramp: (row, col, size) => Math.floor((9 * (row + col)) / (2 * size - 2)),
};

const WEIGHTS = {
  sum: () => 1,
  "vertical edge": (_row, col, _height, width) => Math.sign(2 * col - (width - 1)),
  "horizontal edge": (row, _col, height) => Math.sign(2 * row - (height - 1)),
  centre: (row, col, height, width) => Number(row === Math.floor(height / 2) && col === Math.floor(width / 2)),
};

const pixel = (p, row, col) =>
  row < 0 || col < 0 || row >= p.size || col >= p.size ? 0 : PICTURES[p.picture](row, col, p.size);
const weight = (p, row, col) => WEIGHTS[p.weights](row, col, p.kernel_height, p.kernel_width);

/** Call see(pixel, weight) for everything under the kernel when its corner is at pixel (top, left) of the picture. */
function under(p, top, left, see) {
  for (let i = 0; i < p.kernel_height; i += 1) {
    for (let j = 0; j < p.kernel_width; j += 1) see(pixel(p, top + i, left + j), weight(p, i, j));
  }
}

function total(p, top, left) {
  let sum = 0;
  under(p, top, left, (x, w) => (sum += x * w));
  return sum;
}

/** Lines of the picture that no position of the kernel covers. */
function unread(size, kernel, stride, padding, outputs) {
  const read = new Set();
  for (let at = 0; at < outputs; at += 1) for (let i = 0; i < kernel; i += 1) read.add(at * stride - padding + i);
  return Array.from({ length: size }, (_, line) => line).filter((line) => !read.has(line)).length;
}

/** @type {import("./shared/widget.js").Compute} */
function compute(p) {
  const height = outputSize(p.size, p.kernel_height, p.stride, p.padding_height);
  const width = outputSize(p.size, p.kernel_width, p.stride, p.padding_width);
  if (height === null || width === null) {
    const names = [
      "out_height",
      "out_width",
      "positions",
      "macs",
      "last_step",
      "row",
      "col",
      "value",
      "unread_rows",
      "unread_cols",
    ];
    return Object.fromEntries(names.map((name) => [name, null]));
  }
  const step = Math.min(p.step, height * width - 1);
  const [row, col] = [Math.floor(step / width), step % width];
  return {
    out_height: height,
    out_width: width,
    positions: height * width,
    macs: height * width * p.kernel_height * p.kernel_width,
    last_step: height * width - 1,
    row,
    col,
    value: total(p, row * p.stride - p.padding_height, col * p.stride - p.padding_width),
    unread_rows: unread(p.size, p.kernel_height, p.stride, p.padding_height, height),
    unread_cols: unread(p.size, p.kernel_width, p.stride, p.padding_width, width),
  };
}

/** What is seen from the cell looked at, or sees it: first and last row and column of the other grid; null for none. */
function seen(p, f, { grid, row, col }) {
  const { kernel_height: kh, kernel_width: kw, stride, padding_height: ph, padding_width: pw } = p;
  if (grid === "output") return { rows: sees(row, kh, stride, ph), cols: sees(col, kw, stride, pw) };
  const rows = seenBy(row - ph, kh, stride, ph, f.out_height);
  const cols = seenBy(col - pw, kw, stride, pw, f.out_width);
  return rows && cols && { rows, cols };
}

/** The same in words. */
function tell(p, f, look) {
  if (!look)
    return "Point at an output to see its window, at a pixel to see which outputs read it. Or use the arrow keys; Enter goes from one grid to the other.";
  const found = seen(p, f, look);
  const span = (what, [first, last]) =>
    first === last ? `${what} ${count(first)}` : `${what}s ${count(first)} to ${count(last)}`;
  const there = found ? `${span("row", found.rows)}, ${span("column", found.cols)}` : "";
  if (found && look.grid === "output") {
    const beyond = [found.rows, found.cols].some(([first, last]) => first < 0 || last >= p.size);
    return `Output row ${look.row}, column ${look.col} sees ${there} of the picture${beyond ? "; what lies outside is padding, zeros" : ""}.`;
  }
  const [row, col] = [look.row - p.padding_height, look.col - p.padding_width];
  const inside = row >= 0 && col >= 0 && row < p.size && col < p.size;
  const name = `${inside ? "Pixel" : "The padding’s zero"} at row ${count(row)}, column ${count(col)}`;
  if (!found) return `${name} is seen by no output.`;
  const many = (found.rows[1] - found.rows[0] + 1) * (found.cols[1] - found.cols[0] + 1);
  return `${name} is seen by ${several(many, "output")}: ${there}.`;
}

/** Frames around the cell looked at, and around what it sees or is seen by. */
function marks(p, f, look, places) {
  if (!look) return [];
  const [here, there] = look.grid === "output" ? [places.output, places.picture] : [places.picture, places.output];
  const found = seen(p, f, look);
  const [down, right] = look.grid === "output" ? [p.padding_height, p.padding_width] : [0, 0];
  const box = (place, [top, bottom], [left, end]) =>
    frame(place, top + down, left + right, bottom - top + 1, end - left + 1, "iw-look");
  return [frame(here, look.row, look.col, 1, 1, "iw-look"), found ? box(there, found.rows, found.cols) : []];
}

function picture(ui, look, width) {
  const { values: p, figures: f } = ui;
  const [padH, padW] = [p.padding_height, p.padding_width];
  const [rows, cols] = [p.size + 2 * padH, p.size + 2 * padW];
  const [outRows, outCols] = [f.out_height ?? 0, f.out_width ?? 0];
  const wide = width >= 460;
  const across = wide ? cols + p.kernel_width + outCols : Math.max(cols, p.kernel_width + outCols + 1);
  const cell = Math.max(8, Math.min(30, Math.floor((width - (wide ? 84 : 34)) / across)));
  const gap = 40;
  const input = { x: 2, y: 22, rows, cols, cell, title: "picture" };
  const kernel = {
    x: wide ? 2 + cols * cell + gap : 2,
    y: wide ? 22 : 56 + rows * cell,
    rows: p.kernel_height,
    cols: p.kernel_width,
    cell,
    title: "kernel",
  };
  const output = {
    x: kernel.x + Math.max(p.kernel_width * cell, 42) + (wide ? gap : 30),
    y: kernel.y,
    rows: outRows,
    cols: outCols,
    cell,
  };
  const height = wide
    ? 24 + cell * Math.max(rows, p.kernel_height, outRows)
    : kernel.y + 4 + cell * Math.max(p.kernel_height, outRows);
  const children = [
    s("rect", {
      class: "iw-inner",
      x: input.x + padW * cell,
      y: input.y + padH * cell,
      width: p.size * cell,
      height: p.size * cell,
    }),
    grid({
      ...input,
      cells: (row, col) => {
        const value = pixel(p, row - padH, col - padW);
        return { value, shade: value / 9 };
      },
    }),
    grid({
      ...kernel,
      cells: (row, col) => {
        const value = weight(p, row, col);
        return { value, shade: value * 0.75 };
      },
    }),
  ];
  const top = f.row === null ? null : f.row * p.stride - padH;
  const left = f.row === null ? null : f.col * p.stride - padW;
  if (f.row !== null) {
    const now = f.row * outCols + f.col;
    const results = Array.from({ length: now + 1 }, (_, at) =>
      total(p, Math.floor(at / outCols) * p.stride - padH, (at % outCols) * p.stride - padW),
    );
    const most = Math.max(1, ...results.map(Math.abs));
    children.push(
      frame(input, top + padH, left + padW, p.kernel_height, p.kernel_width),
      grid({
        ...output,
        title: `output ${outRows}×${outCols}`,
        cells: (row, col) => {
          const value = results[row * outCols + col] ?? null;
          return { value, shade: value / most };
        },
        pick: (row, col) => ui.set({ step: row * outCols + col }),
      }),
      frame(output, f.row, f.col, 1, 1),
      marks(p, f, look, { output, picture: input }),
    );
  }
  const label =
    f.row === null
      ? `A picture of ${rows}×${cols} pixels with padding, too small for the kernel.`
      : `The kernel lies on rows ${top} to ${top + p.kernel_height - 1} and columns ${left} to ${left + p.kernel_width - 1} of the picture; output row ${f.row}, column ${f.col} is ${f.value}.`;
  return { children, label, height, places: f.row === null ? null : { output, picture: input } };
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  const sum = h("p", { class: "iw-formula" });
  const formula = h("div", { class: "iw-formula" });
  const note = h("p", { class: "iw-warn" });
  const size = h(
    "p",
    { class: "iw-help" },
    "Output ",
    ui.value("out_height"),
    " × ",
    ui.value("out_width"),
    ", so ",
    ui.value("positions", (n) => several(n, "position")),
    " and ",
    ui.value("macs", (n) => several(n, "multiply-add")),
    " a channel pair. At this position: ",
    ui.value("value"),
    ".",
  );
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  };
  const go = (by) =>
    ui.set({ step: Math.min(Math.max(Math.min(ui.values.step, ui.figures.last_step) + by, 0), ui.figures.last_step) });
  const back = h("button", { type: "button", "data-action": "back", onclick: () => go(-1) }, "Back");
  const next = h("button", { type: "button", "data-action": "next", onclick: () => go(1) }, "Step");
  const play = h(
    "button",
    {
      type: "button",
      "data-action": "play",
      onclick: () => {
        if (timer) {
          stop();
          return;
        }
        if (ui.figures.row !== null && ui.values.step >= ui.figures.last_step) ui.set({ step: 0 });
        play.textContent = "Pause";
        timer = setInterval(() => (ui.values.step < ui.figures.last_step && play.isConnected ? go(1) : stop()), 350);
      },
    },
    "Play",
  );
  ui.endings.push(() => clearInterval(timer));
  const told = h("p", { class: "iw-help", role: "status" });
  /** @type {import("./shared/looking.js").Places} */
  let places = {};
  const chart = ui.chart(300, (width) => {
    const drawn = picture(ui, look(), width);
    places = drawn.places ?? {};
    return drawn;
  });
  const look = looking(chart, {
    label: "Picture, kernel and output: arrow keys look at a cell, Enter goes to the other grid",
    places: () => places,
    start: () => ({ grid: "output", row: ui.figures.row ?? 0, col: ui.figures.col ?? 0 }),
    changed: () => ui.draw(),
  });
  ui.stage.append(say, chart, told, h("div", { class: "iw-tools" }, back, next, play), sum, formula, note, size);
  return (p, f) => {
    const fits = f.row !== null;
    told.hidden = !fits;
    told.textContent = fits ? tell(p, f, look()) : "";
    for (const button of [back, next, play]) button.disabled = !fits;
    for (const line of [sum, formula, size]) line.hidden = !fits;
    const lost = [
      [f.unread_rows, "row"],
      [f.unread_cols, "column"],
    ]
      .filter(([n]) => n)
      .map(([n, what]) => several(n, what));
    note.hidden = fits && !lost.length;
    if (!fits) {
      stop();
      say.textContent = "This setting is impossible.";
      note.textContent = `A ${p.kernel_height}×${p.kernel_width} kernel does not fit a picture of ${p.size + 2 * p.padding_height}×${p.size + 2 * p.padding_width} with its padding: take a smaller kernel or more padding.`;
      return;
    }
    const line = (name, kernel, padding, out) =>
      h("div", {}, `${name} = ⌊(${p.size} + 2·${padding} − ${kernel}) / ${p.stride}⌋ + 1 = `, h("b", {}, String(out)));
    formula.replaceChildren(
      line("height", p.kernel_height, p.padding_height, f.out_height),
      line("width", p.kernel_width, p.padding_width, f.out_width),
    );
    note.textContent = `With this stride, ${lost.join(" and ")} of the picture ${lost.length > 1 || !/^1 /.test(lost[0] ?? "") ? "are" : "is"} never read.`;
    say.textContent =
      f.out_height === p.size && f.out_width === p.size
        ? `The output is as large as the picture: ${p.size}×${p.size}.`
        : `A ${p.size}×${p.size} picture becomes ${f.out_height}×${f.out_width}.`;
    const live = [];
    under(
      p,
      f.row * p.stride - p.padding_height,
      f.col * p.stride - p.padding_width,
      (x, w) => x * w && live.push([x, w]),
    );
    const shown = live
      .slice(0, 8)
      .map(([x, w], i) => `${w < 0 ? (i ? " − " : "−") : i ? " + " : ""}${x}·${Math.abs(w)}`);
    sum.replaceChildren(
      `output at row ${f.row}, column ${f.col}: `,
      shown.join("") || "only zeros",
      live.length > 8 ? ` … (${live.length} terms)` : "",
      " = ",
      h("b", {}, count(f.value)),
    );
  };
}

export default widget(compute, build);
