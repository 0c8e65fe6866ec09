// The network from picture to scores, a tile a row: a module shows its branches as the paper draws them, each with its
// strongest map.
import { h } from "../shared/dom.js";
import { canvas, paintMap, range, seriesOf } from "./paint.js";

/** A sign for an operation: as large as its kernel, round where it pools. @param {{kernel: number, pool: boolean}} op */
const sign = ({ kernel, pool }) =>
  h("i", { class: `in-op ${pool ? "in-pool" : ""}`, style: `--k: ${Math.min(kernel, 7)}` });

/** The strongest channels of a stretch. @param {import("../engine/tensor.js").Maps} y @param {number} first @param {number} count @param {number} wanted */
function strongest(y, first, count, wanted) {
  const found = Array.from({ length: count }, (_, i) => ({ c: first + i, high: range(y, first + i).high }));
  return found.sort((a, b) => b.high - a.high).slice(0, wanted);
}

/** Single values as one map. @param {import("../engine/tensor.js").Maps} y */
function asSquare({ channels, data }) {
  const width = Math.ceil(Math.sqrt(channels));
  const height = Math.ceil(channels / width);
  const filled = new Float32Array(width * height).fill(data.reduce((a, b) => Math.min(a, b)));
  filled.set(data);
  return { width, height, data: filled };
}

/** @param {any} row @param {(name: string) => void} enter */
function tile(row, enter) {
  const lanes = row.branches.length
    ? row.branches.map((branch, i) => ({
        branch,
        map: canvas("in-map"),
        lane: h("span", { class: `in-lane iw-${seriesOf(i)}` }, branch.ops.map(sign)),
      }))
    : [];
  for (const { lane, map } of lanes) lane.append(map);
  const count = row.grid > 1 ? Math.min(row.channels, 4) : 1;
  const quarter = lanes.length ? [] : Array.from({ length: count }, () => canvas("in-map"));
  const inner = lanes.length
    ? h(
        "span",
        { class: "in-lanes" },
        lanes.map(({ lane }) => lane),
      )
    : h("span", { class: `in-quarter ${row.grid > 1 ? "" : "in-vector"}` }, quarter);
  const element = h(
    "button",
    {
      type: "button",
      class: `in-tile ${lanes.length ? "in-module" : ""}`,
      "data-row": row.name,
      "aria-label": `${row.name}: ${row.grid} by ${row.grid} places, ${row.channels} maps`,
      onclick: () => enter(row.name),
    },
    inner,
    h("span", { class: "in-name" }, row.short),
    h("span", { class: "in-size" }, row.grid > 1 ? `${row.grid}² · ${row.channels}` : row.channels),
  );
  return {
    row,
    element,
    /** @param {import("../engine/tensor.js").Maps} y @param {string[]} off */
    show(y, off) {
      element.classList.toggle("in-off", off.includes(row.name));
      for (const [i, { branch, lane, map }] of lanes.entries()) {
        lane.classList.toggle("in-off", off.includes(row.name) || off.includes(`${row.name} / ${branch.name}`));
        const [best] = strongest(y, branch.first, branch.channels, 1);
        paintMap(map, y, best.c, seriesOf(i));
      }
      if (row.grid === 1) paintMap(quarter[0], asSquare(y), 0, "plain");
      else if (quarter.length) {
        const best = strongest(y, 0, row.channels, quarter.length);
        for (const [i, each] of quarter.entries()) paintMap(each, y, best[i].c, "plain");
      }
    },
  };
}

/** @param {any[]} rows @param {(name: string) => void} enter */
export function flow(rows, enter) {
  const tiles = rows.map((row) => tile(row, enter));
  /** @type {HTMLElement[]} */
  const groups = [];
  let before = true;
  /** @type {{maps: import("../engine/tensor.js").Maps[] | null, without: string}} what is painted already */
  let shown = { maps: null, without: "" };
  for (const { row, element } of tiles) {
    if (!groups.length || (row.module && !before)) groups.push(h("div", { class: "in-group" }));
    before = row.module;
    groups.at(-1)?.append(element);
  }
  return {
    element: h(
      "div",
      { class: "in-flow", role: "group", "aria-label": "The network, from the picture to the scores" },
      groups,
    ),
    /** @param {import("../engine/tensor.js").Maps[]} maps @param {string[]} off */
    show(maps, off) {
      const without = JSON.stringify(off);
      if (maps === shown.maps && without === shown.without) return;
      shown = { maps, without };
      for (const each of tiles) each.show(maps[each.row.index], off);
    },
    /** @param {string} name */
    mark(name) {
      for (const { row, element } of tiles) element.setAttribute("aria-pressed", String(row.name === name));
    },
  };
}
