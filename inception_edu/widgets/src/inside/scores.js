// What the network says of a picture: a bar a class, of two pictures where they are compared.
import { h } from "../shared/dom.js";
import { percent } from "../shared/format.js";

const MOST = 10;

/** @param {string[]} classes */
export function scores(classes) {
  const list = h("ol", { class: "in-scores" });
  const rows = classes.slice(0, Math.min(classes.length, MOST)).map(() => {
    const parts = {
      name: h("span", { class: "in-class" }),
      bar: h("i", { class: "in-bar" }),
      other: h("i", { class: "in-bar in-second" }),
      before: h("i", { class: "in-before", hidden: true }),
      share: h("span", { class: "in-share" }),
    };
    const item = h(
      "li",
      {},
      parts.name,
      h("span", { class: "in-track" }, parts.bar, parts.other, parts.before),
      parts.share,
    );
    list.append(item);
    return { item, ...parts };
  });
  return {
    element: list,
    /**
     * @param {number[] | null} shares
     * @param {string | null} label the true class
     * @param {number[] | null} other of a second picture
     * @param {number[] | null} before of this picture with nothing covered or switched off: a line in each bar
     */
    show(shares, label, other, before) {
      const all = classes.map((_, i) => i);
      const strongest = shares && classes.length > MOST ? all.sort((i, j) => shares[j] - shares[i]) : all;
      const best = shares ? shares.indexOf(Math.max(...shares)) : -1;
      for (const [place, { item, name, bar, other: second, before: line, share }] of rows.entries()) {
        const k = strongest[place];
        const value = shares?.[k] ?? 0;
        item.classList.toggle("in-best", k === best);
        name.textContent = classes[k];
        if (classes[k] === label)
          name.append(h("span", { class: "in-true" }, " ✓", h("span", { class: "in-words" }, " (what it is)")));
        bar.style.width = `${100 * value}%`;
        second.hidden = !other;
        second.style.width = `${100 * (other?.[k] ?? 0)}%`;
        share.textContent = shares ? percent(value, value < 0.0995 ? 1 : 0) : "";
        line.hidden = !before;
        line.style.left = `${100 * (before?.[k] ?? 0)}%`;
        item.dataset.share = String(value);
      }
    },
  };
}
