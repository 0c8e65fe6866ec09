// The table of settings (`_spec.params`, written by Python) read here: what is allowed, and how a link says it.

/** The nearest allowed value to `raw`, or undefined where it says nothing usable. */
export function coerce(param, raw) {
  switch (param.kind) {
    case "int":
    case "float": {
      const value = typeof raw === "string" && raw.trim() === "" ? NaN : Number(raw);
      if (Number.isNaN(value)) return undefined;
      const clamped = Math.min(Math.max(value, param.min), param.max);
      if (!param.step) return clamped;
      const steps = Math.round((clamped - param.min) / param.step);
      const stepped = Number((param.min + steps * param.step).toPrecision(12));
      return stepped > param.max ? Number((stepped - param.step).toPrecision(12)) : stepped;
    }
    case "bool":
      return { true: true, false: false, 1: true, 0: false }[String(raw)];
    case "text":
      return raw === null ? undefined : String(raw).slice(0, param.max);
    case "choice":
      if (raw === null && param.default === null) return null;
      return param.choices.map(([value]) => value).find((value) => String(value) === String(raw));
    case "choices": {
      const wanted = Array.isArray(raw) ? raw.map(String) : String(raw).split(",");
      return param.choices.map(([value]) => value).filter((value) => wanted.includes(String(value)));
    }
    case "number": {
      if (raw === null || String(raw).trim() === "") return null;
      const [above, below = "1", ...rest] = String(raw).replace(/[,\s_]/g, "").replace("−", "-").split("/");
      const value = above && below && !rest.length ? Number(above) / Number(below) : NaN;
      return Number.isFinite(value) ? value : undefined;
    }
  }
  return undefined;
}

/** Whether a setting matters at present: `when` names another setting and the values that call for this one. */
export function applies(param, values) {
  return !param.when || param.when[1].includes(values[param.when[0]]);
}

function entries() {
  return new URLSearchParams(location.hash.slice(1));
}

/** The settings that the page's address gives for the widget `id`; only those that exist, clamped. */
export function readLink(id, params) {
  const link = entries();
  const found = {};
  for (const param of params) {
    const raw = link.get(`${id}.${param.name}`);
    const value = raw === null ? undefined : coerce(param, raw);
    if (value !== undefined) found[param.name] = value;
  }
  return found;
}

/** The page's address with the settings of the widget `id` in its fragment, those of other widgets kept. */
export function makeLink(id, params, values) {
  const link = entries();
  for (const key of [...link.keys()]) if (!key.includes(".") || key.startsWith(`${id}.`)) link.delete(key);
  for (const param of params) link.set(`${id}.${param.name}`, String(values[param.name]));
  return `${location.href.split("#")[0]}#${link}`;
}
