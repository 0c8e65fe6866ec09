// The search shows a summary of each page that it finds, and fetches the pages for that; a page opened from a folder
// may not fetch another, so there it shows the titles alone.
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}

// Appendix A: show the claims that hold the words, have the verdict and come from the source.
document.addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll(".claims-filter")) {
    const rows = [...form.nextElementSibling.querySelectorAll("tbody tr")];
    form.hidden = false;
    const filter = () => {
      const { words, verdict, source } = Object.fromEntries(new FormData(form));
      const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        const { verdict: judged, source: from } = row.dataset;
        const right = (!verdict || judged === verdict) && (!source || from === source);
        row.hidden = !(right && wanted.every((word) => text.includes(word)));
        shown += !row.hidden;
      }
      form.querySelector("output").value = `${shown} of ${rows.length}`;
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
  }
});
