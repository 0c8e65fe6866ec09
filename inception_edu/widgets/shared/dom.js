// Elements made from data. Text always enters as a text node, so nothing that a reader, a link or a
// notebook supplies can become markup.

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** An HTML element: h("p", {class: "x"}, "text", child, …). */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element, in the same way. */
export function s(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Text in which `code` and *emphasis* are marked, as a list of nodes (\x60 is a backtick). */
export function prose(text) {
  return String(text).split(/(\x60[^\x60]+\x60|\*[^*\s][^*]*\*)/).map((part) => {
    if (/^`.+`$/.test(part)) return h("code", {}, part.slice(1, -1));
    if (/^\*.+\*$/.test(part)) return h("em", {}, part.slice(1, -1));
    return document.createTextNode(part);
  });
}

/** A square in the colour of a series of a picture, for the row of a table that says its name. */
export function swatch(series) {
  return h("span", { class: `iw-key iw-${series}` });
}

/** A table: names of columns (or null), and rows of a title and its cells; a lone cell spans what is left. */
export function table(head, rows) {
  const span = (cells) => (head && cells.length < head.length - 1 ? head.length - 1 : null);
  return h("div", { class: "iw-tablewrap" }, h("table", {},
    head ? h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))) : null,
    h("tbody", {}, rows.map(([title, ...cells]) =>
      h("tr", {}, h("th", { scope: "row" }, title), cells.map((cell) => h("td", { colspan: span(cells) }, cell)))))));
}
