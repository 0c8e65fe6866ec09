// The search shows a summary of each page that it finds, and fetches the pages for that; a page opened from a folder
// may not fetch another, so there it shows the titles alone.
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
