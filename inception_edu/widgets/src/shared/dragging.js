// What can be dragged in a picture, with a pointer or by keys: it is the slider of a setting.
import { coerce } from "./params.js";
import { moved } from "./scale.js";

/**
 * Follows the pointer that is pressed on an element until it lets go, though what lies there is drawn anew all the
 * while. Where a finger may scroll the page, it is followed once it goes sideways; a mere touch counts when it ends.
 *
 * @template T
 * @param {HTMLElement} element
 * @param {object} about
 * @param {(x: number, y: number) => T} about.take what the pointer takes hold of
 * @param {(held: T, x: number, y: number) => void} about.move
 * @param {() => void} [about.release] is called when it lets go
 * @param {() => Element} [about.within] in whose pixels the pointer's place is told
 * @param {boolean} [about.scrolls] whether a finger that goes up or down scrolls the page
 */
export function drag(element, { take, move, release, within = () => element, scrolls = false }) {
  /** @type {{what: T, pointer: number, from: [x: number, y: number] | null} | null} */
  let held = null;
  /** @param {PointerEvent} event @returns {[x: number, y: number]} */
  const at = ({ clientX, clientY }) => {
    const { left, top } = within().getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  /** @param {PointerEvent} event */
  const follow = (event) => {
    if (held?.pointer !== event.pointerId) return;
    const [x, y] = at(event);
    if (held.from && event.type !== "pointerup" && Math.abs(x - held.from[0]) <= Math.abs(y - held.from[1])) return;
    held.from = null;
    move(held.what, x, y);
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button || held) return;
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    const waits = scrolls && event.pointerType === "touch";
    held = { what: take(...at(event)), pointer: event.pointerId, from: waits ? at(event) : null };
    follow(event);
  });
  element.addEventListener("pointermove", follow);
  element.addEventListener("pointerup", follow);
  element.addEventListener("lostpointercapture", (event) => {
    if (held?.pointer !== event.pointerId) return;
    held = null;
    release?.();
  });
}

/**
 * Makes an element the slider of a setting: with a name, and with the keys of one.
 *
 * @param {import("./widget.js").Ui} ui
 * @param {HTMLElement} element
 * @param {object} about
 * @param {string} about.name the setting
 * @param {string} [about.label]
 * @param {number} [about.least] its smallest value, where that is not the setting's
 * @param {() => number} [about.most] its largest value at present
 * @param {() => string} about.text its value in words
 * @returns {{to: (value: number) => void, update: () => void}} what sets it to the nearest value that is allowed, and
 *   what is to be called after every change
 */
export function slider(ui, element, { name, label, least, most = () => Infinity, text }) {
  const param = ui.param(name);
  const { max = Infinity, step } = param;
  const min = least ?? param.min ?? 0;
  const end = () => Math.min(most(), max);
  /** @param {number} value */
  const to = (value) => ui.set({ [name]: Math.min(Math.max(coerce(param, value), min), end()) });
  element.addEventListener("keydown", (event) => {
    const value = moved(event.key, ui.values[name], { min, max: end(), step });
    if (value === undefined) return;
    event.preventDefault();
    to(value);
  });
  element.tabIndex = 0;
  element.setAttribute("role", "slider");
  element.setAttribute("aria-label", `${label ?? param.label}: drag, or use the arrow keys`);
  return {
    to,
    update() {
      element.setAttribute("aria-valuemin", String(min));
      element.setAttribute("aria-valuemax", String(end()));
      element.setAttribute("aria-valuenow", String(ui.values[name]));
      element.setAttribute("aria-valuetext", text());
    },
  };
}

/**
 * Makes a chart the control of a setting that runs along its x axis. A setting that is locked stays where it is.
 *
 * @param {import("./widget.js").Ui} ui
 * @param {HTMLElement} picture
 * @param {object} about
 * @param {string} about.name the setting
 * @param {string} [about.label]
 * @param {() => number} [about.most] where the axis ends at present, if not with the setting
 * @param {(x: number) => number} about.fromX what value stands at a pixel
 * @param {() => string} about.text the point in words
 * @returns {{most: () => number, hint: string, update: () => void}} where the axis is to end, which stays while the point
 *   is dragged; what tells a reader of it; and what is to be called after every change
 */
export function pointOnLine(ui, picture, { name, label, most = () => ui.param(name).max ?? Infinity, fromX, text }) {
  if (ui.locked(name)) return { most, hint: "", update: () => {} };
  /** @type {number | null} */
  let still = null;
  const end = () => still ?? most();
  const { to, update } = slider(ui, picture, { name, label, most: end, text });
  drag(picture, {
    take() {
      still = most();
    },
    move: (_, x) => to(fromX(x)),
    release() {
      still = null;
      ui.draw();
    },
    scrolls: true,
  });
  picture.classList.add("iw-along");
  return { most: end, hint: "Drag the point. ", update };
}
