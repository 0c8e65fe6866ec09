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

// What scrolls by itself can be reached by keyboard. The theme would ask every block how large it is; here those are asked
// that come near the window, all of them before any is changed, so that the browser lays out no more than it shows.
document.addEventListener("DOMContentLoaded", () => {
  const blocks = document.querySelectorAll("pre, .cell_output > .output, .pst-scrollable-table-container");
  const near = new IntersectionObserver(
    (changes) => {
      const shown = changes.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target);
      const scrolls = shown.map((e) => e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight);
      for (const [i, block] of shown.entries()) {
        const stop = scrolls[i] ? "0" : "-1";
        if (block.getAttribute("tabindex") !== stop) block.setAttribute("tabindex", stop);
      }
    },
    { rootMargin: "50% 0px" },
  );
  const watch = () => {
    near.disconnect();
    for (const block of blocks) near.observe(block);
  };
  watch();
  addEventListener("resize", watch);
});

// The header's menus and tips are Bootstrap's, a quarter of what the front page would load. It comes with the reader's first
// move. A menu that is pressed before it is there is pressed again when it is.
document.addEventListener("DOMContentLoaded", () => {
  const waiting = /** @type {HTMLScriptElement} */ (document.querySelector('script[type="text/later"]'));
  const moves = ["pointermove", "pointerdown", "focusin", "keydown", "wheel", "click"];
  /** @type {HTMLElement | undefined} */
  let pressed;
  const press = (/** @type {Event} */ event) => {
    const menu = /** @type {Element} */ (event.target).closest('[data-bs-toggle="dropdown"]');
    if (!menu) return;
    event.stopImmediatePropagation();
    pressed = /** @type {HTMLElement} */ (menu);
  };
  const load = () => {
    for (const move of moves) removeEventListener(move, load, true);
    const script = document.createElement("script");
    script.src = waiting.src;
    script.addEventListener("load", () => {
      removeEventListener("click", press, true);
      pressed?.click();
    });
    document.body.append(script);
  };
  for (const move of moves) addEventListener(move, load, { capture: true, passive: true });
  addEventListener("click", press, true);
});
