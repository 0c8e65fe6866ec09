// One control for each row of the table of settings: a slider with its number, a list, or a tick box.
import { h } from "./dom.js";
import { coerce } from "./params.js";

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
  const bounds = { min: param.min, max: param.max, step: param.step || "any" };
  const slider = h("input", { type: "range", id, "data-control": param.name, ...bounds });
  const field = h("input", {
    type: "number",
    class: "iw-number",
    "data-exact": param.name,
    "aria-label": `${param.label}, exact value`,
    ...bounds,
  });
  /** @param {Event} event */
  const take = ({ target }) => {
    const { value: text } = target === field ? field : slider;
    const value = coerce(param, text);
    const exact = value !== undefined && value === Number(text);
    if (target === field) field.toggleAttribute("aria-invalid", !exact);
    if (exact) change(param.name, value);
  };
  const settle = () => {
    const value = coerce(param, field.value);
    if (value !== undefined) change(param.name, value);
    field.removeAttribute("aria-invalid");
    field.value = slider.value;
  };
  slider.addEventListener("input", take);
  slider.addEventListener("change", take);
  field.addEventListener("input", take);
  field.addEventListener("change", settle);
  return {
    element: h(
      "div",
      { class: "iw-control" },
      h("label", { for: id }, param.label, param.unit ? h("span", { class: "iw-unit" }, ` (${param.unit})`) : null),
      h("div", { class: "iw-slide" }, slider, field),
    ),
    show(given) {
      const value = Math.min(given, Number(slider.max));
      slider.value = String(value);
      if (field !== document.activeElement || coerce(param, field.value) !== value) field.value = String(value);
      const [low, high] = [Number(slider.min), Number(slider.max)];
      const share = high > low ? (value - low) / (high - low) : 0;
      slider.style.setProperty("--iw-share", `${(100 * share).toFixed(2)}%`);
    },
    limit(max) {
      slider.max = String(max);
      field.max = String(max);
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
