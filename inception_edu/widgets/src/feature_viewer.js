import { h, s, table } from "./shared/dom.js";
import { count, short } from "./shared/format.js";
import { unpack } from "./shared/packing.js";
import { address, colours, resize } from "./shared/picture.js";
import { widget } from "./shared/widget.js";

/** What the settings point at, brought within what there is. */
function find(p, data) {
  const layer = data.layers.find(({ name }) => name === p.layer);
  const [, maps, rows, cols] = layer.maps.shape;
  return {
    layer,
    maps,
    rows,
    cols,
    picture: Math.min(p.picture, data.logits.length) - 1,
    place: Math.min(p.place, maps) - 1,
    row: Math.min(p.row, rows - 1),
    col: Math.min(p.col, cols - 1),
  };
}

/** Part number `index` of a packed array, its last two axes: numbers. */
const part = (packed, index) => {
  const [rows, cols] = packed.shape.slice(-2);
  return unpack(packed).values.slice(index * rows * cols, (index + 1) * rows * cols);
};

/** @type {import("./shared/widget.js").Compute} */
function compute(p, data) {
  const { layer, maps, rows, cols, picture, place, row, col } = find(p, data);
  const map = part(layer.maps, picture * maps + place);
  const [[top, bottom], [left, right]] = [layer.rows[row], layer.cols[col]];
  const logits = data.logits[picture];
  const best = logits.indexOf(Math.max(...logits));
  const wanted = p.cam ?? "none";
  const target = wanted === "none" ? null : wanted === "predicted" ? best : data.classes.indexOf(wanted);
  return {
    pictures: data.logits.length,
    maps,
    last_row: rows - 1,
    last_col: cols - 1,
    channel: layer.channels[place],
    activation: map[row * cols + col],
    largest: Math.max(...map),
    left,
    top,
    field_width: right - left + 1,
    field_height: bottom - top + 1,
    predicted: data.classes[best],
    target: target === null ? null : data.classes[target],
    logit: target === null ? null : logits[target],
  };
}

/** The picture, under the class activation map where one is wanted. */
function photograph(data, picture, target) {
  const [, , height, width] = data.pictures.shape;
  const n = height * width;
  const values = unpack(data.pictures).values.slice(3 * n * picture, 3 * n * (picture + 1));
  const rgb = colours(values, n);
  if (target === null) return address(width, height, rgb, "");
  const [, classes, rows, cols] = data.cam.shape;
  const map = part(data.cam, picture * classes + data.classes.indexOf(target));
  const side = Math.max(width, height);
  const heat = resize(map, [1, rows, cols], { left: 0, top: 0, width: cols, height: rows }, side, "bilinear");
  const most = Math.max(...map, 1e-9);
  return address(
    width,
    height,
    (i) => {
      const [y, x] = [Math.floor(i / width), i % width];
      const share = Math.max(heat[Math.floor((y * side) / height) * side + Math.floor((x * side) / width)] / most, 0);
      const grey = 0.3 * values[i] + 0.59 * values[n + i] + 0.11 * values[2 * n + i];
      return [255, 140, 0].map((warm) => grey * (0.75 - 0.6 * share) + warm * 0.85 * share);
    },
    "",
  );
}

function scene(ui, width) {
  const { values: p, figures: f, data } = ui;
  const { layer, maps, rows, cols, picture, place, row, col } = find(p, data);
  const [, , tall, wide] = data.pictures.shape;
  const room = Math.min((width - 16) / 2, 300);
  const scale = room / Math.max(tall, wide);
  const cell = room / Math.max(rows, cols);
  const image = (href, x, y, w, t) =>
    s("image", { href, x, y, width: w, height: t, preserveAspectRatio: "none", class: "iw-picture" });
  const grey = (index) => {
    const map = part(layer.maps, picture * maps + index);
    const most = Math.max(...map, 1e-9);
    return address(cols, rows, (i) => Array(3).fill((255 * map[i]) / most), "");
  };
  const x0 = room + 16;
  const at = 20;
  const below = at + room + 30;
  const across = Math.max(4, Math.min(8, Math.floor(width / 66)));
  const size = (width - 6 * (across - 1)) / across;
  const pick = (x, y, w, t, take) => s("rect", { class: "iw-pick", x, y, width: w, height: t, onclick: take });
  return {
    height: below + Math.ceil(maps / across) * (size + 20),
    label: `Picture ${picture + 1} and channel ${f.channel} of ${p.layer}, ${rows} by ${cols} units. Unit (${row}, ${col}) sees ${f.field_width} by ${f.field_height} pixels from column ${f.left}, row ${f.top}.`,
    children: [
      s("text", { x: 0, y: 12 }, f.target === null ? "picture" : `where it sees “${f.target}”`),
      image(photograph(data, picture, f.target), 0, at, wide * scale, tall * scale),
      s("rect", {
        class: "iw-window",
        x: f.left * scale,
        y: at + f.top * scale,
        width: f.field_width * scale,
        height: f.field_height * scale,
      }),
      s("text", { x: x0, y: 12 }, `channel ${f.channel}`),
      image(grey(place), x0, at, cols * cell, rows * cell),
      s("rect", { class: "iw-window", x: x0 + col * cell, y: at + row * cell, width: cell, height: cell }),
      pick(x0, at, cols * cell, rows * cell, (event) => {
        const box = event.target.getBoundingClientRect();
        ui.set({
          row: Math.min(rows - 1, Math.floor((event.clientY - box.top) / cell)),
          col: Math.min(cols - 1, Math.floor((event.clientX - box.left) / cell)),
        });
      }),
      layer.channels.map((channel, i) => {
        const [x, y] = [(i % across) * (size + 6), below + Math.floor(i / across) * (size + 20)];
        return [
          image(grey(i), x, y, size, size),
          i === place ? s("rect", { class: "iw-window", x, y, width: size, height: size }) : [],
          s("text", { class: "iw-tick", x, y: y + size + 13 }, channel),
          pick(x, y, size, size, () => ui.set({ place: i + 1 })),
        ];
      }),
    ],
  };
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  ui.stage.append(
    say,
    ui.chart(400, (width) => scene(ui, width)),
    table(null, [
      ["Activation of this unit", ui.value("activation", short)],
      ["Largest in this map", ui.value("largest", short)],
      ["Receptive field", [ui.value("field_width", count), " × ", ui.value("field_height", count)]],
      ["Predicted class", ui.value("predicted", String)],
      ...(ui.data.cam ? [["Logit of the mapped class", ui.value("logit", short)]] : []),
    ]),
    h(
      "p",
      { class: "iw-help" },
      "Click a unit of the large map, or one of the maps below; their numbers are the channels’.",
    ),
  );
  return (p, f) => {
    say.textContent = `A unit of ${p.layer.replaceAll("_", " ")} sees ${f.field_width} × ${f.field_height} pixels here; the network says “${f.predicted}”.`;
  };
}

export default widget(compute, build);
