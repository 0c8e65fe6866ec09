// Handles that are dragged in a picture: elements above it, which keep the focus though it is drawn anew.
import { h } from "./dom.js";
import { drag, slider } from "./dragging.js";

/**
 * A handle of a setting, for dragging and for keys; none is seen where the setting is locked.
 *
 * @param {import("./widget.js").Ui} ui
 * @param {object} about
 * @param {string} about.name the setting
 * @param {(x: number, y: number) => number} about.valueAt what the value is where the handle is, in the picture
 * @param {() => string} about.text the value in words
 * @param {number} [about.least] the smallest value, where that is not the setting's
 * @param {string} [about.shape] a class of its own
 * @param {() => void} [about.take] is called when the handle is taken
 * @param {() => void} [about.release] and when it is let go
 */
export function handle(ui, { name, valueAt, text, least, shape = "", take, release }) {
  const element = h("div", { class: `iw-handle ${shape}`, "data-handle": name });
  const { to, update } = slider(ui, element, { name, least, text });
  let [left, top] = [0, 0];
  drag(element, {
    take(x, y) {
      take?.();
      return [x - left, y - top];
    },
    move([right, below], x, y) {
      const [toX, toY] = [x - right, y - below];
      if (Math.hypot(toX - left, toY - top) >= 0.5) to(valueAt(toX, toY)); // else it is there already
    },
    release,
    within: () => element.parentElement ?? element,
  });
  return {
    element,
    /** Its middle in the picture, or null where it has no place. @param {{x: number, y: number} | null} place */
    show(place) {
      element.hidden = !place || ui.locked(name);
      if (!place) return;
      [left, top] = [place.x, place.y];
      element.style.left = `${left}px`;
      element.style.top = `${top}px`;
      update();
    },
  };
}
