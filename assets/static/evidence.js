/* Filters lists of evidence, and shows a card of evidence beside the link that leads to it. Nothing is fetched. */
(function () {
  "use strict";

  function filterList(list) {
    const form = list.querySelector("form");
    const search = form.querySelector("input");
    const choices = Array.from(form.querySelectorAll("select"));
    const output = form.querySelector("output");
    const cards = Array.from(list.querySelectorAll("li.entry"), (item) => ({
      item,
      text: item.textContent.toLowerCase(),
      values: choices.map((c) => item.dataset[c.dataset.facet].split("|")),
    }));

    function show() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const card of cards) {
        const fits =
          words.every((w) => card.text.includes(w)) &&
          choices.every((c, i) => c.value === "" || card.values[i].includes(c.value));
        card.item.hidden = !fits;
        if (fits) count += 1;
      }
      output.textContent =
        count === cards.length ? `${count} ${list.dataset.noun}` : `${count} of ${cards.length} ${list.dataset.noun}`;
    }

    // A link to a card that a filter hides must still arrive.
    function arrive() {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!target || !list.contains(target) || !target.hidden) return;
      form.reset();
      show();
      target.scrollIntoView();
    }

    form.addEventListener("submit", (e) => e.preventDefault());
    form.addEventListener("input", show);
    form.addEventListener("reset", () => setTimeout(show));
    window.addEventListener("hashchange", arrive);
    form.hidden = false;
  }

  function hoverCards() {
    const store = document.querySelector("template.peeks");
    if (!store) return;
    const box = document.createElement("div");
    box.id = "peek";
    box.className = "peek";
    box.setAttribute("role", "tooltip");
    box.hidden = true;
    document.body.append(box);
    let owner = null;
    let timer = 0;

    function hide() {
      clearTimeout(timer);
      if (owner) owner.removeAttribute("aria-describedby");
      owner = null;
      box.hidden = true;
    }

    function show(link) {
      clearTimeout(timer);
      if (link === owner) return;
      hide();
      const card = store.content.querySelector(`[data-for="${CSS.escape(link.getAttribute("href").split("/").pop())}"]`);
      if (!card) return;
      box.replaceChildren(...Array.from(card.childNodes, (n) => n.cloneNode(true)));
      owner = link;
      link.setAttribute("aria-describedby", box.id);
      box.hidden = false;
      // Beside the line of the link where the pointer is, inside the window.
      const at = link.getClientRects()[0];
      const left = Math.min(at.left, document.documentElement.clientWidth - box.offsetWidth - 8);
      const below = at.bottom + box.offsetHeight + 8 < window.innerHeight;
      box.style.left = `${Math.max(8, left) + window.scrollX}px`;
      box.style.top = `${(below ? at.bottom + 2 : at.top - box.offsetHeight - 2) + window.scrollY}px`;
    }

    // Hoverable, dismissable and lasting, as WCAG 1.4.13 asks: the card stays while the pointer is on it or its link.
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(hide, 200);
    };
    for (const link of document.querySelectorAll("a.evidence")) {
      if (link.hasAttribute("title")) link.removeAttribute("title"); // would cover the card with a second tooltip
      link.addEventListener("mouseenter", () => {
        clearTimeout(timer);
        timer = setTimeout(() => show(link), 150);
      });
      link.addEventListener("mouseleave", later);
      link.addEventListener("focus", () => show(link));
      link.addEventListener("blur", later);
    }
    box.addEventListener("mouseenter", () => clearTimeout(timer));
    box.addEventListener("mouseleave", later);
    document.addEventListener("keydown", (e) => {
      if (e.key === "Escape") hide();
    });
  }

  function start() {
    document.querySelectorAll(".entry-list").forEach(filterList);
    hoverCards();
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
