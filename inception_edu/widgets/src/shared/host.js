// A page without a kernel: the smallest model that a front end can live on, and the mounting of it.

/**
 * What front ends use of anywidget's model.
 * @typedef {object} Model
 * @property {boolean} [still] there is no kernel behind it
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {(event: string, handler: () => void) => void} on
 * @property {(event: string, handler: () => void) => void} off
 * @property {() => void} save_changes
 *
 * The default export of a front end.
 * @typedef {object} Front
 * @property {(values: Values, data: any) => Values} compute
 * @property {(place: {model: Model, el: Element}) => () => void} render
 *
 * @typedef {import("./params.js").Values} Values
 */

/**
 * The state of one widget in a page, behind the part of anywidget's model that front ends use.
 *
 * @implements {Model}
 */
class StillModel {
  still = true;

  /** @param {object} state */
  constructor(state) {
    this.state = new Map(Object.entries(state));
    /** @type {Map<string, Set<() => void>>} */
    this.handlers = new Map();
  }

  /** @param {string} name */
  get(name) {
    return this.state.get(name);
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  set(name, value) {
    if (JSON.stringify(this.state.get(name)) === JSON.stringify(value)) return;
    this.state.set(name, value);
    for (const handler of this.handlers.get(`change:${name}`) ?? []) handler();
  }

  /**
   * @param {string} event
   * @param {() => void} handler
   */
  on(event, handler) {
    const known = this.handlers.get(event) ?? new Set();
    this.handlers.set(event, known.add(handler));
  }

  /**
   * @param {string} event
   * @param {() => void} handler
   */
  off(event, handler) {
    this.handlers.get(event)?.delete(handler);
  }

  save_changes() {}
}

/**
 * Give life to every place of the page that waits for the front end `name` with its state inside (page.py).
 *
 * @param {string} name
 * @param {Front} front
 */
export function mountAll(name, front) {
  for (const el of document.querySelectorAll(`[data-front="${name}"]`)) {
    const state = el.querySelector("script[type='application/json']")?.textContent;
    el.removeAttribute("data-front");
    if (state) front.render({ model: new StillModel(JSON.parse(state)), el });
  }
}
