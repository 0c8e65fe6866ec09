// Elements made from data. Text always enters as a text node, so nothing that a reader, a link or a
// notebook supplies can become markup.

/**
 * What may stand inside an element; lists may hold lists, and null stands for nothing.
 * @typedef {Node | string | number | null | undefined | any[]} Child
 *
 * Attributes by name; a function is a listener, true an attribute without value, null and false none.
 * @typedef {Record<string, any> | null} Attributes
 */

/**
 * @template {Element} E
 * @param {E} element
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...nodes(children));
  return element;
}

/**
 * A list of children, flat and without what stands for nothing.
 *
 * @param {Child} child
 * @returns {(Node | string)[]}
 */
export function nodes(child) {
  if (child === null || child === undefined) return [];
  if (Array.isArray(child)) return child.flatMap(nodes);
  return [typeof child === "number" ? String(child) : child];
}

/**
 * An HTML element: h("p", {class: "x"}, "text", child, …).
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * An SVG element, in the same way.
 *
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
export function s(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/**
 * Text in which `code` and *emphasis* are marked, as a list of nodes.
 *
 * @param {string} text
 * @returns {Node[]}
 */
export function prose(text) {
  return String(text)
    .split(/(`[^`]+`|\*[^*\s][^*]*\*)/)
    .map((part) => {
      if (/^`.+`$/.test(part)) return h("code", {}, part.slice(1, -1));
      if (/^\*.+\*$/.test(part)) return h("em", {}, part.slice(1, -1));
      return document.createTextNode(part);
    });
}

/**
 * A square in the colour of a series of a picture, for the row of a table that says its name.
 *
 * @param {string} series
 */
export function swatch(series) {
  return h("span", { class: `iw-key iw-${series}` });
}

/**
 * A table; a lone cell of a row spans what is left.
 *
 * @param {Child[] | null} head names of columns
 * @param {Child[][]} rows each a title and its cells
 */
export function table(head, rows) {
  /** @param {Child[]} cells */
  const span = (cells) => (head && cells.length < head.length - 1 ? head.length - 1 : null);
  return h(
    "div",
    { class: "iw-tablewrap" },
    h(
      "table",
      {},
      head
        ? h(
            "thead",
            {},
            h(
              "tr",
              {},
              head.map((name) => h("th", { scope: "col" }, name)),
            ),
          )
        : null,
      h(
        "tbody",
        {},
        rows.map(([title, ...cells]) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, title),
            cells.map((cell) => h("td", { colspan: span(cells) }, cell)),
          ),
        ),
      ),
    ),
  );
}
