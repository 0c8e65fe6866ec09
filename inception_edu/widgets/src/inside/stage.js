// The picture itself, and what may be laid over it: what the network sees of it, a grey square, heat.
import { h } from "../shared/dom.js";
import { canvas, paintHeat, paintPixels } from "./paint.js";
import { pen } from "./reading.js";

const SIDE = 384;
const VIEWS = { picture: "Picture", seen: "Its view", class: "Class map", occlusion: "Occlusion" };

/**
 * @param {import("../shared/widget.js").Ui} ui
 * @param {{size: number, steps: number}} about
 */
export function stageView(ui, { size, steps }) {
  const picture = canvas("in-picture", "The picture");
  const square = h("i", { class: "in-square", hidden: true });
  const surface = h(
    "div",
    {
      class: "in-surface in-stage",
      tabindex: 0,
      role: "application",
      "aria-label": "The picture: arrow keys move a grey square over it, Delete takes it away",
    },
    picture,
    square,
  );
  const locked = ["square", "left", "top"].some((name) => ui.locked(name));
  /** @param {number} left @param {number} top */
  const put = (left, top) => {
    if (locked) return;
    const side = ui.values.square || size / 4;
    const within = (/** @type {number} */ x) => Math.min(Math.max(Math.round(x), 0), size - side);
    ui.set({ square: side, left: within(left), top: within(top) });
  };
  /** @param {PointerEvent} event */
  const point = (event) => {
    const box = surface.getBoundingClientRect();
    const side = ui.values.square || size / 4;
    put(
      ((event.clientX - box.left) / box.width) * size - side / 2,
      ((event.clientY - box.top) / box.height) * size - side / 2,
    );
  };
  surface.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    surface.setPointerCapture(event.pointerId);
    point(event);
  });
  surface.addEventListener("pointermove", (event) => event.buttons && point(event));
  surface.addEventListener("keydown", (event) => {
    const { left, top, square: side } = ui.values;
    const step = size / 32;
    const [right, down] =
      { ArrowRight: [step, 0], ArrowLeft: [-step, 0], ArrowDown: [0, step], ArrowUp: [0, -step] }[event.key] ?? [];
    if (["Delete", "Backspace", "Escape"].includes(event.key)) ui.setOpen({ square: 0 });
    else if (right !== undefined && down !== undefined)
      side ? put(left + right, top + down) : put((3 * size) / 8, (3 * size) / 8);
    else return;
    event.preventDefault();
  });
  const buttons = Object.entries(VIEWS).map(([name, text]) =>
    h("button", { type: "button", "data-show": name, onclick: () => ui.set({ show: name }) }, text),
  );
  const away = h(
    "button",
    { type: "button", "data-action": "away", onclick: () => ui.setOpen({ square: 0 }) },
    "Take the square away",
  );
  const caption = h("p", { class: "in-muted in-caption" });
  return {
    element: h(
      "div",
      { class: "in-see" },
      h("div", { class: "in-tabs", role: "group", "aria-label": "What is shown" }, buttons),
      surface,
      h("div", { class: "in-buttons" }, caption, away),
    ),
    /**
     * @param {import("./photos.js").Photo} photo
     * @param {{classMap: any, occlusion: any, target: number, className: string}} found
     */
    show(photo, { classMap, occlusion, target, className }) {
      const { show, square: side, left, top } = ui.values;
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.show === show));
      picture.setAttribute("aria-label", `${VIEWS[/** @type {keyof typeof VIEWS} */ (show)]}: ${photo.title}`);
      picture.classList.toggle("in-pixels", show === "seen");
      if (show === "seen") paintPixels(picture, photo.pixels, size);
      else if (show === "class" && classMap?.map) {
        const places = classMap.height * classMap.width;
        paintHeat(
          picture,
          photo.canvas,
          classMap.map.subarray(target * places, (target + 1) * places),
          classMap.width,
          classMap.height,
        );
      } else if (show === "occlusion" && occlusion) paintHeat(picture, photo.canvas, occlusion.drops, steps, steps, 0);
      else {
        picture.width = picture.height = SIDE;
        pen(picture).drawImage(photo.canvas, 0, 0, SIDE, SIDE);
      }
      square.hidden = !side;
      away.hidden = !side || locked;
      const part = 100 / size;
      Object.assign(square.style, {
        left: `${left * part}%`,
        top: `${top * part}%`,
        width: `${side * part}%`,
        height: `${side * part}%`,
      });
      caption.textContent = text(show, { classMap, occlusion, className });
    },
  };

  /** @param {string} show @param {{classMap: any, occlusion: any, className: string}} found */
  function text(show, { classMap, occlusion, className }) {
    if (show === "picture") return "Click or drag on the picture: a grey square covers that place.";
    if (show === "seen")
      return `${ui.data.native ?? size} × ${ui.data.native ?? size} pixels${ui.data.native ? `, enlarged to ${size} × ${size}, as in its training` : ""}.`;
    if (show === "class") {
      if (!classMap) return "Computing …";
      if (!classMap.map)
        return "This network does not end in a global average and one linear layer: it has no class map.";
      const finer =
        classMap.step > 1
          ? ` Computed on a finer grid by the same weights (à trous): its own is ${classMap.height / classMap.step} × ${classMap.width / classMap.step}.`
          : "";
      return `Where it finds “${className}”, on ${classMap.height} × ${classMap.width} places.${finer}`;
    }
    if (!occlusion) return "Computing …";
    const all = steps * steps;
    const progress = occlusion.done < all ? ` ${occlusion.done} of ${all} places …` : "";
    return `How much the share of “${className}” falls when the square covers a place.${progress}`;
  }
}
