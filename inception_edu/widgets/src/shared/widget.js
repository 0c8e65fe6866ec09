// What every widget shares: the frame, its controls, its figures, its link, and how it is drawn again.

import { control } from "./controls.js";
import { copyText, pythonCall } from "./copying.js";
import { h, nodes } from "./dom.js";
import { count } from "./format.js";
import { applies, makeLink, readLink } from "./params.js";
import STYLE from "./style.css";

/**
 * What Python says of a widget, besides its state.
 * @typedef {object} Spec
 * @property {string} widget
 * @property {string} class
 * @property {string} id
 * @property {string} title
 * @property {string} question
 * @property {string} reset
 * @property {boolean} link
 * @property {string[]} lock
 * @property {Param[]} params
 *
 * A picture for a width in pixels; its height, where that depends on the width.
 * @typedef {(width: number) => {children: Child[], label: string, height?: number}} Draw
 *
 * @typedef {object} Chart
 * @property {SVGSVGElement} svg
 * @property {HTMLElement} frame
 * @property {number} height
 * @property {Draw} draw
 * @property {number} width
 *
 * The figures of a widget for its settings; touches nothing.
 * @typedef {import("./host.js").Front["compute"]} Compute
 *
 * Fills ui.stage once; what it returns is called after every change.
 * @typedef {(ui: Ui) => (values: Values, figures: Values) => void} Build
 *
 * @typedef {import("./dom.js").Child} Child
 * @typedef {import("./params.js").Param} Param
 * @typedef {import("./params.js").Values} Values
 */

let serial = 0;

function ensureStyle() {
  if (document.getElementById("iw-style")) return;
  document.head.append(h("style", { id: "iw-style" }, STYLE));
}

/** One widget in one place: what `build` is given. */
export class Ui {
  /** @type {Values} settings by name, as they are now */
  values = Object.create(null);
  /** @type {Values} figures by name, for these settings */
  figures = Object.create(null);
  /** @type {Map<string, import("./controls.js").Control>} */
  controls = new Map();
  /** @type {{name: string, format: (value: any) => string, element: HTMLElement}[]} */
  slots = [];
  /** @type {Chart[]} */
  charts = [];
  /** @type {(() => void)[]} what is to be done when the place goes */
  endings = [];
  /** @type {ReturnType<Build> | undefined} */
  update;
  quiet = false;
  stage = h("div", { class: "iw-stage" });
  source = h("p", { class: "iw-source" });
  uid = `iw${++serial}-${Math.random().toString(36).slice(2, 7)}`;

  /**
   * @param {import("./host.js").Model} model
   * @param {Element} el
   * @param {Compute} compute
   */
  constructor(model, el, compute) {
    this.model = model;
    this.el = el;
    this.compute = compute;
    /** @type {Spec} */
    this.spec = model.get("_spec");
    this.params = this.spec.params;
    this.live = !model.still;
    this.open = this.params.filter((p) => !this.locked(p.name));
    this.id = this.spec.id;
    const taken = new Set(
      [...document.querySelectorAll("[data-widget-id]")].map((e) => e.getAttribute("data-widget-id")),
    );
    for (let n = 2; taken.has(this.id); n += 1) this.id = `${this.spec.id}-${n}`;
    if (!this.live) for (const [name, value] of Object.entries(readLink(this.id, this.open))) model.set(name, value);
    this.root = this.frame();
  }

  get data() {
    return this.model.get("data") ?? {};
  }

  /** @param {string} name */
  param(name) {
    const found = this.params.find((param) => param.name === name);
    if (!found) throw new RangeError(`there is no setting ${name}`);
    return found;
  }

  /** Whether a setting is to stay as it is. @param {string} name */
  locked(name) {
    return this.spec.lock.includes(name);
  }

  /**
   * Take new values for those of the settings that are not locked.
   *
   * @param {Values} changes
   */
  setOpen(changes) {
    this.set(Object.fromEntries(Object.entries(changes).filter(([name]) => !this.locked(name))));
  }

  /**
   * Take new values for settings (already allowed ones) and draw.
   *
   * @param {Values} changes
   */
  set(changes) {
    this.quiet = true;
    for (const [name, value] of Object.entries(changes)) this.model.set(name, value);
    this.quiet = false;
    this.model.save_changes();
    this.draw();
  }

  /**
   * An element whose text and data-number follow a figure.
   *
   * @param {string} name
   * @param {(value: any) => string} format
   */
  value(name, format = count) {
    const element = h("span", { "data-value": name, class: "iw-value" });
    this.slots.push({ name, format, element });
    return element;
  }

  /** A sentence that says what the picture shows; screen readers hear it change. */
  status() {
    return h("p", { class: "iw-say", role: "status" });
  }

  /**
   * A picture as wide as its place.
   *
   * @param {number} height
   * @param {Draw} draw
   */
  chart(height, draw) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("role", "img");
    svg.classList.add("iw-svg");
    const frame = h("div", { class: "iw-chart" }, svg);
    const chart = { svg, frame, height, draw, width: 0 };
    this.charts.push(chart);
    return frame;
  }

  /** @param {Chart} chart */
  drawChart(chart) {
    const width = Math.max(chart.width || 600, 220);
    const { children, label, height = chart.height } = chart.draw(width);
    chart.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    chart.svg.setAttribute("width", String(width));
    chart.svg.setAttribute("height", String(height));
    chart.svg.setAttribute("aria-label", label);
    chart.svg.replaceChildren(...nodes(children));
  }

  draw() {
    if (this.quiet) return;
    for (const { name } of this.params) this.values[name] = this.model.get(name);
    this.figures = this.compute(this.values, this.data);
    for (const param of this.params) {
      const shown = this.controls.get(param.name);
      if (!shown) continue;
      if (param.limit) shown.limit?.(this.figures[param.limit] ?? param.max);
      shown.element.hidden = !applies(param, this.values);
      shown.show(this.values[param.name]);
    }
    for (const { name, format, element } of this.slots) {
      const number = this.figures[name];
      element.textContent = format(number);
      element.dataset.number = String(number ?? "");
    }
    this.update?.(this.values, this.figures);
    // for exercises that ask for a setting of this widget
    Object.assign(this.root, { inception: { ...this.figures, ...this.values } });
    for (const chart of this.charts) chart.width ||= chart.frame.clientWidth; // all are read before any is drawn
    for (const chart of this.charts) this.drawChart(chart);
  }

  frame() {
    const { spec, uid } = this;
    /** @type {Parameters<typeof control>[2]} */
    const change = (name, value) => this.set({ [name]: value });
    const shown = this.open.filter((p) => p.control);
    for (const param of shown) this.controls.set(param.name, control(param, `${uid}-${param.name}`, change));
    const note = h("span", { class: "iw-note-text", role: "status" });
    /** @param {string} text */
    const say = (text) => {
      note.textContent = text;
      setTimeout(() => note.replaceChildren(), 4000);
    };
    const reset = h(
      "button",
      {
        type: "button",
        "data-action": "reset",
        onclick: () => this.set(Object.fromEntries(this.params.map((p) => [p.name, p.default]))),
      },
      spec.reset,
    );
    const copy = h(
      "button",
      {
        type: "button",
        "data-action": "copy",
        onclick: async () => {
          if (this.live) {
            say(
              (await copyText(pythonCall(spec, this.values))) ? "Python copied" : "The browser did not allow copying",
            );
            return;
          }
          const link = makeLink(this.id, this.open, this.values);
          history.replaceState(null, "", link);
          say((await copyText(link)) ? "Link copied" : "The link is in the address bar");
        },
      },
      this.live ? "Copy as Python" : "Copy link",
    );
    const root = h(
      "section",
      {
        // JupyterLab would take the arrow keys from a slider that does not say this of itself
        onfocusin: (/** @type {any} */ event) => event.target.setAttribute("data-lm-suppress-shortcuts", ""),
        class: "iw",
        "data-widget": spec.widget,
        "data-class": spec.class,
        "data-widget-id": this.id,
        id: this.live ? null : this.id,
        "aria-labelledby": `${uid}-title`,
      },
      h(
        "div",
        { class: "iw-head" },
        h("div", { class: "iw-title", id: `${uid}-title` }, spec.title),
        h("div", { class: "iw-tools" }, note, spec.reset ? reset : null, spec.link ? copy : null),
      ),
      spec.question ? h("p", { class: "iw-question" }, spec.question) : null,
      h(
        "div",
        { class: shown.length ? "iw-body" : "iw-body iw-bare" },
        shown.length
          ? h(
              "div",
              { class: "iw-controls", role: "group", "aria-label": "Settings" },
              [...this.controls.values()].map(({ element }) => element),
            )
          : null,
        this.stage,
      ),
    );
    root.append(this.source);
    return root;
  }

  /** @param {Build} build @returns {() => void} what ends it */
  start(build) {
    this.update = build(this);
    ensureStyle();
    this.el.replaceChildren(this.root);
    this.draw();
    this.tellSource();
    this.listen();
    if (!this.live) this.show();
    return () => {
      for (const end of this.endings) end();
    };
  }

  /** Bring the widget into view if the page's address says something of it, and of no other before. */
  show() {
    if (!Object.keys(readLink(this.id, this.open)).length || !location.hash.startsWith(`#${this.id}.`)) return;
    requestAnimationFrame(() => this.root.scrollIntoView({ block: "center" }));
  }

  /** Apply what a new link says. */
  follow() {
    const found = readLink(this.id, this.open);
    if (Object.keys(found).length) this.set(found);
    this.show();
  }

  tellSource() {
    const text = this.model.get("source");
    this.source.hidden = !text;
    this.source.textContent = text ?? "";
  }

  listen() {
    /** @param {string} event @param {() => void} handler */
    const on = (event, handler) => {
      this.model.on(event, handler);
      this.endings.push(() => this.model.off(event, handler));
    };
    const draw = () => this.draw();
    for (const { name } of this.params) on(`change:${name}`, draw);
    on("change:data", draw);
    on("change:source", () => this.tellSource());
    if (!this.live) addEventListener("hashchange", () => this.follow());
    const resize = new ResizeObserver((seen) => {
      for (const { target, contentRect } of seen) {
        const chart = this.charts.find(({ frame }) => frame === target);
        const width = Math.floor(contentRect.width);
        if (!chart || !width || width === chart.width) continue;
        chart.width = width;
        this.drawChart(chart);
      }
    });
    for (const { frame } of this.charts) resize.observe(frame);
    this.endings.push(() => resize.disconnect());
  }
}

/**
 * A front end for anywidget.
 *
 * @param {Compute} compute
 * @param {Build} build
 * @returns {import("./host.js").Front}
 */
export function widget(compute, build) {
  return { compute, render: ({ model, el }) => new Ui(model, el, compute).start(build) };
}
