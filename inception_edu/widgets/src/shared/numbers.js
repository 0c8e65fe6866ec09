// Numbers as people write them, read as inception_edu.exercises.numbers reads them; one table of examples tests both.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺";
const LETTERS = new Map([
  ["%", 0.01],
  ["‰", 0.001],
  ["k", 1e3],
  ["K", 1e3],
  ["M", 1e6],
  ["m", 1e6],
  ["G", 1e9],
  ["B", 1e9],
]);
const NUMBER = "[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d{1,3})?";
const VALUE = new RegExp(`^(${NUMBER})(?:/(${NUMBER}))?(?:\\*10\\^?([+-]?\\d{1,3}))?([%‰kKMmGB])?$`);
const LONGEST = 60;

/**
 * Commas that set thousands apart go, a decimal comma becomes a point.
 *
 * @param {string} text
 */
function withoutCommas(text) {
  if (/^[+-]?[1-9]\d{0,2}(?:,\d{3})+(?![\d,])/.test(text)) return text.replaceAll(",", "");
  return text.split(",").length === 2 && !text.includes(".") ? text.replace(",", ".") : text;
}

/**
 * The number that a text says; throws an Error whose message says how a number may be written.
 * @param {string} text
 * @param {string} [unit] a word that may follow and means nothing
 * @returns {number}
 */
export function readNumber(text, unit = "") {
  if (!text.trim()) throw new Error("write a number, such as 1234, 0.286, 2/7 or 28.6 %");
  if ([...text].length > LONGEST) throw new Error(`that is too long for a number: at most ${LONGEST} signs`);
  let plain = text;
  if (text.includes("10")) {
    plain = [...text].map((c) => (SUPERSCRIPTS.includes(c) ? "0123456789-+"[SUPERSCRIPTS.indexOf(c)] : c)).join("");
  }
  plain = plain
    .replace(/[\s\u00a0\u2009\u202f_']+/g, "")
    .replace(/[−–]/g, "-")
    .replace(/[×·∗]/g, "*")
    .replace(/[⁄∕÷]/g, "/");
  for (const name of [unit, unit.replace(/s+$/, "")]) {
    const word = name.replace(/[\s\u00a0\u2009\u202f_']+/g, "");
    if (word && plain.toLowerCase().endsWith(word.toLowerCase())) {
      plain = plain.slice(0, -word.length);
      break;
    }
  }
  const found = VALUE.exec(withoutCommas(plain));
  if (!found)
    throw new Error(`“${text.trim().replace(/\s+/g, " ")}” is not a number: write it as 1234, 0.286, 2/7 or 28.6 %`);
  const [, above, below, exponent, letter] = found;
  let value = Number(above) * 10 ** Number(exponent ?? 0) * (LETTERS.get(letter) ?? 1);
  if (below !== undefined) {
    if (Number(below) === 0) throw new Error("a fraction cannot have 0 below its line");
    value /= Number(below);
  }
  if (!Number.isFinite(value)) throw new Error("that number is too large");
  return Number(value.toPrecision(15));
}
