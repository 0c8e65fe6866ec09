import { follow, load, save, valid } from "./shared/answers.js";
import { h } from "./shared/dom.js";
import { widget } from "./shared/widget.js";

/** What the answers are worth: by chapter, and all together. */
/** @type {import("./shared/widget.js").Compute} */
function compute(p, data) {
  const answers = p.answers && p.answers !== "" ? JSON.parse(p.answers) : {};
  /** @type {import("./shared/params.js").Values} */
  const figures = { points: 0, of: 0, answered: 0, exercises: 0 };
  for (const { chapter, exercises } of data.chapters) {
    let [points, of] = [0, 0];
    for (const { id, worth, graded } of exercises) {
      const entry = Object.hasOwn(answers, id) ? answers[id] : null;
      const done = entry !== null && (graded ? entry.correct === true : true);
      points += done ? worth : 0;
      of += worth;
      figures.answered += Number(entry !== null);
      figures.exercises += 1;
    }
    figures[`points_${chapter}`] = points;
    figures[`of_${chapter}`] = of;
    figures.points += points;
    figures.of += of;
  }
  return figures;
}

/** Of each answer only what is counted; anything else that the browser or a file holds stays out. */
function counted(answers) {
  const kept = Object.create(null);
  for (const [id, entry] of Object.entries(answers)) {
    if (typeof entry === "object" && entry !== null) kept[id] = { correct: entry.correct === true };
  }
  return JSON.stringify(kept);
}

function download(answers) {
  const address = URL.createObjectURL(new Blob([JSON.stringify(answers, null, 1)], { type: "application/json" }));
  const link = h("a", { href: address, download: "answers.json" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const { chapters } = ui.data;
  const rows = chapters.map(({ chapter, title }) => {
    const bar = h("div", {});
    ui.stage.append(
      h(
        "div",
        { class: "iw-progress", "data-chapter": chapter },
        chapters.length > 1 ? h("span", { class: "iw-progress-name" }, `${chapter} · ${title}`) : null,
        h("div", { class: "iw-share" }, bar),
        h(
          "span",
          { class: "iw-progress-points" },
          ui.value(`points_${chapter}`),
          " of ",
          ui.value(`of_${chapter}`),
          " points",
        ),
      ),
    );
    return { chapter, bar };
  });
  const said = h("p", { class: "iw-help", role: "status" });
  /** @param {string} text */
  const say = (text) => said.replaceChildren(text);
  if (!ui.live) {
    const input = h("input", {
      type: "file",
      accept: "application/json,.json",
      hidden: true,
      "aria-label": "A file of answers",
      onchange: () => take(input.files?.[0]),
    });
    /** @param {File | undefined} file */
    const take = async (file) => {
      input.value = "";
      if (!file) return;
      try {
        const found = file.size < 5e6 ? JSON.parse(await file.text()) : null;
        if (!valid(found)) throw new Error();
        const all = load();
        all.answers = { ...all.answers, ...found.answers };
        all.student ||= typeof found.student === "string" ? found.student : "";
        say(save(all) ? "Imported." : "This browser keeps nothing: the answers are gone when the page is closed.");
      } catch {
        say("That is no file of answers: a page of the book exports one, answers.json.");
      }
    };
    ui.stage.append(
      h(
        "div",
        { class: "iw-check" },
        h(
          "button",
          { type: "button", "data-action": "export", onclick: () => download(load()) },
          "Export answers.json",
        ),
        h("button", { type: "button", "data-action": "import", onclick: () => input.click() }, "Import"),
        h(
          "button",
          {
            type: "button",
            "data-action": "forget",
            onclick: () =>
              confirm("Forget every answer on this machine?") &&
              say(save({ ...load(), answers: {} }) ? "Forgotten." : ""),
          },
          "Forget",
        ),
        input,
        said,
      ),
    );
    const refresh = () => ui.set({ answers: counted(load().answers) });
    ui.endings.push(follow(refresh));
    queueMicrotask(refresh);
  }
  return (_p, figures) => {
    for (const { chapter, bar } of rows)
      bar.style.width = `${(100 * figures[`points_${chapter}`]) / Math.max(figures[`of_${chapter}`], 1)}%`;
  };
}

export default widget(compute, build);
