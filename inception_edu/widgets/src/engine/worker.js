// A worker of its own: it is told the network once and then a job at a time. A later job of a name makes an earlier one
// of that name stale.
import { jobsOf } from "./jobs.js";

/** @type {Record<string, (question: any) => Generator<any>>} */
let jobs;
/** @type {Map<string, number>} the latest job of each name */
const latest = new Map();
const pause = () => new Promise((go) => setTimeout(go));

addEventListener("message", async ({ data: { id, name, question } }) => {
  try {
    if (name === "begin") {
      jobs = jobsOf(question);
      postMessage({ id, done: true });
      return;
    }
    latest.set(name, id);
    if (name === "stop") {
      latest.set(question, id);
      return;
    }
    for (const answer of jobs[name](question)) {
      if (!answer) continue;
      postMessage({ id, answer });
      await pause(); // so that word of a later job can come in
      if (latest.get(name) !== id) return;
    }
    postMessage({ id, done: true });
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
});
