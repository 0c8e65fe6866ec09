// What a reader has answered, kept by the browser on the reader's own machine and nowhere else. The same shape as the
// file answers.json that pages export and inception_edu.exercises.progress writes beside a notebook.

const KEY = "inception-edu/answers";
const FORMAT = "inception-edu answers";
const CHANGED = "inception-answers";

const empty = () => ({ format: FORMAT, version: 1, student: "", answers: {} });

/** All answers; none where the browser keeps nothing, or holds something else under our name. */
export function load() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return valid(found) ? found : empty();
  } catch {
    return empty();
  }
}

/** Whether something read from elsewhere is a file of answers. */
export function valid(found) {
  const table = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  return table(found) && found.format === FORMAT && found.version === 1 && table(found.answers);
}

/** Keep them; false where the browser does not allow it. */
export function save(answers) {
  let kept = true;
  try {
    localStorage.setItem(KEY, JSON.stringify(answers));
  } catch {
    kept = false;
  }
  dispatchEvent(new Event(CHANGED));
  return kept;
}

/** The entry of one exercise, or null. */
export function entry(id) {
  const { answers } = load();
  return Object.hasOwn(answers, id) ? answers[id] : null;
}

/** Keep an attempt, counted. */
export function record(id, attempt) {
  const all = load();
  all.answers[id] = { ...attempt, at: new Date().toISOString().replace(/\.\d+Z$/, "Z") };
  return save(all);
}

/** Call `told` whenever answers change, here or in another tab; returns how to stop. */
export function follow(told) {
  addEventListener(CHANGED, told);
  addEventListener("storage", told);
  return () => {
    removeEventListener(CHANGED, told);
    removeEventListener("storage", told);
  };
}
