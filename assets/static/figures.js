/* Explorers (frames that follow their controls), details of marks, downloads of drawings, self-checks. Nothing is fetched. */
(function () {
  "use strict";

  // --- Explorers -----------------------------------------------------------------------------------------------------

  const explorers = [];
  const slug = (words) => words.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  const setting = (c) => (c.type === "checkbox" ? Number(c.checked) : Number(c.value));
  const names = (c) => JSON.parse(c.dataset.names);

  function put(control, value) {
    if (control.type === "checkbox") control.checked = Boolean(value);
    else control.value = String(value);
  }

  /* Unpacks the frames: all that they are made of travels compressed (zlib, in base64). */
  async function unpacked(root) {
    if (!("DecompressionStream" in window)) {
      root.querySelector(".explorer-finding").append(" (Its controls need a newer browser: this is their first setting.)");
      return null;
    }
    const packed = JSON.parse(root.querySelector(".explorer-frames").textContent);
    const bytes = Uint8Array.from(atob(packed.pieces), (c) => c.charCodeAt(0));
    const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return { frames: packed.frames, pieces: await new Response(text).json() };
  }

  /* Makes a frame: the numbers of its pieces of markup, where "3-7" stands for five in a row. */
  function markup(pieces, numbers) {
    return numbers
      .split(" ")
      .map((run) => {
        const [from, to] = run.split("-").map(Number);
        return pieces.slice(from, (to ?? from) + 1).join("");
      })
      .join("");
  }

  function start(root, packed) {
    const controls = Array.from(root.querySelectorAll("form [data-names]"));
    const frame = root.querySelector(".explorer-frame");
    const finding = root.querySelector(".explorer-finding");
    const first = controls.map(setting);

    function show() {
      for (const c of controls) {
        if (c.type !== "range") continue;
        const words = names(c)[setting(c)];
        c.setAttribute("aria-valuetext", words);
        root.querySelector(`output[for="${c.id}"]`).textContent = words;
      }
      const wanted = controls.map(setting).join("-");
      if (wanted === frame.dataset.key) return;
      const [words, numbers] = packed.frames[wanted];
      frame.innerHTML = markup(packed.pieces, numbers);
      frame.dataset.key = wanted;
      finding.textContent = words; // role="status": read out when it changes
      dress(frame);
    }

    function set(values) {
      controls.forEach((c, i) => put(c, values[i]));
      show();
    }

    const explorer = { root, controls, first, show, set };
    explorers.push(explorer);
    root.querySelector("form").addEventListener("submit", (e) => e.preventDefault());
    root.querySelector("fieldset").disabled = false;
    for (const c of controls) {
      c.addEventListener("input", () => {
        show();
        moveLinked(c);
      });
      c.addEventListener("change", () => remember(explorer));
    }
    for (const button of root.querySelectorAll(".explorer-play")) play(button, explorer);
    show(); // a browser may have kept an earlier setting across a reload
  }

  /* Controls of one page with the same link follow one another, where they offer the same words. */
  function moveLinked(control) {
    if (!control.dataset.link) return;
    const words = names(control)[setting(control)];
    for (const explorer of explorers) {
      for (const c of explorer.controls) {
        const at = c !== control && c.dataset.link === control.dataset.link ? names(c).indexOf(words) : -1;
        if (at < 0 || at === setting(c)) continue;
        put(c, at);
        explorer.show();
      }
    }
  }

  function play(button, explorer) {
    const control = document.getElementById(button.dataset.for);
    const finding = explorer.root.querySelector(".explorer-finding");
    let timer = 0;

    function stop() {
      clearInterval(timer);
      if (timer) remember(explorer);
      timer = 0;
      button.textContent = "Play";
      finding.setAttribute("role", "status");
    }
    function step() {
      control.stepUp();
      control.dispatchEvent(new Event("input", { bubbles: true }));
      if (control.value === control.max) stop();
    }
    button.addEventListener("click", () => {
      if (timer) return stop();
      if (control.value === control.max) {
        control.value = control.min;
        control.dispatchEvent(new Event("input", { bubbles: true }));
      }
      button.textContent = "Pause";
      finding.removeAttribute("role"); // not read out at every step
      timer = setInterval(step, 1200);
    });
    control.addEventListener("pointerdown", stop);
    control.addEventListener("keydown", stop);
    document.addEventListener("visibilitychange", () => document.hidden && timer && stop());
  }

  // --- The address of a view: #ID?ID.control=setting&... -----------------------------------------------------------------

  function remember(latest) {
    const moved = [latest, ...explorers.filter((e) => e !== latest)].flatMap((e) =>
      e.controls
        .filter((c, i) => setting(c) !== e.first[i])
        .map((c) => `${e.root.id}.${c.name}=${encodeURIComponent(slug(names(c)[setting(c)]))}`),
    );
    const address = moved.length ? `#${latest.root.id}?${moved.join("&")}` : `#${latest.root.id}`;
    history.replaceState(null, "", address);
  }

  function restore() {
    const [id, query] = location.hash.slice(1).split("?");
    if (query === undefined) return;
    const wanted = new URLSearchParams(query);
    const unknown = [];
    for (const explorer of explorers) {
      explorer.controls.forEach((c, i) => {
        const words = wanted.get(`${explorer.root.id}.${c.name}`);
        const at = words === null ? explorer.first[i] : names(c).map(slug).indexOf(words);
        if (at < 0) unknown.push(words);
        else put(c, at);
      });
      explorer.show();
    }
    const target = explorers.find((e) => e.root.id === id);
    if (!target) return;
    target.root.scrollIntoView();
    if (unknown.length) {
      target.root.querySelector(".explorer-finding").textContent =
        `The address asks for a setting that this edition does not have (${unknown.join(", ")}).`;
    }
  }

  // On paper the first setting stands, as the printed note says.
  let screen = [];
  window.addEventListener("beforeprint", () => {
    screen = explorers.map((e) => e.controls.map(setting));
    explorers.forEach((e) => e.set(e.first));
  });
  window.addEventListener("afterprint", () => explorers.forEach((e, n) => e.set(screen[n])));

  // --- Details of marks ----------------------------------------------------------------------------------------------------

  /* Puts a box under or over what it speaks of, inside the window. evidence.js places its cards by it too. */
  window.placeBeside = function (box, at) {
    const left = Math.min(at.left, document.documentElement.clientWidth - box.offsetWidth - 8);
    const below = at.bottom + box.offsetHeight + 8 < window.innerHeight;
    box.style.left = `${Math.max(8, left) + window.scrollX}px`;
    box.style.top = `${(below ? at.bottom + 2 : at.top - box.offsetHeight - 2) + window.scrollY}px`;
  };

  const tip = document.createElement("div");
  tip.className = "peek";
  tip.id = "mark-details";
  tip.hidden = true;

  function details(mark) {
    tip.textContent = mark.dataset.details;
    tip.hidden = false;
    placeBeside(tip, mark.getBoundingClientRect());
  }

  const marksOf = (drawing) => Array.from(drawing.querySelectorAll("a, .mark"));

  /* One stop for the Tab key per drawing; arrow keys walk from mark to mark, in the order of reading. */
  function dress(place) {
    for (const drawing of place.querySelectorAll(".exhibit-view svg")) {
      const marks = marksOf(drawing);
      const twins = drawing.classList.contains("narrow") ? marksOf(drawing.parentNode.querySelector(".wide")) : marks;
      marks.forEach((mark, i) => {
        const title = mark.querySelector("title");
        mark.dataset.details = title ? title.textContent : (twins[i]?.dataset.details ?? "");
        mark.setAttribute("aria-label", mark.dataset.details);
        if (title) title.remove(); // would show a second tooltip
        mark.setAttribute("tabindex", i ? "-1" : "0");
        mark.addEventListener("pointerenter", () => details(mark));
        mark.addEventListener("pointerleave", () => (tip.hidden = true));
        mark.addEventListener("focus", () => details(mark));
        mark.addEventListener("blur", () => (tip.hidden = true));
        mark.addEventListener("keydown", (e) => {
          const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
          const to = e.key === "Home" ? 0 : e.key === "End" ? marks.length - 1 : step ? i + step : -1;
          if (!marks[to]) return;
          e.preventDefault();
          mark.setAttribute("tabindex", "-1");
          marks[to].setAttribute("tabindex", "0");
          marks[to].focus();
        });
      });
    }
  }

  // --- Downloads of drawings -------------------------------------------------------------------------------------------------

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  /* The drawing shown, as a file of its own: colours and font of the page written into it. */
  function standalone(figure) {
    const shown = Array.from(figure.querySelectorAll(".exhibit-view svg")).find((s) => s.getClientRects().length);
    const copy = shown.cloneNode(true);
    const look = getComputedStyle(shown);
    copy.setAttribute("style", `${copy.getAttribute("style")};color:${look.color};font-family:${look.fontFamily}`);
    const sheet = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    sheet.setAttribute("width", "100%");
    sheet.setAttribute("height", "100%");
    sheet.setAttribute("fill", getComputedStyle(document.body).backgroundColor);
    copy.prepend(sheet);
    return new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" });
  }

  function picture(figure, name) {
    const image = new Image();
    const address = URL.createObjectURL(standalone(figure));
    image.onload = () => {
      const sheet = document.createElement("canvas");
      sheet.width = 2 * image.width;
      sheet.height = 2 * image.height;
      sheet.getContext("2d").drawImage(image, 0, 0, sheet.width, sheet.height);
      sheet.toBlob((blob) => save(blob, name), "image/png");
      URL.revokeObjectURL(address);
    };
    image.src = address;
  }

  function offer(figure) {
    const block = figure.querySelector(".exhibit-data");
    if (!block) return;
    const place = block.querySelector(".exhibit-downloads");
    const kinds = {
      "Figure (SVG)": () => save(standalone(figure), `${figure.id}.svg`),
      "Figure (PNG)": () => picture(figure, `${figure.id}.png`),
    };
    for (const [words, action] of Object.entries(kinds)) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words;
      button.addEventListener("click", action);
      place.append(" ", button);
    }
    const cite = block.querySelector(".exhibit-cite");
    if (cite && location.protocol !== "file:") cite.append(` ${location.origin}${location.pathname}#${figure.id}`);
  }

  // --- Self-checks -------------------------------------------------------------------------------------------------------------

  /* Says what an answer is worth, in the words that stand folded under the question. */
  function quiz(form) {
    const boxes = Array.from(form.querySelectorAll("input"));
    const reasons = Array.from(form.querySelectorAll("li"));
    const said = form.querySelector("[role=status]");
    const line = (...parts) => {
      const p = document.createElement("p");
      p.append(...parts);
      return p;
    };
    form.querySelector("button").hidden = false;
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      const chosen = reasons.filter((_, i) => boxes[i].checked);
      const lines = chosen.map((reason) => line(...reason.cloneNode(true).childNodes));
      if (!chosen.length) lines.push(line("Choose an answer first."));
      else if (boxes[0].type === "checkbox") {
        const [hits, right] = [chosen, reasons].map((all) => all.filter((r) => "right" in r.dataset).length);
        lines.unshift(line(`You chose ${hits} of the ${right} right options and ${chosen.length - hits} wrong.`));
      }
      said.replaceChildren(...lines);
    });
    form.addEventListener("change", () => said.replaceChildren()); // what was said no longer fits
  }

  async function all() {
    document.body.append(tip);
    dress(document);
    document.addEventListener("drawn", (e) => dress(e.target.parentNode));
    document.querySelectorAll(".exhibit, .explorer").forEach(offer);
    document.querySelectorAll("form.check").forEach(quiz);
    document.addEventListener("keydown", (e) => {
      if (e.key === "Escape") tip.hidden = true;
    });
    const roots = Array.from(document.querySelectorAll(".explorer"));
    const packed = await Promise.all(roots.map(unpacked));
    roots.forEach((root, i) => packed[i] && start(root, packed[i]));
    window.addEventListener("hashchange", restore);
    restore();
    document.documentElement.dataset.ready = "";
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
})();
