/* Starts reveal.js, and settles who gets a key: the deck, or the control that has the focus. Nothing is fetched. */
(function () {
  "use strict";

  const printing = /print-pdf/.test(location.search);

  /* What wants keys of its own: controls, links and marks, and boxes that scroll. */
  const HELD = "input, select, button, summary, .exhibit-view a, .mark, [tabindex]";
  const held = (target) => target instanceof Element && target.closest(".slide") && target.closest(HELD);

  const turnTheme = () => {
    const root = document.documentElement;
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  };

  /* Waits until figures.js has found its explorers: reveal.js moves slides about, and writes an address of its own. */
  function figuresReady() {
    const root = document.documentElement;
    if ("ready" in root.dataset) return null;
    return new Promise((resolve) => {
      new MutationObserver(resolve).observe(root, { attributeFilter: ["data-ready"] });
      setTimeout(resolve, 10000); // a deck without explorers is better than none
    });
  }

  async function start() {
    // A view that was sent on, #ID?ID.control=setting, opens on the slide of its explorer.
    const explorer = document.getElementById(location.hash.slice(1).split("?")[0]);
    await figuresReady();
    window.scrollTo(0, 0);
    await Reveal.initialize({
      width: 1280,
      height: 720,
      margin: 0,
      maxScale: 3,
      center: false,
      hash: true,
      history: false,
      transition: "none",
      backgroundTransition: "none",
      controlsTutorial: false,
      scrollActivationWidth: null,
      pdfMaxPagesPerSlide: 1,
      keyboardCondition: (event) => !(event.defaultPrevented || held(event.target)),
      keyboard: { 84: turnTheme },
      plugins: [RevealNotes],
    });
    Reveal.registerKeyboardShortcut("T", "Light or dark");
    const slide = explorer?.closest(".slides > section");
    if (slide) Reveal.slide(Array.from(slide.parentNode.children).indexOf(slide));
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (printing || !held(event.target)) return;
      const step = { PageDown: "next", PageUp: "prev" }[event.key];
      if (!step && event.key !== "Escape") return;
      // Remotes send these two keys: they turn the slide even while a slider has the focus.
      event.preventDefault();
      event.target.blur();
      if (step) Reveal[step]();
    },
    true,
  );

  // The focus stays behind on a slide that is gone from sight: take it away, so that keys reach the deck.
  Reveal.on("slidechanged", () => {
    const focused = document.activeElement;
    if (focused && focused !== document.body && !Reveal.getCurrentSlide().contains(focused)) focused.blur();
  });

  // Frames of explorers are packed, with addresses as on the pages of the book: corrected when one is reached for.
  for (const reach of ["pointerover", "focusin"]) {
    document.addEventListener(reach, (event) => {
      const link = event.target instanceof Element && event.target.closest('.slide a[href^="back/"]');
      if (link) link.setAttribute("href", `${document.body.dataset.book}/chapters/${link.getAttribute("href")}`);
    });
  }

  start();
})();
