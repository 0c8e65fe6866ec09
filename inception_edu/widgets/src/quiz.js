import { h, prose } from "./shared/dom.js";
import { coerce } from "./shared/params.js";
import { widget } from "./shared/widget.js";

/** {correct, told}: right or not (null without an answer), and what to say, as inception_edu.widgets.questions does. */
function mark(question, answer) {
  if (answer === null || answer.length === 0) return { correct: null, told: [] };
  if (question.kind === "numeric") {
    if (Math.abs(answer - question.answer) <= question.slack) return { correct: true, told: [question.feedback] };
    const mistake = question.mistakes.find(([value, slack]) => Math.abs(answer - value) <= slack);
    return { correct: false, told: [mistake ? mistake[2] : question.hint] };
  }
  if (question.kind === "single") {
    const { correct, feedback } = question.options.find(({ key }) => key === answer);
    return { correct, told: [feedback] };
  }
  const wrong = question.options.filter(({ key, correct }) => correct !== answer.includes(key));
  return { correct: !wrong.length, told: wrong.map(({ feedback }) => feedback) };
}

/** @type {import("./shared/widget.js").Compute} */
function compute(p, data) {
  /** @type {import("./shared/params.js").Values} */
  const figures = { asked: data.questions.length, answered: 0, score: 0 };
  for (const question of data.questions) {
    const { correct } = mark(question, p[question.name]);
    const shown = p.checked.includes(question.name) ? correct : null;
    figures.answered += Number(correct !== null);
    figures.score += Number(shown === true);
    figures[`${question.name}_correct`] = shown;
  }
  return figures;
}

/** The part of a question that takes the answer: {element, read(), show(answer, checked)}. */
function field(question, param, uid, answered) {
  if (question.kind === "numeric") {
    const input = h("input", {
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      size: 14,
      "data-control": question.name,
      "aria-labelledby": `${uid}-prompt`,
      "aria-describedby": `${uid}-said`,
      oninput: () => {
        const value = coerce(param, input.value);
        input.toggleAttribute("aria-invalid", value === undefined);
        answered(value ?? null);
      },
    });
    return {
      input,
      element: h("p", { class: "iw-answer" }, input, question.unit ? ` ${question.unit}` : null),
      show(answer) {
        if (coerce(param, input.value) !== answer && !input.hasAttribute("aria-invalid")) input.value = answer ?? "";
      },
    };
  }
  const single = question.kind === "single";
  const boxes = question.options.map(({ key }) =>
    h("input", {
      type: single ? "radio" : "checkbox",
      name: uid,
      value: key,
      onchange: () => {
        const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
        answered(single ? (chosen[0] ?? null) : chosen);
      },
    }),
  );
  const signs = boxes.map(() => h("span", { class: "iw-sign" }));
  return {
    element: h(
      "div",
      { class: "iw-options" },
      question.options.map(({ text }, i) => h("label", {}, boxes[i], h("span", {}, prose(text)), signs[i])),
    ),
    show(answer, checked) {
      question.options.forEach(({ key, correct }, i) => {
        boxes[i].checked = single ? answer === key : answer.includes(key);
        const judged = checked && (boxes[i].checked || (!single && correct));
        signs[i].textContent = !judged
          ? ""
          : boxes[i].checked === correct
            ? "✓ right"
            : boxes[i].checked
              ? "✗ not this"
              : "✗ missed";
        signs[i].className = `iw-sign ${boxes[i].checked === correct ? "iw-c" : "iw-b"}`;
      });
    },
  };
}

/** @type {import("./shared/widget.js").Build} */
function build(ui) {
  const { questions } = ui.data;
  const parts = questions.map((question, n) => {
    const uid = `${ui.uid}-${n}`;
    const param = ui.param(question.name);
    const without = () => ui.values.checked.filter((name) => name !== question.name);
    const answer = field(question, param, uid, (value) => ui.set({ [question.name]: value, checked: without() }));
    const said = h("div", { class: "iw-said", role: "status", id: `${uid}-said` });
    const check = h(
      "button",
      {
        type: "button",
        class: "iw-primary",
        "data-action": `check-${question.name}`,
        "aria-label": questions.length > 1 ? `Check answer ${n + 1}` : null,
        onclick: () =>
          ui.set({
            checked: questions
              .map(({ name }) => name)
              .filter((name) => name === question.name || ui.values.checked.includes(name)),
          }),
      },
      "Check",
    );
    answer.input?.addEventListener("keydown", (event) => event.key === "Enter" && !check.disabled && check.click());
    const prompt = [questions.length > 1 ? `${n + 1}. ` : "", prose(question.prompt)];
    const numeric = question.kind === "numeric";
    ui.stage.append(
      h(
        "div",
        { class: "iw-ask", "data-question": question.name },
        h(
          numeric ? "div" : "fieldset",
          { "data-control": numeric ? null : question.name },
          h(numeric ? "p" : "legend", { id: `${uid}-prompt`, class: "iw-prompt" }, prompt),
          question.kind === "multiple" ? h("p", { class: "iw-help" }, "Choose all that are right.") : null,
          answer.element,
          h("div", { class: "iw-check" }, check, said),
        ),
      ),
    );
    return { question, answer, said, check };
  });
  const total = h("p", { class: "iw-total", role: "status" }, ui.value("score"), ` of ${questions.length} right`);
  if (questions.length > 1) ui.stage.append(total);
  return (p) => {
    for (const { question, answer, said, check } of parts) {
      const { correct, told } = mark(question, p[question.name]);
      const checked = p.checked.includes(question.name) && correct !== null;
      answer.show(p[question.name], checked);
      check.disabled = correct === null;
      const words = checked
        ? [
            h("strong", { class: correct ? "iw-c" : "iw-b" }, correct ? "✓ Right. " : "✗ Not yet. "),
            told.filter(Boolean).flatMap((text) => [...prose(text), " "]),
          ]
        : answer.input?.hasAttribute("aria-invalid")
          ? ["Type a number, such as 12,288 or 18/25."]
          : [];
      said.replaceChildren(...words.flat());
    }
  };
}

export default widget(compute, build);
