// What every widget shares: the frame, its controls, its figures, its link, and how it is drawn again.
import { h } from "./dom.js";
import { count } from "./format.js";
import { applies, makeLink, readLink } from "./params.js";
import { control } from "./controls.js";
import { STYLE } from "./style.css";

let serial = 0;

function ensureStyle() {
  if (document.getElementById("iw-style")) return;
  document.head.append(h("style", { id: "iw-style" }, STYLE));
}

/** Write text where a reader can paste it; true if the browser let us. */
async function copyText(text) {
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

function pythonCall(spec, values) {
  const literal = (v) => (v === true ? "True" : v === false ? "False" : v === null ? "None" : JSON.stringify(v));
  return `${spec.class}(${spec.params.map((p) => `${p.name}=${literal(values[p.name])}`).join(", ")})`;
}

class Ui {
  constructor(model, el) {
    this.model = model;
    this.spec = model.get("_spec");
    this.params = this.spec.params;
    this.live = !model.still;
    this.uid = `iw${++serial}-${Math.random().toString(36).slice(2, 7)}`;
    this.values = {};
    this.controls = {};
    this.slots = [];
    this.charts = [];
    this.endings = [];
    this.stage = h("div", { class: "iw-stage" });
    this.el = el;
  }

  get data() {
    return this.model.get("data") ?? {};
  }

  /** Take new values for settings (already allowed ones) and draw. */
  set(changes) {
    this.quiet = true;
    for (const [name, value] of Object.entries(changes)) this.model.set(name, value);
    this.quiet = false;
    this.model.save_changes();
    this.draw();
  }

  /** An element whose text and data-number follow the figure `name`. */
  value(name, format = count, tag = "span") {
    const element = h(tag, { "data-value": name, class: "iw-value" });
    this.slots.push({ name, format, element });
    return element;
  }

  /** A sentence that says what the picture shows; screen readers hear it change. */
  status() {
    return h("p", { class: "iw-say", role: "status" });
  }

  /** A picture as wide as its place: draw(width) gives {children, label}, or {children, label, height}. */
  chart(height, draw, attributes = {}) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("role", "img");
    svg.classList.add("iw-svg");
    const frame = h("div", { class: "iw-chart", ...attributes }, svg);
    const chart = { svg, frame, height, draw, width: 0 };
    this.charts.push(chart);
    return frame;
  }

  drawChart(chart) {
    const width = Math.max(chart.width || 600, 220);
    const { children, label, height = chart.height } = chart.draw(width);
    chart.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    chart.svg.setAttribute("width", width);
    chart.svg.setAttribute("height", height);
    chart.svg.setAttribute("aria-label", label);
    chart.svg.replaceChildren(...children.flat(Infinity));
  }

  draw() {
    if (this.quiet) return;
    for (const { name } of this.params) this.values[name] = this.model.get(name);
    this.figures = this.compute(this.values, this.data);
    for (const param of this.params) {
      const shown = this.controls[param.name];
      if (!shown) continue;
      if (param.limit) shown.limit(this.figures[param.limit] ?? param.max);
      shown.element.hidden = !applies(param, this.values);
      shown.show(this.values[param.name]);
    }
    for (const { name, format, element } of this.slots) {
      const number = this.figures[name];
      element.textContent = format(number);
      element.dataset.number = number ?? "";
    }
    this.update?.(this.values, this.figures);
    if (this.root) {
      // for exercises that ask for a setting of this widget
      this.root.inception = { ...this.figures, ...this.values };
    }
    for (const chart of this.charts) chart.width ||= chart.frame.clientWidth; // all are read before any is drawn
    for (const chart of this.charts) this.drawChart(chart);
  }

  frame() {
    const { spec, uid } = this;
    const change = (name, value) => this.set({ [name]: value });
    const shown = this.params.filter((p) => p.control && !spec.lock.includes(p.name));
    for (const param of shown) this.controls[param.name] = control(param, `${uid}-${param.name}`, change);
    const note = h("span", { class: "iw-note-text", role: "status" });
    const say = (text) => {
      note.textContent = text;
      setTimeout(() => (note.textContent = ""), 4000);
    };
    const reset = h("button", {
      type: "button", "data-action": "reset",
      onclick: () => this.set(Object.fromEntries(this.params.map((p) => [p.name, p.default]))),
    }, spec.reset);
    const copy = h("button", {
      type: "button", "data-action": "copy",
      onclick: async () => {
        if (this.live) {
          say((await copyText(pythonCall(spec, this.values))) ? "Python copied" : "The browser did not allow copying");
          return;
        }
        const link = makeLink(this.id, this.open, this.values);
        history.replaceState(null, "", link);
        say((await copyText(link)) ? "Link copied" : "The link is in the address bar");
      },
    }, this.live ? "Copy as Python" : "Copy link");
    const root = h("section", {
      // JupyterLab would take the arrow keys from a slider that does not say this of itself
      onfocusin: (event) => event.target.setAttribute("data-lm-suppress-shortcuts", ""),
      class: "iw", "data-widget": spec.widget, "data-class": spec.class, "data-widget-id": this.id, id: this.live ? null : this.id, "aria-labelledby": `${uid}-title`,
    },
      h("div", { class: "iw-head" },
        h("div", { class: "iw-title", id: `${uid}-title` }, spec.title),
        h("div", { class: "iw-tools" }, note, spec.reset ? reset : null, spec.link ? copy : null)),
      spec.question ? h("p", { class: "iw-question" }, spec.question) : null,
      h("div", { class: shown.length ? "iw-body" : "iw-body iw-bare" },
        shown.length ? h("div", { class: "iw-controls", role: "group", "aria-label": "Settings" }, shown.map((p) => this.controls[p.name].element)) : null,
        this.stage));
    this.source = h("p", { class: "iw-source" });
    root.append(this.source);
    this.root = root;
    return root;
  }

  start(compute, build) {
    this.compute = compute;
    const taken = new Set([...document.querySelectorAll("[data-widget-id]")].map((e) => e.dataset.widgetId));
    this.id = this.spec.id;
    for (let n = 2; taken.has(this.id); n += 1) this.id = `${this.spec.id}-${n}`;
    this.open = this.params.filter((p) => !this.spec.lock.includes(p.name));
    if (!this.live) this.follow(readLink(this.id, this.open), true);
    const root = this.frame();
    this.update = build(this);
    ensureStyle();
    this.el.replaceChildren(root);
    this.draw();
    this.tellSource();
    this.listen();
    return () => this.endings.forEach((end) => end());
  }

  /** Apply what a link says; bring the widget into view if it says anything. */
  follow(found, first = false) {
    if (!Object.keys(found).length) return;
    if (first) for (const [name, value] of Object.entries(found)) this.model.set(name, value);
    else this.set(found);
    const named = location.hash.startsWith(`#${this.id}.`); // of several, the first that the link names
    if (named) requestAnimationFrame(() => this.root.scrollIntoView({ block: "center" }));
  }

  tellSource() {
    const text = this.model.get("source");
    this.source.hidden = !text;
    this.source.textContent = text ?? "";
  }

  listen() {
    const on = (event, handler) => {
      this.model.on(event, handler);
      this.endings.push(() => this.model.off(event, handler));
    };
    const draw = () => this.draw();
    for (const { name } of this.params) on(`change:${name}`, draw);
    on("change:data", draw);
    on("change:source", () => this.tellSource());
    if (!this.live) addEventListener("hashchange", () => this.follow(readLink(this.id, this.open)));
    const resize = new ResizeObserver((seen) => {
      for (const { target, contentRect } of seen) {
        const chart = this.charts.find(({ frame }) => frame === target);
        const width = Math.floor(contentRect.width);
        if (!chart || !width || width === chart.width) continue;
        chart.width = width;
        this.drawChart(chart);
      }
    });
    this.charts.forEach(({ frame }) => resize.observe(frame));
    this.endings.push(() => resize.disconnect());
  }
}

/**
 * A front end for anywidget from two functions: compute(values, data) gives the figures and touches nothing;
 * build(ui) fills ui.stage once and returns update(values, figures), called after every change.
 */
export function widget(compute, build) {
  return { compute, render: ({ model, el }) => new Ui(model, el).start(compute, build) };
}
