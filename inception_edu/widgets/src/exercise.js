import { entry, record } from "./shared/answers.js";
import { h, prose } from "./shared/dom.js";
import { readNumber } from "./shared/numbers.js";
import { widget } from "./shared/widget.js";

/** Whether an answer is near enough; to a question for a share, one without a percent sign may be either. */
const near = (answer, [right, slack], percent = false) =>
  [answer, percent ? answer / 100 : answer].some((meant) => Math.abs(meant - right) <= slack);

/** What stands behind a field. */
const unitOf = ({ unit, percent }) => (unit ? ` ${unit}` : percent ? " %" : null);

/** What each kind does: read(text) an answer as it is kept, or throw what would be one; judge(answer) as Python does. */
const KINDS = {
  number: {
    read: (e, text) => readNumber(text, e.unit),
    judge(e, answer) {
      if (near(answer, [e.right, e.slack], e.percent)) return { correct: true, remark: "" };
      const mistake = e.known.find(([value, slack]) => near(answer, [value, slack], e.percent));
      return { correct: false, remark: mistake ? mistake[2] : "" };
    },
  },
  numbers: {
    read(e, text) {
      const given = parsed(text);
      const missing = Object.keys(e.fields).filter((key) => !Object.hasOwn(given, key) || !String(given[key]).trim());
      if (missing.length) throw new Error(`still to fill in: ${missing.join(", ")}`);
      return Object.fromEntries(
        Object.entries(e.fields).map(([key, field]) => [key, readNumber(String(given[key]), field.unit)]),
      );
    },
    judge(e, answer) {
      const wrong = Object.keys(e.fields).filter(
        (key) => !near(answer[key], [e.fields[key].right, e.fields[key].slack], e.fields[key].percent),
      );
      if (!wrong.length) return { correct: true, remark: "" };
      for (const [mistake, remark] of e.known) {
        const parts = Object.entries(mistake);
        const fits = ([key, value]) => near(answer[key], value, e.fields[key].percent);
        if (parts.every(fits) && parts.some(([key]) => wrong.includes(key))) return { correct: false, remark };
      }
      return { correct: false, remark: `Not yet right: ${wrong.join(", ")}.`, wrong };
    },
  },
  choice: {
    read(e, text) {
      if (!e.options.some(({ key }) => key === text)) throw new Error("choose one of the options");
      return text;
    },
    judge: (e, answer) => ({ correct: answer === e.right, remark: e.options.find(({ key }) => key === answer).remark }),
  },
  setting: {
    read(e, text) {
      const given = parsed(text);
      for (const { figure } of e.conditions) {
        if (typeof given[figure] !== "number")
          throw new Error(`this setting has no ${figure}: choose one that can be built`);
      }
      return given;
    },
    judge(e, answer) {
      const holds = {
        "<=": (a, b) => a <= b,
        ">=": (a, b) => a >= b,
        "==": (a, b) => a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)),
      };
      const missed = e.conditions.find(({ figure, sign, limit }) => !holds[sign](answer[figure], limit));
      return missed ? { correct: false, remark: missed.remark } : { correct: true, remark: "" };
    },
  },
  text: {
    read(e, text) {
      if (text.split(/\s+/).filter(Boolean).length < e.words) throw new Error(`write at least ${e.words} words`);
      return text.trim();
    },
    judge: () => ({ correct: null, remark: "Kept. Compare it with the solution." }),
  },
};

function parsed(text) {
  try {
    const found = JSON.parse(text || "{}");
    return typeof found === "object" && found !== null && !Array.isArray(found) ? found : {};
  } catch {
    return {};
  }
}

/** {state, correct, remark}: state is "empty", "unread", "wrong", "right" or "kept". */
export function verdict(e, text) {
  if (!text) return { state: "empty", correct: null, remark: "" };
  const kind = KINDS[e.kind];
  let answer;
  try {
    answer = kind.read(e, text);
  } catch (error) {
    return { state: "unread", correct: null, remark: error instanceof Error ? error.message : String(error) };
  }
  const found = kind.judge(e, answer);
  return { state: found.correct === null ? "kept" : found.correct ? "right" : "wrong", ...found };
}

/** @type {import("./shared/widget.js").Compute} */
function compute(p, data) {
  const { state, correct, remark } = verdict(data.exercise, p.answer);
  return { state: p.checked ? state : "empty", correct: p.checked ? correct : null, remark: p.checked ? remark : "" };
}

/**
 * The nearest widget of that kind above the exercise in the page, which says its figures and settings (widget.js).
 *
 * @param {Element} root
 * @param {string} name
 * @returns {(Element & {inception?: import("./shared/params.js").Values}) | undefined}
 */
function neighbour(root, name) {
  const before = [...document.querySelectorAll(`[data-class="${name}"]`)].filter(
    (e) => root.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING,
  );
  return before.at(-1);
}

/**
 * Writes a text into a field that does not hold it already: to write it again would move the cursor.
 *
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {string} text
 */
function write(field, text) {
  if (field.value !== text) field.value = text;
}

/** The part that takes the answer: {element, show(text)}; it calls answered(text). */
function field(e, uid, answered) {
  const describe = { "aria-describedby": `${uid}-said`, "data-lm-suppress-shortcuts": true };
  if (e.kind === "number") {
    const input = h("input", {
      type: "text",
      autocomplete: "off",
      size: 16,
      maxlength: 60,
      "data-control": "answer",
      "aria-label": "Your answer",
      ...describe,
      oninput: () => answered(input.value),
    });
    return {
      input,
      element: h("p", { class: "iw-answer" }, input, unitOf(e)),
      show: (text) => write(input, text),
    };
  }
  if (e.kind === "numbers") return table(e, answered, describe);
  if (e.kind === "choice") {
    const boxes = e.options.map(({ key }) =>
      h("input", {
        type: "radio",
        name: uid,
        value: key,
        "data-control": `option-${key}`,
        onchange: () => answered(key),
      }),
    );
    const labels = e.options.map(({ text }, i) => h("label", {}, boxes[i], h("span", {}, prose(text))));
    return {
      element: h("div", { class: "iw-options", role: "radiogroup", "aria-label": "Options", ...describe }, labels),
      show: (text) => {
        for (const box of boxes) box.checked = box.value === text;
      },
    };
  }
  if (e.kind === "text") {
    const area = h("textarea", {
      rows: 4,
      maxlength: 5000,
      "data-control": "answer",
      "aria-label": "Your answer",
      ...describe,
      oninput: () => answered(area.value),
    });
    return {
      element: h("p", { class: "iw-answer" }, area),
      show: (text) => write(area, text),
    };
  }
  return { element: h("p", { class: "iw-help" }, "Set the widget above, then check."), show: () => {} };
}

/** Fields below each other, or in a table where their keys say "row | column". */
function table(e, answered, describe) {
  const inputs = new Map();
  const tell = () =>
    answered(JSON.stringify(Object.fromEntries([...inputs].map(([key, input]) => [key, input.value]))));
  const cell = (key) => {
    if (!Object.hasOwn(e.fields, key)) return h("td", {}, e.given[key] ?? "");
    const input = h("input", {
      type: "text",
      autocomplete: "off",
      size: 9,
      maxlength: 60,
      "data-control": key,
      "aria-label": key.replace(" | ", ", "),
      ...describe,
      oninput: tell,
    });
    inputs.set(key, input);
    return h("td", {}, input, unitOf(e.fields[key]));
  };
  const keys = [...Object.keys(e.fields), ...Object.keys(e.given)];
  const grid = keys.every((key) => key.includes(" | "));
  const rows = [...new Set(keys.map((key) => key.split(" | ")[0]))];
  const columns = grid ? [...new Set(keys.map((key) => key.split(" | ")[1]))] : [];
  const element = h(
    "div",
    { class: "iw-tablewrap" },
    h(
      "table",
      { class: "iw-fields" },
      grid
        ? h(
            "thead",
            {},
            h(
              "tr",
              {},
              h("td", {}),
              columns.map((name) => h("th", { scope: "col" }, name)),
            ),
          )
        : null,
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, row),
            grid ? columns.map((column) => cell(`${row} | ${column}`)) : cell(row),
          ),
        ),
      ),
    ),
  );
  return {
    element,
    show(text) {
      const given = parsed(text);
      for (const [key, input] of inputs) {
        const value = Object.hasOwn(given, key) ? String(given[key]) : "";
        write(input, value);
      }
    },
  };
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const e = ui.data.exercise;
  const { id } = e;
  const answer = field(e, ui.uid, (text) => ui.set({ answer: text, checked: false }));
  const said = h("div", { class: "iw-said", role: "status", id: `${ui.uid}-said`, "data-value": "state" });
  const hints = h("ol", { class: "iw-hints", "aria-label": "Hints" });
  const check = h(
    "button",
    { type: "button", class: "iw-primary", "data-action": "check", onclick: () => attempt() },
    e.kind === "text" ? "Keep" : "Check",
  );
  const hint = h(
    "button",
    {
      type: "button",
      "data-action": "hint",
      onclick: () => ui.set({ hints: Math.min(ui.values.hints + 1, e.hints.length) }),
    },
    "Hint",
  );
  answer.input?.addEventListener("keydown", (event) => event.key === "Enter" && check.click());
  if (e.kind === "code")
    ui.stage.append(
      h("pre", { class: "iw-code", tabindex: "0", "aria-label": "What to start from" }, e.stub),
      h(
        "p",
        { class: "iw-help" },
        "Write it in the notebook; ",
        h("code", {}, `check("${id}", ${e.object})`),
        " tells what it does.",
      ),
    );
  else ui.stage.append(answer.element);
  ui.stage.append(
    h("div", { class: "iw-check" }, e.kind === "code" ? null : check, e.hints.length ? hint : null, said),
    hints,
  );

  function attempt() {
    let text = ui.values.answer;
    if (e.kind === "setting") {
      const found = ui.live ? ui.model.get("neighbour") : neighbour(ui.root, e.widget)?.inception;
      text = JSON.stringify(found ?? {});
    }
    const { state, correct } = verdict(e, text);
    const counts = state === "right" || state === "wrong" || state === "kept";
    ui.set({ answer: text, checked: true, attempts: ui.values.attempts + (counts ? 1 : 0) });
    if (counts && !ui.live) record(id, { case: e.case, answer: text, correct, attempts: ui.values.attempts });
  }

  if (!ui.live) {
    const before = entry(id);
    if (before && before.case === e.case && typeof before.answer === "string") {
      ui.quiet = true;
      ui.model.set("answer", before.answer);
      ui.model.set("attempts", Number.isSafeInteger(before.attempts) ? before.attempts : 1);
      ui.model.set("checked", true);
      ui.quiet = false;
    }
  }
  const SIGNS = { right: ["✓ Right. ", "iw-c"], wrong: ["✗ Not yet. ", "iw-b"], unread: ["", ""], kept: ["", ""] };
  return (p, figures) => {
    answer.show(p.answer);
    const [sign, color] = SIGNS[figures.state] ?? ["", ""];
    said.dataset.number = figures.state;
    said.replaceChildren(...(sign ? [h("strong", { class: color }, sign)] : []), ...prose(figures.remark));
    hint.disabled = p.hints >= e.hints.length;
    hint.textContent = p.hints ? "Next hint" : "Hint";
    hints.hidden = p.hints === 0;
    hints.replaceChildren(...e.hints.slice(0, p.hints).map((text) => h("li", {}, prose(text))));
  };
}

export default widget(compute, build);
