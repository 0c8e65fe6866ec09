// One control for each row of the table of settings: a slider with its number, a list, or a tick box.
import { h } from "./dom.js";
import { coerce } from "./params.js";

function numeric(param, id, change) {
  const bounds = { min: param.min, max: param.max, step: param.step || "any" };
  const slider = h("input", { type: "range", id, "data-control": param.name, ...bounds });
  const field = h("input", { type: "number", class: "iw-number", "data-exact": param.name, "aria-label": `${param.label}, exact value`, ...bounds });
  const take = (event) => {
    const value = coerce(param, event.target.value);
    const exact = value !== undefined && value === Number(event.target.value);
    if (event.target === field) field.toggleAttribute("aria-invalid", !exact);
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
    element: h("div", { class: "iw-control" },
      h("label", { for: id }, param.label, param.unit ? h("span", { class: "iw-unit" }, ` (${param.unit})`) : null),
      h("div", { class: "iw-slide" }, slider, field)),
    show(given) {
      const value = Math.min(given, Number(slider.max));
      slider.value = value;
      if (field !== document.activeElement || coerce(param, field.value) !== value) field.value = value;
      const share = slider.max > slider.min ? (value - slider.min) / (slider.max - slider.min) : 0;
      slider.style.setProperty("--iw-share", `${(100 * share).toFixed(2)}%`);
    },
    limit(max) {
      slider.max = field.max = max;
    },
  };
}

function choice(param, id, change) {
  const select = h("select", { id, "data-control": param.name },
    param.choices.map(([value, label]) => h("option", { value: String(value) }, label)));
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

const MAKERS = { int: numeric, float: numeric, choice, bool: tick };

/** {element, show(value)} for one setting; `change(name, value)` is called with allowed values only. */
export function control(param, id, change) {
  return MAKERS[param.kind](param, id, change);
}
