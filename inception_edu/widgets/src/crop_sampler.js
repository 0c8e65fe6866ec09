import { h, s, table } from "./shared/dom.js";
import { percent, short } from "./shared/format.js";
import { unpack } from "./shared/packing.js";
import { address, canvas, colours, resize } from "./shared/picture.js";
import { stream } from "./shared/random.js";
import { sum } from "./shared/sums.js";
import { widget } from "./shared/widget.js";

const [DRAWS, ATTEMPTS] = [200, 10];
/** @type {import("./shared/picture.js").How[]} */
const WAYS = ["nearest", "bilinear", "bicubic", "area"];
const ASPECTS = { 1: 1, "4/3": 4 / 3, "3/2": 1.5, 2: 2, 3: 3 };
const round = (value) => Math.floor(value + 0.5);

/** inception_edu.widgets.crop_sampler.draw_crop */
function drawCrop(p, width, height, draw) {
  const [low, high] = p.min_area < p.max_area ? [p.min_area, p.max_area] : [p.max_area, p.min_area];
  const widest = ASPECTS[p.aspect];
  for (let attempts = 1; attempts <= ATTEMPTS; attempts += 1) {
    const area = (width * height * (low + (high - low) * draw())) / 100;
    const ratio = Math.exp((2 * draw() - 1) * Math.log(widest));
    const [w, t] = [round(Math.sqrt(area * ratio)), round(Math.sqrt(area / ratio))];
    if (w > 0 && w <= width && t > 0 && t <= height) {
      return {
        left: Math.floor(draw() * (width - w + 1)),
        top: Math.floor(draw() * (height - t + 1)),
        width: w,
        height: t,
        attempts,
        fallback: false,
      };
    }
  }
  let [w, t] = [width, height];
  if (width / height < 1 / widest) t = round(width * widest);
  else if (width / height > widest) w = round(height * widest);
  return {
    left: Math.floor((width - w) / 2),
    top: Math.floor((height - t) / 2),
    width: w,
    height: t,
    attempts: ATTEMPTS,
    fallback: true,
  };
}

function overlap(crop, [left, top, right, bottom]) {
  const across = Math.min(crop.left + crop.width, right) - Math.max(crop.left, left);
  const down = Math.min(crop.top + crop.height, bottom) - Math.max(crop.top, top);
  return (Math.max(across, 0) * Math.max(down, 0)) / ((right - left) * (bottom - top));
}

const pictureOf = (p, data) => data.pictures.find(({ name }) => name === p.picture);

function cropsOf(p, { pixels }) {
  const [, height, width] = pixels.shape;
  const draw = stream(p.seed);
  return Array.from({ length: DRAWS }, () => drawCrop(p, width, height, draw));
}

/** @type {import("./shared/widget.js").Compute} */
function compute(p, data) {
  const picture = pictureOf(p, data);
  const [, height, width] = picture.pixels.shape;
  const crops = cropsOf(p, picture);
  const shares = crops.map((crop) => overlap(crop, picture.box));
  const at = Math.min(p.crop, p.shown) - 1;
  return {
    shown: p.shown,
    ...crops[at],
    area: (crops[at].width * crops[at].height) / (width * height),
    ratio: crops[at].width / crops[at].height,
    kept: shares[at],
    mean_area: sum(crops.map((crop) => crop.width * crop.height)) / (DRAWS * width * height),
    mean_kept: sum(shares) / DRAWS,
    halved: shares.filter((share) => share < 0.5).length,
    fallbacks: crops.filter(({ fallback }) => fallback).length,
  };
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const say = ui.status();
  const views = h("div", { class: "iw-views" });
  const unpacked = new Map();
  const pixelsOf = (picture) => {
    if (!unpacked.has(picture.name)) {
      const { values } = unpack(picture.pixels);
      const [, height, width] = picture.pixels.shape;
      unpacked.set(picture.name, { values, href: address(width, height, colours(values, width * height), "") });
    }
    return unpacked.get(picture.name);
  };
  const scene = (room) => {
    const { values: p, figures: f } = ui;
    const picture = pictureOf(p, ui.data);
    const [, height, width] = picture.pixels.shape;
    const scale = Math.min(room, 420, (420 * width) / height) / width;
    const rect = (x, y, w, t, attributes) =>
      s("rect", { x: x * scale, y: y * scale, width: w * scale, height: t * scale, ...attributes });
    const [left, top, right, bottom] = picture.box;
    const others = cropsOf(p, picture)
      .slice(0, p.shown)
      .map((crop) => rect(crop.left, crop.top, crop.width, crop.height, { class: "iw-crop" }));
    return {
      height: height * scale,
      label: `The picture, ${width} by ${height} pixels, with ${p.shown} crops; crop ${Math.min(p.crop, p.shown)} is ${f.width} by ${f.height} pixels from (${f.left}, ${f.top}).`,
      children: [
        s("image", { href: pixelsOf(picture).href, width: width * scale, height: height * scale, class: "iw-picture" }),
        others,
        rect(left, top, right - left, bottom - top, { class: "iw-object" }),
        rect(f.left, f.top, f.width, f.height, { class: "iw-window" }),
      ],
    };
  };
  ui.stage.append(
    say,
    ui.chart(300, scene),
    views,
    table(null, [
      ["Area of this crop", ui.value("area", percent)],
      ["Its width ÷ height", ui.value("ratio", short)],
      ["The object in it", ui.value("kept", percent)],
      ["Draws it took", ui.value("attempts")],
      [`Mean area of ${DRAWS} crops`, ui.value("mean_area", percent)],
      ["Mean share of the object", ui.value("mean_kept", percent)],
      ["Crops with less than half of it", ui.value("halved")],
      [`Crops that failed ${ATTEMPTS} draws and took the middle`, ui.value("fallbacks")],
    ]),
  );
  return (p, f) => {
    const picture = pictureOf(p, ui.data);
    const { values } = pixelsOf(picture);
    const box = { left: f.left, top: f.top, width: f.width, height: f.height };
    views.replaceChildren(
      ...WAYS.map((how) => {
        const resized = resize(values, picture.pixels.shape, box, p.size, how);
        return h(
          "figure",
          {},
          canvas(p.size, p.size, colours(resized, p.size ** 2), `The crop resized to ${p.size} pixels, ${how}`),
          h("figcaption", {}, how),
        );
      }),
    );
    const [more, less] = [f.width < p.size || f.height < p.size, f.width > p.size || f.height > p.size];
    say.textContent =
      `Crop ${Math.min(p.crop, p.shown)} shows ${percent(f.area, 0)} of the picture and ${percent(f.kept, 0)} of the object; ` +
      `its ${f.width} × ${f.height} pixels ${more && less ? "are stretched" : more ? "grow" : less ? "shrink" : "stay"} to ${p.size} × ${p.size}.`;
  };
}

export default widget(compute, build);
