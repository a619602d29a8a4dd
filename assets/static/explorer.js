/* Swaps the precomputed frames of an explorer when one of its controls moves. Nothing is fetched. */
(function () {
  "use strict";

  function key(controls) {
    return controls.map((c) => (c.type === "checkbox" ? Number(c.checked) : Number(c.value))).join("-");
  }

  function start(explorer) {
    const controls = Array.from(explorer.querySelectorAll("form input, form select"));
    const frame = explorer.querySelector(".explorer-frame");
    const finding = explorer.querySelector(".explorer-finding");
    const frames = new Map();
    for (const t of explorer.querySelectorAll("template[data-key]")) {
      frames.set(t.dataset.key, { body: t.content, finding: t.dataset.finding });
    }
    const first = document.createDocumentFragment();
    first.append(...Array.from(frame.childNodes, (n) => n.cloneNode(true)));
    frames.set(frame.dataset.key, { body: first, finding: finding.textContent });

    function show() {
      for (const c of controls) {
        if (c.type === "range") {
          const words = JSON.parse(c.dataset.names)[Number(c.value)];
          c.setAttribute("aria-valuetext", words);
          c.nextElementSibling.textContent = words;
        }
      }
      const wanted = key(controls);
      if (wanted === frame.dataset.key) return;
      const next = frames.get(wanted);
      frame.replaceChildren(next.body.cloneNode(true));
      frame.dataset.key = wanted;
      finding.textContent = next.finding; // role="status": read out when it changes
    }

    explorer.querySelector("form").addEventListener("submit", (e) => e.preventDefault());
    explorer.querySelector("fieldset").disabled = false;
    for (const c of controls) {
      c.addEventListener("input", show);
      c.addEventListener("change", show);
    }
    show(); // a browser may have kept an earlier setting across a reload
  }

  function all() {
    document.querySelectorAll(".explorer").forEach(start);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
})();
