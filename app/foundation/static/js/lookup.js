// A select whose choices come from the server: {"items": [{"id", "text", "detail"}]} for ?q=. Keyboard as the ARIA combobox pattern.
"use strict";

(() => {
  const { on, later, ask, texts, isPrivate, isGrowing } = window.feehouse;

  // The question under way of each box, and the boxes somebody is typing in: what is answered after a choice opens no list.
  const questions = new WeakMap();
  const typedIn = new WeakSet();

  const partsOf = (box) => ({
    input: box.querySelector('[role="combobox"]'), value: box.querySelector("[data-lookup-value]"),
    list: box.querySelector('[role="listbox"]'), clear: box.querySelector("[data-lookup-clear]"),
  });

  function close(box) {
    const { input, list } = partsOf(box);
    questions.get(box)?.abort();
    typedIn.delete(box);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function note(list, text) {
    const line = document.createElement("li");
    line.className = "fh-listbox-note"; line.setAttribute("role", "presentation"); line.textContent = text;
    list.replaceChildren(line);
  }

  function show(box, items) {
    const { input, list } = partsOf(box);
    if (!items.length) note(list, texts.nothing);
    else {
      list.replaceChildren(...items.map((item, position) => {
        const line = document.createElement("li");
        line.className = "fh-option"; line.id = `${list.id}-${position}`; line.setAttribute("role", "option"); line.setAttribute("aria-selected", "false");
        line.dataset.id = item.id; line.dataset.text = item.text;
        if (item.fills) line.dataset.fills = JSON.stringify(item.fills);
        line.append(item.text);
        if (item.detail) { const small = document.createElement("small"); small.textContent = item.detail; line.append(small); }
        return line;
      }));
      mark(box, list.firstElementChild);
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  function mark(box, line) {
    const { input, list } = partsOf(box);
    for (const other of list.children) other.setAttribute?.("aria-selected", "false");
    if (!line) return;
    line.setAttribute("aria-selected", "true");
    line.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", line.id);
  }

  // What a choice knows of the other fields of its line, or of the form: a material brings its price of the day.
  function fill(box, line) {
    if (!line?.dataset.fills) return;
    const others = box.closest("[data-line]");
    for (const [name, text] of Object.entries(JSON.parse(line.dataset.fills))) {
      const field = others ? others.querySelector(`[name$="-${name}"]`) : box.closest("form")?.elements[name];
      if (field) field.value = text;
    }
  }

  function choose(box, id, text, line = null) {
    const { input, value, clear } = partsOf(box);
    fill(box, line);
    value.value = id; input.value = text; input.dataset.chosen = text;
    clear.hidden = !id;
    close(box);
    value.dispatchEvent(new Event("input", { bubbles: true }));
    value.dispatchEvent(new Event("change", { bubbles: true }));
    if (box.dataset.lookupRenews) renew(box, value);
  }

  // What belongs to the chosen row, as the page opens for that row; what else was typed stays. Lines are taken from that page, a field
  // is in sight only where that page asks for it.
  async function renew(box, value) {
    const address = new URL(location.pathname, location.href);
    const office = value.form?.elements.office;
    if (office?.value) address.searchParams.set("office", office.value);
    address.searchParams.set(value.name, value.value);
    try {
      const answer = await ask(address, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const name of box.dataset.lookupRenews.split(" ")) {
        const lines = (of) => of.querySelector(`[data-part="${CSS.escape(name)}"]`);
        if (lines(document) && lines(page)) lines(document).replaceWith(lines(page));
        const field = document.getElementById(name)?.closest(".fh-field");
        if (field) field.hidden = !page.getElementById(name);
      }
    } catch {
      // Sent without them, the form asks for the lines itself.
    }
  }

  async function look(box) {
    const { input, list } = partsOf(box);
    if (isPrivate(input.value) || isGrowing(input.value)) { close(box); return; } // it stands in no address
    questions.get(box)?.abort();
    const question = new AbortController();
    questions.set(box, question);
    const address = new URL(box.dataset.lookup, location.href);
    if (input.value !== (input.dataset.chosen || "")) address.searchParams.set("q", input.value);
    // Other fields of the form may narrow the choice: data-lookup-with="community building".
    for (const name of (box.dataset.lookupWith || "").split(" ").filter(Boolean)) {
      const field = input.form?.elements[name];
      if (field?.value) address.searchParams.set(name, field.value);
    }
    try {
      const answer = await ask(address, { signal: question.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { items } = await answer.json();
      if (document.activeElement === input) show(box, items);
    } catch (error) {
      if (error.name === "AbortError") return;
      note(list, texts.failed); list.hidden = false;
    }
  }
  const lookSoon = later(150, (box) => { if (typedIn.has(box)) look(box); });
  const typed = (input) => { const box = input.closest(".fh-lookup"); typedIn.add(box); lookSoon(box); };

  for (const input of document.querySelectorAll('.fh-lookup [role="combobox"]')) input.dataset.chosen = input.value;
  on("input", '.fh-lookup [role="combobox"]', (event, input) => { if (!event.isComposing) typed(input); });
  on("compositionend", '.fh-lookup [role="combobox"]', (event, input) => typed(input));
  on("click", '.fh-lookup [role="combobox"]', (event, input) => { input.select(); if (partsOf(input.closest(".fh-lookup")).list.hidden) look(input.closest(".fh-lookup")); });

  on("keydown", '.fh-lookup [role="combobox"]', (event, input) => {
    if (event.isComposing || event.keyCode === 229) return;
    const box = input.closest(".fh-lookup");
    const { list } = partsOf(box);
    const lines = [...list.querySelectorAll('[role="option"]')];
    const at = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) { look(box); return; }
      mark(box, lines[(at + (event.key === "ArrowDown" ? 1 : -1) + lines.length) % lines.length]);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (lines[at]) choose(box, lines[at].dataset.id, lines[at].dataset.text, lines[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation(); event.preventDefault();
      input.value = input.dataset.chosen || "";
      close(box);
    }
  });

  on("mousedown", ".fh-lookup .fh-option", (event, line) => { event.preventDefault(); choose(line.closest(".fh-lookup"), line.dataset.id, line.dataset.text, line); });
  on("click", "[data-lookup-clear]", (event, button) => { const box = button.closest(".fh-lookup"); choose(box, "", ""); partsOf(box).input.focus(); });
  // Left without choosing: an emptied field is empty, other half-typed text falls back to what was chosen.
  on("focusout", '.fh-lookup [role="combobox"]', (event, input) => {
    const box = input.closest(".fh-lookup");
    if (!input.value.trim() && input.dataset.chosen) choose(box, "", "");
    else if (input.value !== (input.dataset.chosen || "")) input.value = input.dataset.chosen || "";
    close(box);
  });
})();
