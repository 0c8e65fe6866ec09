// Something in a picture that can be dragged: with a pointer, and a point on a line by keys too.
import { moved } from "./scale.js";

/**
 * Follows a pointer pressed on a picture until it lets go, though the picture is drawn anew all the while.
 *
 * @template T
 * @param {HTMLElement} picture
 * @param {object} about
 * @param {(event: PointerEvent) => T | null} about.take what the pointer takes hold of; null where that is nothing
 * @param {(held: T, x: number) => void} about.move is called with the pointer's place in the picture's own pixels
 * @param {() => void} about.release is called when it lets go
 */
export function drag(picture, { take, move, release }) {
  /** @type {T | null} */
  let held = null;
  /** @param {PointerEvent} event */
  const follow = (event) => {
    if (held !== null) move(held, event.clientX - picture.getBoundingClientRect().left);
  };
  picture.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    held = take(event);
    if (held === null) return;
    picture.setPointerCapture(event.pointerId);
    follow(event);
  });
  picture.addEventListener("pointermove", follow);
  picture.addEventListener("lostpointercapture", () => {
    held = null;
    release();
  });
}

/**
 * Makes a line chart the control of a setting that runs along its x axis: its point is dragged, or moved by keys. A
 * setting that is locked stays where it is.
 *
 * @param {import("./widget.js").Ui} ui
 * @param {HTMLElement} picture
 * @param {object} about
 * @param {string} about.name the setting
 * @param {string} about.label
 * @param {() => number} about.most where the axis ends at present
 * @param {(x: number) => number} about.fromX what value stands at a pixel
 * @param {() => string} about.text the point in words
 * @returns {{most: () => number, hint: string, update: () => void}} where the axis is to end, which stays while the point
 *   is dragged; what tells a reader of it; and what is to be called after every change
 */
export function pointOnLine(ui, picture, { name, label, most, fromX, text }) {
  if (ui.spec.lock.includes(name)) return { most, hint: "", update: () => {} };
  const min = ui.params.find((param) => param.name === name)?.min ?? 0;
  /** @type {number | null} */
  let still = null;
  const max = () => still ?? most();
  drag(picture, {
    take() {
      picture.focus();
      still = most();
      return name;
    },
    move: (_, x) => ui.set({ [name]: Math.min(Math.max(Math.round(fromX(x)), min), max()) }),
    release() {
      still = null;
      ui.draw();
    },
  });
  picture.addEventListener("keydown", (event) => {
    const to = moved(event.key, ui.values[name], { min, max: max() });
    if (to === undefined) return;
    event.preventDefault();
    ui.set({ [name]: to });
  });
  picture.tabIndex = 0;
  picture.classList.add("iw-along");
  picture.setAttribute("role", "slider");
  picture.setAttribute("aria-label", `${label}: drag the point, or use the arrow keys`);
  return {
    most: max,
    hint: "Drag the point. ",
    update() {
      picture.setAttribute("aria-valuemin", String(min));
      picture.setAttribute("aria-valuemax", String(max()));
      picture.setAttribute("aria-valuenow", String(ui.values[name]));
      picture.setAttribute("aria-valuetext", text());
    },
  };
}
