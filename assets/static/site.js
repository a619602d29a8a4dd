/* What a page does before it is painted, and what the theme would do by script inside the page, where none may stand. */
(function () {
  "use strict";

  const root = document.documentElement;
  // Storage is refused to pages by some settings of privacy; the page then follows the system.
  let kept = {};
  try {
    kept = { mode: localStorage.getItem("mode"), theme: localStorage.getItem("theme") };
  } catch (error) {
    if (error.name !== "SecurityError") throw error;
  }
  root.dataset.mode = kept.mode || "auto";
  root.dataset.theme = kept.theme || "auto";

  document.addEventListener("DOMContentLoaded", () => {
    // A page opened from a folder may not read others for excerpts; without them the search works.
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== "file:";
    document.querySelectorAll("button[data-print]").forEach((b) => b.addEventListener("click", () => window.print()));
    const search = document.querySelector(".bd-search-container form.bd-search input");
    if (search) search.select();
  });
})();
