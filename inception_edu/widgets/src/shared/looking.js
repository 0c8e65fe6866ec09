// A picture of several grids in which a reader looks at single cells: by pointing, by touch, or by arrow keys.

/**
 * A grid that can be looked into, by its name: where it lies, and how far it reaches.
 * @typedef {Record<string, import("./grid.js").Place & {rows: number, cols: number}>} Places
 *
 * @typedef {{grid: string, row: number, col: number}} Look
 */

/**
 * @param {HTMLElement} picture
 * @param {object} about
 * @param {string} about.label
 * @param {() => Places} about.places as they are drawn at present
 * @param {() => Look} about.start where keys begin
 * @param {() => void} about.changed
 * @returns {() => Look | null} the cell looked at, if there is one
 */
export function looking(picture, { label, places, start, changed }) {
  /** @type {Look | null} */
  let look = null;
  const now = () => {
    const place = look && places()[look.grid];
    return look && place && look.row < place.rows && look.col < place.cols ? look : null;
  };
  /** @param {Look | null} next */
  const at = (next) => {
    if (next?.grid === look?.grid && next?.row === look?.row && next?.col === look?.col) return;
    look = next;
    changed();
  };
  /** @param {PointerEvent} event */
  const point = (event) => {
    const box = picture.getBoundingClientRect();
    for (const [grid, { x, y, cell, rows, cols }] of Object.entries(places())) {
      const row = Math.floor((event.clientY - box.top - y) / cell);
      const col = Math.floor((event.clientX - box.left - x) / cell);
      if (row >= 0 && row < rows && col >= 0 && col < cols) {
        at({ grid, row, col });
        return;
      }
    }
    at(null);
  };
  picture.addEventListener("pointermove", point);
  picture.addEventListener("pointerdown", point);
  picture.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && at(null)); // a tap stays
  picture.addEventListener("blur", () => at(null));
  picture.addEventListener("keydown", (event) => {
    const names = Object.keys(places());
    const from = now() ?? start();
    const { rows, cols } = places()[from.grid] ?? { rows: 0, cols: 0 };
    const other = names[(names.indexOf(from.grid) + 1) % names.length];
    /** @type {Record<string, Look | null>} */
    const to = {
      ArrowRight: { ...from, col: Math.min(from.col + 1, cols - 1) },
      ArrowLeft: { ...from, col: Math.max(from.col - 1, 0) },
      ArrowDown: { ...from, row: Math.min(from.row + 1, rows - 1) },
      ArrowUp: { ...from, row: Math.max(from.row - 1, 0) },
      Enter: { grid: other, row: 0, col: 0 },
      Escape: null,
    };
    if (!Object.hasOwn(to, event.key)) return;
    event.preventDefault();
    at(to[event.key]);
  });
  picture.tabIndex = 0;
  picture.setAttribute("role", "application");
  picture.setAttribute("aria-label", label);
  return now;
}
