// Appendix A: show the claims that hold the words, have the verdict and come from the source.
document.addEventListener("DOMContentLoaded", () => {
  const forms = /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll(".claims-filter"));
  for (const form of forms) {
    const table = /** @type {HTMLTableElement} */ (form.nextElementSibling);
    const count = /** @type {HTMLOutputElement} */ (form.querySelector("output"));
    const rows = [...table.tBodies[0].rows];
    form.hidden = false;
    const filter = () => {
      const asked = new FormData(form);
      const [words, verdict, source] = ["words", "verdict", "source"].map((name) => String(asked.get(name)));
      const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) {
        const text = (row.textContent ?? "").toLowerCase();
        const { verdict: judged, source: from } = row.dataset;
        const right = (!verdict || judged === verdict) && (!source || from === source);
        row.hidden = !(right && wanted.every((word) => text.includes(word)));
      }
      count.value = `${rows.filter((row) => !row.hidden).length} of ${rows.length}`;
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
  }
});
