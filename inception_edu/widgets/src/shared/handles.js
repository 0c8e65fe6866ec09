// Handles that are dragged in a picture: elements above it, since nothing inside a picture can have the focus.
import { h } from "./dom.js";

/**
 * @typedef {object} Grip
 * @property {number} x its middle in the picture, in pixels
 * @property {number} y
 * @property {number} value
 * @property {number} min
 * @property {number} max
 * @property {string} [text] how the value is said
 * @property {boolean} [hidden]
 */

/**
 * A handle of a value, for dragging and for keys.
 *
 * @param {object} about
 * @param {string} about.label
 * @param {number} about.step of an arrow key; a page is eight of them
 * @param {(x: number, y: number) => number} about.valueAt what the value is where the pointer is, in the picture
 * @param {(value: number) => void} about.move takes the value that is wanted, between the bounds and in steps
 * @param {string} [about.shape] a class of its own
 */
export function handle({ label, step, valueAt, move, shape = "" }) {
  /** @type {Grip} */
  let grip = { x: 0, y: 0, value: 0, min: 0, max: 0 };
  let offset = [0, 0];
  const element = h("div", { class: `iw-handle ${shape}`, role: "slider", tabindex: "0", "aria-label": label });
  /** @param {number} value */
  const to = (value) => {
    const stepped = grip.min + Math.round((value - grip.min) / step) * step;
    move(Math.min(Math.max(stepped, grip.min), grip.max));
  };
  /** @param {PointerEvent} event where the pointer is in the picture */
  const place = (event) => {
    const box = (element.parentElement ?? element).getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  element.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    element.focus();
    const [x, y] = place(event);
    offset = [x - grip.x, y - grip.y];
  });
  element.addEventListener("pointermove", (event) => {
    if (!element.hasPointerCapture(event.pointerId)) return;
    const [x, y] = place(event);
    to(valueAt(x - offset[0], y - offset[1]));
  });
  element.addEventListener("keydown", (event) => {
    const { value, min, max } = grip;
    /** @type {Record<string, number>} */
    const goal = {
      ArrowRight: value + step,
      ArrowUp: value + step,
      ArrowLeft: value - step,
      ArrowDown: value - step,
      PageUp: value + 8 * step,
      PageDown: value - 8 * step,
      Home: min,
      End: max,
    };
    if (!Object.hasOwn(goal, event.key)) return;
    event.preventDefault();
    to(goal[event.key]);
  });
  return {
    element,
    /** @param {Grip} next */
    show(next) {
      grip = next;
      element.hidden = Boolean(next.hidden);
      element.style.left = `${next.x}px`;
      element.style.top = `${next.y}px`;
      element.setAttribute("aria-valuemin", String(next.min));
      element.setAttribute("aria-valuemax", String(next.max));
      element.setAttribute("aria-valuenow", String(next.value));
      element.setAttribute("aria-valuetext", next.text ?? String(next.value));
    },
  };
}
