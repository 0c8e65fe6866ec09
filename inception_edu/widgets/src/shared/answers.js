// What a reader has answered, kept by the browser on the reader's own machine and nowhere else. The same shape as the
// file answers.json that pages export and inception_edu.exercises.progress writes beside a notebook.

const KEY = "inception-edu/answers";
const FORMAT = "inception-edu answers";
const CHANGED = "inception-answers";

/**
 * What became of one exercise.
 * @typedef {object} Entry
 * @property {unknown} [case]
 * @property {unknown} [answer]
 * @property {unknown} [correct]
 * @property {unknown} [attempts]
 * @property {string} [at]
 *
 * @typedef {{format: string, version: number, student: string, answers: Record<string, Entry>}} Answers
 */

/** @returns {Answers} */
const empty = () => ({ format: FORMAT, version: 1, student: "", answers: {} });

/** @returns {Answers} all answers; none where the browser keeps nothing, or holds something else under our name. */
export function load() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return valid(found) ? found : empty();
  } catch {
    return empty();
  }
}

/**
 * Whether something read from elsewhere is a file of answers.
 *
 * @param {any} found
 * @returns {found is Answers}
 */
export function valid(found) {
  /** @param {unknown} value */
  const table = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  return table(found) && found.format === FORMAT && found.version === 1 && table(found.answers);
}

/**
 * Keep them; false where the browser does not allow it.
 *
 * @param {Answers} answers
 */
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

/**
 * The entry of one exercise, or null.
 *
 * @param {string} id
 */
export function entry(id) {
  const { answers } = load();
  return Object.hasOwn(answers, id) ? answers[id] : null;
}

/**
 * Keep an attempt, counted.
 *
 * @param {string} id
 * @param {Entry} attempt
 */
export function record(id, attempt) {
  const all = load();
  const at = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  return save({ ...all, answers: { ...all.answers, [id]: { ...attempt, at } } });
}

/**
 * Call `told` whenever answers change, here or in another tab; returns how to stop.
 *
 * @param {() => void} told
 */
export function follow(told) {
  addEventListener(CHANGED, told);
  addEventListener("storage", told);
  return () => {
    removeEventListener(CHANGED, told);
    removeEventListener("storage", told);
  };
}
