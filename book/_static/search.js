// The search page: finds the sections that hold all the words, best first, and shows where. The book is small enough
// to be read through at each question, so there is no index: words, numbers and names are found as they are written.
// BOOK_SECTIONS (address, page, section, text) comes from search_text.js, which book/_ext/search.py writes.

/** @typedef {[address: string, page: string, title: string, text: string]} Written */
/** @typedef {{address: string, page: string, title: string, text: string, plain: string, name: string}} Section */

const MOST = 60;
const AROUND = 90; // characters of an excerpt before and behind the word

/**
 * As it is compared, sign for sign of the same length: small letters, 3x3 and 3×3 one word, every blank a space.
 * @param {string} text
 */
const plainly = (text) =>
  text
    .toLowerCase()
    .replace(/[ \u00a0\u202f\u2009]/g, " ")
    .replace(/(?<=\d)x(?=\d)/g, "×");

/** The words of a question; what stands between quotation marks is one. @param {string} question */
const wordsOf = (question) =>
  [...plainly(question).matchAll(/"([^"]+)"|[^\s"]+/g)]
    .map((match) => (match[1] ?? match[0]).replace(/^[,;:.!?()]+|[,;:.!?()]+$/g, ""))
    .filter(Boolean);

/** Finds a word where a word begins; a number where no other digit stands before or behind. @param {string} word */
function finder(word) {
  const letters = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/(?<=\d),?(?=(\d{3})+$)/g, "[,\u202f]?");
  return /^\d/.test(word)
    ? new RegExp(`(?<![\\d.,])${letters}(?![\\d]|[.,]\\d)`, "gu")
    : new RegExp(`(?<![\\p{L}\\p{N}])${letters}`, "gu");
}

/** How well a section answers: 0 where a word is missing. @param {Section} section @param {RegExp[]} finders */
function score({ plain, name }, finders) {
  let total = 0;
  for (const find of finders) {
    const inText = (plain.match(find) ?? []).length;
    const inName = (name.match(find) ?? []).length;
    if (!inText && !inName) return 0;
    total += 5 * Math.min(inName, 1) + Math.log1p(inText) + 1;
  }
  return total;
}

/** The text around the first place where most words stand together. @param {Section} section @param {RegExp[]} finders */
function excerpt({ text, plain }, finders) {
  const places = finders.flatMap((find) => [...plain.matchAll(find)].map(({ index }) => index));
  const near = (place) => finders.filter((find) => plain.slice(place, place + 2 * AROUND).search(find) >= 0).length;
  const best = places.reduce((one, other) => (near(other) > near(one) ? other : one), places[0] ?? 0);
  const from = Math.max(0, best - AROUND);
  const start = from && text.indexOf(" ", from) + 1;
  const end = best + 2 * AROUND < text.length ? text.lastIndexOf(" ", best + 2 * AROUND) : text.length;
  return { start, end: Math.max(end, best) };
}

/** A line of text whose words are marked. @param {string} text @param {RegExp[]} finders */
function marked(text, finders) {
  const line = document.createElement("p");
  const plain = plainly(text);
  const places = finders
    .flatMap((find) => [...plain.matchAll(find)].map((match) => [match.index, match.index + match[0].length]))
    .sort(([a], [b]) => a - b);
  let at = 0;
  for (const [from, to] of places) {
    if (from < at) continue;
    const mark = document.createElement("mark");
    mark.textContent = text.slice(from, to);
    line.append(text.slice(at, from), mark);
    at = to;
  }
  line.append(text.slice(at));
  return line;
}

/** One section that was found. @param {Section} section @param {RegExp[]} finders */
function item(section, finders) {
  const entry = document.createElement("li");
  const link = entry.appendChild(document.createElement("a"));
  link.href = section.address;
  link.textContent = section.title;
  if (section.page !== section.title) {
    const where = entry.appendChild(document.createElement("span"));
    where.className = "search-page";
    where.textContent = section.page;
  }
  if (section.text) {
    const { start, end } = excerpt(section, finders);
    const line = marked(section.text.slice(start, end), finders);
    if (start) line.prepend("… ");
    if (end < section.text.length) line.append(" …");
    entry.append(line);
  }
  return entry;
}

document.addEventListener("DOMContentLoaded", () => {
  const written = /** @type {{BOOK_SECTIONS?: Written[]}} */ (window).BOOK_SECTIONS ?? [];
  /** @type {Section[]} */
  const sections = written.map(([address, page, title, text]) => {
    return { address, page, title, text, plain: plainly(text), name: plainly(title) };
  });
  const out = /** @type {HTMLElement} */ (document.getElementById("search-results"));
  const status = out.appendChild(document.createElement("p"));
  status.setAttribute("role", "status");
  const list = out.appendChild(document.createElement("ul"));
  list.className = "search";
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('input[name="q"]'));

  /** @param {string} question */
  function answer(question) {
    const finders = wordsOf(question).map(finder);
    const found = sections
      .map((section) => ({ section, points: finders.length ? score(section, finders) : 0 }))
      .filter(({ points }) => points)
      .sort((one, other) => other.points - one.points);
    list.replaceChildren(...found.slice(0, MOST).map(({ section }) => item(section, finders)));
    const shown = found.length > MOST ? `; the first ${MOST} are shown` : "";
    if (!finders.length) status.textContent = "";
    else if (found.length) status.textContent = `${found.length} section${found.length > 1 ? "s" : ""}${shown}.`;
    else
      status.textContent =
        "No section has all of these words. Fewer words find more; quotation marks keep words together.";
  }

  const question = new URLSearchParams(location.search).get("q") ?? "";
  for (const field of fields) {
    field.value = question;
    field.addEventListener("input", () => answer(field.value));
  }
  answer(question);
});
