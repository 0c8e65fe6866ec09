// A module entered: its branches side by side, all their maps, and the switches.
import { h } from "../shared/dom.js";
import { short } from "../shared/format.js";
import { canvas, paintMaps, range, seriesOf } from "./paint.js";
import { pen } from "./reading.js";

const TALL = 216; // pixels that the maps of a branch may take
const KEYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/** @typedef {import("../engine/tensor.js").Maps} Maps */

/**
 * All maps of one branch in one canvas, from which one is chosen.
 *
 * @param {any} branch
 * @param {number} place among the branches
 * @param {(map: number) => void} choose
 */
function mosaic(branch, place, choose) {
  const { first, channels } = branch;
  const picture = canvas("in-mosaic");
  const element = h(
    "div",
    { class: "in-maps", tabindex: 0, role: "slider", "aria-label": `Maps of ${branch.title}` },
    picture,
  );
  let [across, cell, chosen] = [1, 24, first];
  /** @type {{y: Maps | null, width: number}} what is painted already */
  let shown = { y: null, width: 0 };
  element.addEventListener("pointerdown", (event) => {
    const box = picture.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left) / cell);
    const index = Math.floor((event.clientY - box.top) / cell) * across + column;
    if (column >= 0 && column < across && index >= 0 && index < channels) choose(first + index);
  });
  element.addEventListener("keydown", (event) => {
    const [right, below] = KEYS[/** @type {keyof typeof KEYS} */ (event.key)] ?? [0, 0];
    if (!right && !below) return;
    event.preventDefault();
    const now = chosen >= first && chosen < first + channels ? chosen - first : 0;
    choose(first + Math.min(Math.max(now + right + below * across, 0), channels - 1));
  });
  return {
    element,
    /** @param {Maps} y @param {number} map @param {number} width */
    show(y, map, width) {
      if (y === shown.y && map === chosen && width === shown.width) return;
      shown = { y, width };
      chosen = map;
      cell = Math.max(
        9,
        Math.min(34, Math.floor(Math.sqrt((width * TALL) / channels)), Math.floor(width / Math.min(channels, 4))),
      );
      across = Math.max(1, Math.min(channels, Math.floor(width / cell)));
      const rows = Math.ceil(channels / across);
      const sharp = 2; // pixels of the canvas for one of the page
      picture.width = across * cell * sharp;
      picture.height = rows * cell * sharp;
      picture.style.width = `${across * cell}px`;
      picture.style.height = `${rows * cell}px`;
      const gap = cell > 14 ? 3 : 1;
      const side = cell * sharp - gap;
      /** @type {(i: number) => [number, number, number]} */
      const square = (i) => [(i % across) * cell * sharp, Math.floor(i / across) * cell * sharp, side];
      paintMaps(picture, y, first, channels, seriesOf(place), square);
      if (map >= first && map < first + channels) {
        const [x, top] = square(map - first);
        const context = pen(picture);
        context.lineWidth = 4;
        context.strokeStyle = "#fff";
        context.strokeRect(x + 2, top + 2, side - 4, side - 4);
        context.lineWidth = 2;
        context.strokeStyle = "#000";
        context.strokeRect(x + 1, top + 1, side - 2, side - 2);
      }
      const { low, high } = range(y, Math.max(first, Math.min(map, first + channels - 1)));
      const own = map >= first && map < first + channels;
      element.setAttribute("aria-valuemin", "1");
      element.setAttribute("aria-valuemax", String(channels));
      element.setAttribute("aria-valuenow", String(own ? map - first + 1 : 1));
      element.setAttribute(
        "aria-valuetext",
        own ? `map ${map - first + 1}, from ${short(low)} to ${short(high)}` : "none chosen",
      );
    },
  };
}

/**
 * @param {object} about
 * @param {(map: number) => void} about.choose
 * @param {(name: string) => void} about.toggle switches a row, or "row / branch", off and on again
 * @param {boolean} about.locked
 */
export function moduleView({ choose, toggle, locked }) {
  const head = h("div", { class: "in-module-head" });
  const grid = h("div", { class: "in-branches" });
  const element = h("section", { class: "in-entered", "aria-label": "The row that was entered" }, head, grid);
  /** @type {{name: string, views: ReturnType<typeof mosaic>[], switches: Map<string, HTMLElement>}} */
  let made = { name: "", views: [], switches: new Map() };

  /** @param {string} name @param {string} text */
  const lever = (name, text) => {
    const button = h(
      "button",
      { type: "button", class: "in-lever", role: "switch", "data-switch": name, onclick: () => toggle(name) },
      text,
    );
    button.disabled = locked;
    made.switches.set(name, button);
    return button;
  };
  /** @param {any} row */
  const make = (row) => {
    made = { name: row.name, views: [], switches: new Map() };
    const whole = [{ name: "", title: row.name, first: 0, channels: row.channels, field: row.field, ops: [] }];
    const branches = row.branches.length ? row.branches : whole;
    head.replaceChildren(
      h("h4", { class: "in-heading" }, row.name),
      h("span", { class: "in-muted" }, `${row.channels} maps of ${row.grid} × ${row.grid}, from ${row.kind}`),
      lever(row.name, row.branches.length ? "whole module" : "this row"),
    );
    grid.classList.toggle("in-single", !row.branches.length);
    grid.replaceChildren(
      ...branches.map((branch, i) => {
        const view = mosaic(branch, row.branches.length ? i : 9, choose);
        made.views.push(view);
        const sees = `${branch.channels} maps · sees ${branch.field[0]}×${branch.field[0]}`;
        return h(
          "div",
          { class: `in-branch iw-${row.branches.length ? seriesOf(i) : "plain"}` },
          row.branches.length
            ? h(
                "div",
                { class: "in-branch-head" },
                h("strong", {}, branch.title),
                lever(`${row.name} / ${branch.name}`, "on"),
              )
            : null,
          h("p", { class: "in-muted" }, sees),
          view.element,
        );
      }),
    );
  };
  /** @param {string[]} off */
  const levers = (off) => {
    for (const [name, button] of made.switches) {
      const on = !off.includes(name);
      button.setAttribute("aria-checked", String(on));
      const whole = name === made.name;
      button.setAttribute("aria-label", `${name} on`);
      button.textContent = whole ? (on ? "Switch it off" : "Switch it on") : on ? "on" : "off";
    }
  };
  return {
    element,
    levers,
    /** @param {any} row @param {Maps} y @param {number} map @param {string[]} off */
    show(row, y, map, off) {
      if (row.name !== made.name) make(row);
      levers(off);
      for (const view of made.views) {
        const width = /** @type {HTMLElement} */ (view.element.parentElement).clientWidth || 150;
        view.show(y, map, width);
      }
    },
  };
}
