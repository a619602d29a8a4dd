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
      timeline?.draw();
    }

    // A link to a card that a filter hides must still arrive.
    function arrive() {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!target || !list.contains(target) || !target.hidden) return;
      form.reset();
      show();
      target.scrollIntoView();
    }

    const place = list.querySelector(".entry-timeline");
    const timeline = place && drawTimeline(place, cards.map((card) => card.item));
    form.addEventListener("submit", (e) => e.preventDefault());
    form.addEventListener("input", show);
    form.addEventListener("reset", () => setTimeout(show));
    window.addEventListener("hashchange", arrive);
    form.hidden = false;
  }

  const SVG = "http://www.w3.org/2000/svg";
  const SHAPES = { cooperation: "M-4 3.5L0-4 4 3.5Z", conflict: "M-4-3.5L0 4 4-3.5Z", neutral: "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0" };

  function element(name, attributes, parent) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    parent.append(made);
    return made;
  }

  /* Years, as many as have room; the quarters of up to three years. */
  function ticks(from, to, width) {
    const span = to - from + 1;
    const every = Math.ceil((span * 44) / width);
    if (span > 3 || width < span * 176) {
      return Array.from({ length: Math.ceil(span / every) }, (_, i) => [Date.UTC(from + i * every, 0, 1), from + i * every]);
    }
    return Array.from({ length: span * 4 }, (_, i) => [Date.UTC(from, 3 * i, 1), [from + i / 4, "Apr", "Jul", "Oct"][i % 4]]);
  }

  /* A timeline of the cards that are not hidden, in lanes, for the years asked for. Marks of one place are stacked. */
  function drawTimeline(place, items) {
    const lanes = JSON.parse(place.dataset.lanes);
    const box = place.querySelector(".exhibit-view");
    const [from, to] = place.querySelectorAll("select");
    const marks = items.map((item) => {
      const [lane, tone, firm] = item.dataset.mark.split("|");
      const head = item.querySelector(".entry-head");
      return { item, lane, tone, firm, day: new Date(item.querySelector("time").dateTime), head };
    });
    const years = marks.map((m) => m.day.getUTCFullYear());
    const [first, last] = [Math.min(...years), Math.max(...years)];
    for (let year = first; year <= last; year += 1) {
      from.add(new Option(year, year, year === first));
      to.add(new Option(year, year, year === last, year === last));
    }

    function draw() {
      const begin = Date.UTC(Number(from.value), 0, 1);
      const end = Date.UTC(Number(to.value) + 1, 0, 1);
      const width = box.clientWidth;
      if (!width) return;
      const [left, right] = [8, width - 8];
      const x = (day) => left + ((day - begin) / (end - begin)) * (right - left);
      const shown = marks.filter((m) => !m.item.hidden && m.day >= begin && m.day < end).sort((a, b) => a.day - b.day);
      const drawing = document.createElementNS(SVG, "svg");
      let top = 4;
      for (const [lane, label] of Object.entries(lanes)) {
        const here = shown.filter((m) => m.lane === lane);
        const stacks = new Map();
        for (const m of here) {
          m.column = Math.round(x(m.day) / 9);
          m.level = stacks.get(m.column) ?? 0;
          stacks.set(m.column, m.level + 1);
        }
        const deepest = Math.max(1, ...stacks.values());
        const step = Math.min(9, 150 / deepest);
        const foot = top + 22 + deepest * step;
        element("text", { x: left, y: top + 12, "font-size": 12 }, drawing).textContent = `${label} (${here.length})`;
        element("line", { x1: left, x2: right, y1: foot, y2: foot, stroke: "currentColor", "stroke-opacity": 0.4 }, drawing);
        for (const m of here) {
          const link = element("a", { href: `#${m.item.id}` }, drawing);
          const at = `translate(${Math.max(left, m.column * 9)} ${foot - 5 - m.level * step})`;
          element("path", { d: SHAPES[m.tone], transform: at, class: `mark-${m.tone} mark-${m.firm}` }, link);
          const words = `${m.head.textContent.trim()}: ${m.item.querySelector(".entry-body").textContent}`;
          element("title", {}, link).textContent = words;
        }
        top = foot + 4;
      }
      for (const [day, words] of ticks(Number(from.value), Number(to.value), width)) {
        element("line", { x1: x(day), x2: x(day), y1: top, y2: top + 4, stroke: "currentColor" }, drawing);
        element("text", { x: x(day) + 2, y: top + 16, "font-size": 12 }, drawing).textContent = words;
      }
      drawing.setAttribute("viewBox", `0 0 ${width} ${top + 22}`);
      drawing.setAttribute("role", "group");
      drawing.setAttribute("aria-label", `Timeline of ${shown.length} events from ${from.value} to ${to.value}`);
      box.replaceChildren(drawing);
      box.dispatchEvent(new CustomEvent("drawn", { bubbles: true })); // figures.js adds details on hover and focus
    }

    const form = place.querySelector("form");
    form.addEventListener("submit", (e) => e.preventDefault());
    form.addEventListener("reset", () => setTimeout(draw));
    from.addEventListener("change", () => {
      if (Number(from.value) > Number(to.value)) to.value = from.value;
      draw();
    });
    to.addEventListener("change", () => {
      if (Number(from.value) > Number(to.value)) from.value = to.value;
      draw();
    });
    window.addEventListener("resize", draw);
    place.hidden = false;
    draw();
    return { draw };
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
      placeBeside(box, link.getClientRects()[0]); // the line of the link where it begins
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
