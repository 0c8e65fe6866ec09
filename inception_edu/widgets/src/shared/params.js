// The table of settings (`_spec.params`, written by Python) read here: what is allowed, and how a link says it.

/**
 * A row of the table: inception_edu.widgets.params.Param.
 *
 * @typedef {object} Param
 * @property {string} name
 * @property {"int" | "float" | "bool" | "choice" | "choices" | "number" | "text"} kind
 * @property {any} default
 * @property {string} label
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {[any, string][]} [choices] pairs of value and label
 * @property {string} [unit]
 * @property {[string, any[]]} [when] another setting, and its values that call for this one
 * @property {string} [limit] the figure that bounds it at present
 * @property {string} [scale] "log" where equal ways of the slider are equal ratios
 * @property {boolean} control
 *
 * Settings or figures by name. What a name holds, Python says.
 * @typedef {Record<string, any>} Values
 */

const FLAGS = new Map(Object.entries({ true: true, false: false, 1: true, 0: false }));

/**
 * What each kind of setting makes of a value from outside: the nearest allowed one, or undefined.
 *
 * @type {Record<Param["kind"], (param: Param, raw: any) => any>}
 */
const READERS = {
  int: real,
  float: real,
  bool: (_, raw) => FLAGS.get(String(raw)),
  choice({ choices = [], default: start }, raw) {
    if (raw === null && start === null) return null;
    return choices.map(([value]) => value).find((value) => String(value) === String(raw));
  },
  choices({ choices = [] }, raw) {
    const wanted = Array.isArray(raw) ? raw.map(String) : String(raw).split(",");
    return choices.map(([value]) => value).filter((value) => wanted.includes(String(value)));
  },
  number(_, raw) {
    if (raw === null || String(raw).trim() === "") return null;
    const plain = String(raw)
      .replace(/[,\s_]/g, "")
      .replace("−", "-");
    const [above, below = "1", ...rest] = plain.split("/");
    const value = above && below && !rest.length ? Number(above) / Number(below) : NaN;
    return Number.isFinite(value) ? value : undefined;
  },
  text: ({ max }, raw) => (raw === null ? undefined : [...String(raw)].slice(0, max).join("")),
};

/** @param {Param} param @param {any} raw */
function real({ min = -Infinity, max = Infinity, step = 0 }, raw) {
  const value = typeof raw === "string" && raw.trim() === "" ? NaN : Number(raw);
  if (Number.isNaN(value)) return undefined;
  const clamped = Math.min(Math.max(value, min), max);
  if (!step) return clamped;
  const stepped = Number((min + Math.round((clamped - min) / step) * step).toPrecision(12));
  return stepped > max ? Number((stepped - step).toPrecision(12)) : stepped;
}

/**
 * The nearest allowed value to `raw`, or undefined where it says nothing usable.
 *
 * @param {Param} param
 * @param {any} raw
 */
export function coerce(param, raw) {
  return READERS[param.kind](param, raw);
}

/**
 * Whether a setting matters at present.
 *
 * @param {Param} param
 * @param {Values} values
 */
export function applies(param, values) {
  return !param.when || param.when[1].includes(values[param.when[0]]);
}

function entries() {
  return new URLSearchParams(location.hash.slice(1));
}

/**
 * The settings that the page's address gives for the widget `id`; only those that exist, clamped.
 *
 * @param {string} id
 * @param {Param[]} params
 * @returns {Values} an object without a prototype, so that a name finds a setting or nothing
 */
export function readLink(id, params) {
  const link = entries();
  const found = Object.create(null);
  for (const param of params) {
    const raw = link.get(`${id}.${param.name}`);
    const value = raw === null ? undefined : coerce(param, raw);
    if (value !== undefined) found[param.name] = value;
  }
  return found;
}

/**
 * The page's address with the settings of the widget `id` in its fragment, those of other widgets kept.
 *
 * @param {string} id
 * @param {Param[]} params
 * @param {Values} values
 */
export function makeLink(id, params, values) {
  const link = entries();
  for (const key of [...link.keys()]) if (!key.includes(".") || key.startsWith(`${id}.`)) link.delete(key);
  for (const param of params) link.set(`${id}.${param.name}`, String(values[param.name]));
  return `${location.href.split("#")[0]}#${link}`;
}
