// Who computes: a worker beside the page; the page itself, in slices, where no worker may be; or the kernel.
import { jobsOf } from "../engine/jobs.js";
import WORKER from "../engine/worker.js?worker";

/**
 * Ask for a job by its name: `take` is called with each answer. Resolves when all are given; to false where a later job
 * of the name, or `stop`, came between.
 *
 * @typedef {(name: string, question: any, take: (answer: any) => void) => Promise<boolean>} Ask
 *
 * @typedef {{ask: Ask, stop: (name: string) => void, end: () => void, where: string}} Computer
 */

/** Whose answers are still waited for. */
function desk() {
  /** @type {Map<number, {name: string, take: (answer: any) => void, settle: (done: boolean) => void, fail: (error: Error) => void}>} */
  const open = new Map();
  let serial = 0;
  return {
    open,
    /** @param {string} name @param {(answer: any) => void} take @param {(id: number) => void} send */
    add(name, take, send) {
      this.drop(name);
      return /** @type {Promise<boolean>} */ (
        new Promise((settle, fail) => {
          open.set(++serial, { name, take, settle, fail });
          send(serial);
        })
      );
    },
    /** @param {string} name */
    drop(name) {
      for (const [id, job] of open) {
        if (job.name !== name) continue;
        open.delete(id);
        job.settle(false);
      }
    },
    /** @param {{id: number, answer?: any, done?: boolean, error?: string}} message */
    hear({ id, answer, done, error }) {
      const job = open.get(id);
      if (!job) return;
      if (answer) job.take(answer);
      if (done || error) open.delete(id);
      if (done) job.settle(true);
      if (error) job.fail(new Error(error));
    },
  };
}

/** @param {import("../engine/jobs.js").About} about @returns {Promise<Computer>} */
async function besideThePage(about) {
  const { open, ...calls } = desk();
  const talk = Object.assign(calls, { open });
  const address = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
  const worker = new Worker(address);
  worker.onmessage = ({ data }) => talk.hear(data);
  const refused = new Promise((_, fail) => {
    worker.onerror = () => fail(new Error("no worker"));
  });
  /** @type {Ask} */
  const ask = (name, question, take) => talk.add(name, take, (id) => worker.postMessage({ id, name, question }));
  await Promise.race([ask("begin", about, () => {}), refused]);
  URL.revokeObjectURL(address);
  return {
    ask,
    stop(name) {
      talk.drop(name);
      worker.postMessage({ id: -1, name: "stop", question: name });
    },
    end: () => worker.terminate(),
    where: "a worker",
  };
}

/** @param {import("../engine/jobs.js").About} about @returns {Computer} */
function inThePage(about) {
  /** @type {Record<string, (question: any) => Generator<any>>} */
  const jobs = jobsOf(about);
  /** @type {Map<string, number>} */
  const latest = new Map();
  let serial = 0;
  return {
    async ask(name, question, take) {
      const id = ++serial;
      latest.set(name, id);
      for (const answer of jobs[name](question)) {
        if (answer) take(answer);
        await new Promise((go) => setTimeout(go));
        if (latest.get(name) !== id) return false;
      }
      return true;
    },
    stop: (name) => void latest.set(name, -1),
    end: () => latest.clear(),
    where: "the page",
  };
}

/** The network where it travels with the page. @param {import("../engine/jobs.js").About} about @returns {Promise<Computer>} */
export async function here(about) {
  try {
    return await besideThePage(about);
  } catch {
    return inThePage(about);
  }
}

/**
 * The kernel, asked by custom messages (inside.py answers them).
 *
 * @param {any} model anywidget's
 * @returns {Computer}
 */
export function kernel(model) {
  const talk = desk();
  /** @param {any} message @param {DataView[]} buffers */
  const hear = (message, buffers) => {
    const { answer } = message;
    buffers.forEach((buffer, i) => {
      const [path, kind] = message.buffers[i];
      const bytes = buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
      const values =
        kind === "bytes" ? new Uint8Array(bytes) : kind === "places" ? new Uint32Array(bytes) : new Float32Array(bytes);
      const last = path.at(-1);
      path.slice(0, -1).reduce((at, name) => at[name], answer)[last] = values;
    });
    for (const row of answer?.rows ?? []) if (row.bytes) row.data = spread(row);
    talk.hear(message);
  };
  model.on("msg:custom", hear);
  return {
    ask(name, { pixels, pictures, ...question }, take) {
      const sent = (pictures ?? [pixels]).map((/** @type {ArrayLike<number>} */ each) => Uint8Array.from(each).buffer);
      return talk.add(name, take, (id) => model.send({ id, name, question }, undefined, sent));
    },
    stop: (name) => talk.drop(name),
    end: () => model.off("msg:custom", hear),
    where: "the kernel",
  };
}

/** Maps that came as a byte a number, each channel between its own lowest and highest. */
function spread({ bytes, low, high }) {
  const places = bytes.length / low.length;
  return Float32Array.from(bytes, (value, i) => {
    const c = Math.floor(i / places);
    return low[c] + ((high[c] - low[c]) * value) / 255;
  });
}
