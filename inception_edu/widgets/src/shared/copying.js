// A setting copied: the text into the clipboard, and Python that makes the widget with it.
import { h } from "./dom.js";

/**
 * Write text where a reader can paste it; true if the browser let us.
 *
 * @param {string} text
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "iw-hidden", readonly: true, "aria-hidden": "true" }, text);
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/**
 * The Python that makes the widget with these settings.
 *
 * @param {import("./widget.js").Spec} spec
 * @param {import("./params.js").Values} values
 */
export function pythonCall(spec, values) {
  /** @param {unknown} v */
  const literal = (v) => (v === true ? "True" : v === false ? "False" : v === null ? "None" : JSON.stringify(v));
  return `${spec.class}(${spec.params.map((p) => `${p.name}=${literal(values[p.name])}`).join(", ")})`;
}
