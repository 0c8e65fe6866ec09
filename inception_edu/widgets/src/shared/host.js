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
 * The places of the page that wait to be given life, and how. What the window shows, or soon will, comes first. The rest
 * follows one by one when there is nothing else to do, so that a reader's key never waits for all of it.
 */
class Waiting {
  constructor() {
    /** @type {Map<Element, () => void>} */
    this.places = new Map();
    this.near = new IntersectionObserver(
      (changes) => {
        for (const { target, isIntersecting } of changes) if (isIntersecting) this.mount(target);
      },
      { rootMargin: "50% 0px" },
    );
    this.busy = false;
    addEventListener("beforeprint", () => {
      for (const el of [...this.places.keys()]) this.mount(el); // paper shows the whole page
    });
  }

  /**
   * @param {Element} el
   * @param {() => void} give
   */
  add(el, give) {
    this.places.set(el, give);
    this.near.observe(el);
    if (!this.busy) this.later();
  }

  /** @param {Element} el */
  mount(el) {
    const give = this.places.get(el);
    this.places.delete(el);
    this.near.unobserve(el);
    give?.();
  }

  later() {
    this.busy = this.places.size > 0;
    if (!this.busy) return;
    const next = () => {
      const [first] = this.places.keys();
      try {
        if (first) this.mount(first);
      } finally {
        this.later(); // one that fails keeps no other from its turn
      }
    };
    // not every browser says when it has nothing to do
    if ("requestIdleCallback" in window) requestIdleCallback(next);
    else setTimeout(next, 50);
  }
}

/** @type {Waiting | undefined} */
let waiting;

/**
 * Give life to every place of the page that waits for the front end `name` with its state inside (page.py).
 *
 * @param {string} name
 * @param {Front} front
 */
export function mountAll(name, front) {
  for (const el of document.querySelectorAll(`[data-front="${name}"]`)) {
    waiting ??= new Waiting();
    if (waiting.places.has(el)) continue;
    waiting.add(el, () => {
      const state = el.querySelector("script[type='application/json']")?.textContent;
      el.removeAttribute("data-front");
      if (state) front.render({ model: new StillModel(JSON.parse(state)), el });
    });
  }
}
