// One control for each row of the table of settings: a slider with its number, a list, or a tick box.
import { h } from "./dom.js";
import { count } from "./format.js";
import { coerce } from "./params.js";
import { moved, scaleOf } from "./scale.js";

/**
 * A control: its element, what shows a value in it, and (a slider) what bounds it.
 * @typedef {object} Control
 * @property {HTMLElement} element
 * @property {(value: any) => void} show
 * @property {(max: number) => void} [limit]
 *
 * @callback Maker
 * @param {import("./params.js").Param} param
 * @param {string} id of the element
 * @param {(name: string, value: any) => void} change is called with allowed values only
 * @returns {Control}
 */

/** @type {Maker} */
function numeric(param, id, change) {
  const { label, unit, min = 0, max = 0, step } = param;
  const scale = scaleOf(param);
  let high = max;
  let shown = min;
  const slider = h("input", {
    type: "range",
    id,
    "data-control": param.name,
    "data-scale": param.scale,
    min: scale.min,
    max: scale.end(max),
    step: scale.step,
  });
  const field = h("input", {
    type: "number",
    class: "iw-number",
    "data-exact": param.name,
    "aria-label": `${label}, exact value`,
    min,
    max,
    step: step || "any",
  });
  const slide = () => {
    const value = coerce(param, scale.value(Number(slider.value)));
    if (value !== undefined) change(param.name, value);
  };
  const type = () => {
    const value = coerce(param, field.value);
    const exact = value !== undefined && value === Number(field.value);
    field.toggleAttribute("aria-invalid", !exact);
    if (exact) change(param.name, value);
  };
  const settle = () => {
    const value = coerce(param, field.value);
    if (value !== undefined) change(param.name, value);
    field.removeAttribute("aria-invalid");
    field.value = String(shown);
  };
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    const to = moved(event.key, shown, { ...param, max: high });
    if (to === undefined) return;
    event.preventDefault();
    change(param.name, to);
  };
  slider.addEventListener("input", slide);
  slider.addEventListener("change", slide);
  if (param.scale) slider.addEventListener("keydown", key);
  field.addEventListener("input", type);
  field.addEventListener("change", settle);
  return {
    element: h(
      "div",
      { class: "iw-control" },
      h("label", { for: id }, label, unit ? h("span", { class: "iw-unit" }, ` (${unit})`) : null),
      h("div", { class: "iw-slide" }, slider, field),
    ),
    show(given) {
      shown = Math.min(given, high);
      slider.value = String(scale.place(shown));
      if (param.scale) slider.setAttribute("aria-valuetext", count(shown));
      if (field !== document.activeElement || coerce(param, field.value) !== shown) field.value = String(shown);
      const [low, end] = [Number(slider.min), Number(slider.max)];
      const share = end > low ? (Number(slider.value) - low) / (end - low) : 0;
      slider.style.setProperty("--iw-share", `${(100 * share).toFixed(2)}%`);
    },
    limit(most) {
      high = most;
      slider.max = String(scale.end(most));
      field.max = String(most);
    },
  };
}

/** @type {Maker} */
function choice(param, id, change) {
  const select = h(
    "select",
    { id, "data-control": param.name },
    (param.choices ?? []).map(([value, label]) => h("option", { value: String(value) }, label)),
  );
  const take = () => change(param.name, coerce(param, select.value));
  select.addEventListener("input", take);
  select.addEventListener("change", take);
  return {
    element: h("div", { class: "iw-control" }, h("label", { for: id }, param.label), select),
    show(value) {
      select.value = String(value);
    },
  };
}

/** @type {Maker} */
function tick(param, id, change) {
  const box = h("input", { type: "checkbox", id, "data-control": param.name });
  const take = () => change(param.name, box.checked);
  box.addEventListener("input", take);
  box.addEventListener("change", take);
  return {
    element: h("div", { class: "iw-control iw-tickbox" }, box, h("label", { for: id }, param.label)),
    show(value) {
      box.checked = value;
    },
  };
}

/** @type {Map<string, Maker>} */
const MAKERS = new Map([
  ["int", numeric],
  ["float", numeric],
  ["choice", choice],
  ["bool", tick],
]);

/** The control of one setting. @type {Maker} */
export function control(param, id, change) {
  const make = MAKERS.get(param.kind);
  if (!make) throw new TypeError(`a setting of the kind ${param.kind} has no control of its own`);
  return make(param, id, change);
}
