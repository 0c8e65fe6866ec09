// One map: large, with the place looked at; what that place sees of the picture; and where in the supplied pictures the
// map is strongest.
import { h } from "../shared/dom.js";
import { short } from "../shared/format.js";
import { canvas, paintMaps, range, seriesOf } from "./paint.js";
import { pen } from "./reading.js";

const PATCHES = 6;
const SIDE = 148;

/**
 * What a unit sees along one side of the picture: first pixel and how many, within the picture.
 *
 * @param {number[]} field size, jump, and where the first unit's begins
 * @param {number} unit
 * @param {number} size of the picture
 */
export function stretch([seen, jump, start], unit, size) {
  const from = Math.max(start + jump * unit, 0);
  const to = Math.min(start + jump * unit + seen, size);
  return [from, Math.max(to - from, 1)];
}

/**
 * @param {HTMLCanvasElement} target
 * @param {HTMLCanvasElement} picture
 * @param {number[]} field @param {number} row @param {number} column @param {number} size
 */
function patch(target, picture, field, row, column, size) {
  const [[left, width], [top, height]] = [stretch(field, column, size), stretch(field, row, size)];
  const scale = picture.width / size;
  target.width = 64;
  target.height = Math.max(1, Math.round((64 * height) / width));
  const context = pen(target);
  const { width: across, height: down } = target;
  context.drawImage(picture, left * scale, top * scale, width * scale, height * scale, 0, 0, across, down);
  const [seen, jump, start] = field;
  if (width < size && height < size) return;
  /** @param {number} unit @param {number} from @param {number} pixels @param {number} length */
  const middle = (unit, from, pixels, length) => ((start + jump * unit + seen / 2 - from) / pixels) * length;
  context.arc(middle(column, left, width, across), middle(row, top, height, down), 4, 0, 7); // it sees nearly all: around here
  context.fillStyle = "#fff";
  context.fill();
  context.stroke();
}

/** @param {object} about @param {number} about.size of the network's pictures @param {() => void} about.looked */
export function detailView({ size, looked }) {
  const map = canvas("in-large");
  const mark = h("i", { class: "in-mark" });
  const surface = h("div", { class: "in-surface", tabindex: 0, role: "application" }, map, mark);
  const photo = canvas("in-large");
  const field = h("i", { class: "in-mark in-field" });
  const other = canvas("in-large");
  const beside = h(
    "figure",
    { hidden: true },
    h("div", { class: "in-surface" }, other),
    h("figcaption", {}, "the map of the other"),
  );
  const text = h("p", { class: "in-muted", role: "status" });
  const patches = h("div", { class: "in-patches" });
  const element = h(
    "div",
    { class: "in-detail" },
    h("figure", {}, surface, h("figcaption", {}, "the map: point at it")),
    h("figure", {}, h("div", { class: "in-surface" }, photo, field), h("figcaption", {}, "what that place sees")),
    beside,
    h("figure", { class: "in-wide" }, patches, h("figcaption", {}, "where it is strongest in the supplied pictures")),
    text,
  );
  /** @type {any} */
  let now = null;
  /** @type {[number, number] | null} the place that the reader looks at; else the strongest */
  let place = null;
  const draw = () => {
    const { y, channel, branch } = now;
    const { own, high, low } = range(y, channel);
    const strongest = own.indexOf(high);
    const [row, column] = place ?? [Math.floor(strongest / y.width), strongest % y.width];
    const [[left, width], [top, height]] = [stretch(branch.field, column, size), stretch(branch.field, row, size)];
    const cell = 100 / y.width;
    Object.assign(mark.style, {
      left: `${column * cell}%`,
      top: `${row * cell}%`,
      width: `${cell}%`,
      height: `${cell}%`,
    });
    const part = 100 / size;
    Object.assign(field.style, {
      left: `${left * part}%`,
      top: `${top * part}%`,
      width: `${width * part}%`,
      height: `${height * part}%`,
    });
    const [seen, jump, start] = branch.field;
    /** @param {number} unit @param {number} from @param {number} length */
    const middle = (unit, from, length) => `${(100 * (start + jump * unit + seen / 2 - from)) / length}%`;
    field.style.setProperty("--x", middle(column, left, width));
    field.style.setProperty("--y", middle(row, top, height));
    const value = own[row * y.width + column];
    text.textContent = `Map ${channel - branch.first + 1} of ${branch.title || now.row.name} goes from ${short(low)} to ${short(high)}. At row ${row + 1}, column ${column + 1} it is ${short(value)}, and sees ${width} × ${height} of the ${size} × ${size} pixels.`;
    return { row, column };
  };
  /** @param {[number, number] | null} next */
  const look = (next) => {
    place = next;
    draw();
    looked();
  };
  /** @param {PointerEvent} event */
  const point = (event) => {
    const box = surface.getBoundingClientRect();
    const at = (/** @type {number} */ part, /** @type {number} */ count) =>
      Math.min(Math.max(Math.floor(part * count), 0), count - 1);
    look([
      at((event.clientY - box.top) / box.height, now.y.height),
      at((event.clientX - box.left) / box.width, now.y.width),
    ]);
  };
  surface.addEventListener("pointermove", (event) => event.pointerType === "mouse" && point(event));
  surface.addEventListener("pointerdown", point);
  surface.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && look(null));
  surface.addEventListener("keydown", (event) => {
    const [down, right] =
      { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key] ?? [];
    if (event.key === "Escape") look(null);
    if (down === undefined || right === undefined) return;
    event.preventDefault();
    const { row, column } = draw();
    const { height, width } = now.y;
    look([Math.min(Math.max(row + down, 0), height - 1), Math.min(Math.max(column + right, 0), width - 1)]);
  });
  return {
    element,
    /**
     * @param {{row: any, y: import("../engine/tensor.js").Maps, channel: number, photo: import("./photos.js").Photo, other: import("../engine/tensor.js").Maps | null}} about
     * @param {{photo: import("./photos.js").Photo, rows: {values: Float32Array, at: Uint32Array}[]}[]} peaks
     */
    show(about, peaks) {
      const { row, y, channel, photo: shown } = about;
      const place = row.branches.findIndex(({ first, channels }) => channel >= first && channel < first + channels);
      const branch = row.branches[place] ?? { first: 0, title: "", field: row.field };
      now = { ...about, branch };
      const series = row.branches.length ? seriesOf(place) : "plain";
      map.width = map.height = 2 * SIDE;
      paintMaps(map, y, channel, 1, series, () => [0, 0, 2 * SIDE]);
      beside.hidden = !about.other;
      element.classList.toggle("in-two", !beside.hidden);
      if (about.other) {
        other.width = other.height = 2 * SIDE;
        paintMaps(other, about.other, channel, 1, series, () => [0, 0, 2 * SIDE]);
      }
      photo.width = photo.height = 2 * SIDE;
      pen(photo).drawImage(shown.canvas, 0, 0, 2 * SIDE, 2 * SIDE);
      surface.setAttribute(
        "aria-label",
        `Map ${channel - branch.first + 1}, ${y.height} by ${y.width} places: arrow keys look at them`,
      );
      draw();
      const best = peaks
        .map((each) => ({ ...each, value: each.rows[row.index].values[channel], at: each.rows[row.index].at[channel] }))
        .sort((a, b) => b.value - a.value)
        .slice(0, PATCHES);
      patches.replaceChildren(
        ...best.map(({ photo: of, value, at }) => {
          const small = canvas("in-patch", `part of ${of.title}`);
          patch(small, of.canvas, branch.field, Math.floor(at / y.width), at % y.width, size);
          return h("span", { class: "in-one" }, small, h("span", {}, short(value)));
        }),
      );
    },
  };
}
