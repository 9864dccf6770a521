// Lists: filters go into the address, rows open, are marked by J and K, and ticked for the bulk bar.
"use strict";

(() => {
  const { on, isTyping, later, ask, texts, toast, isPrivate, isGrowing } = window.feehouse;

  // Filters. Parts of the page named by data-part are exchanged, so that the field being typed in keeps its focus.
  function addressOf(form) {
    const address = new URL(form.action || location.href, location.href);
    const values = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== "" && name !== "csrf_token") values.append(name, value);
    address.search = values.toString();
    return address;
  }

  let question = null;
  async function fetchPage(address) {
    question?.abort();
    question = new AbortController();
    const answer = await ask(address, { signal: question.signal });
    if (!answer.ok || answer.redirected) { location.assign(address); return null; }
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  async function apply(form) {
    // It waits in its field until Enter hands it to the form that posts it.
    if (isPrivate(form.querySelector('[name="q"]')?.value || "")) return;
    const address = addressOf(form);
    const parts = document.querySelectorAll("[data-part]");
    if (!parts.length) { location.assign(address); return; }
    try {
      const page = await fetchPage(address);
      if (!page) return;
      if (form.hasAttribute("data-open")) {
        const words = page.querySelector("[data-apply]")?.dataset.apply;
        const label = form.querySelector("[data-filters-apply]");
        if (words && label) label.textContent = words;
        return;
      }
      for (const part of parts) {
        const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
        if (fresh && !part.contains(document.activeElement)) part.replaceWith(document.importNode(fresh, true)); else if (fresh) part.innerHTML = fresh.innerHTML;
      }
      history.replaceState(null, "", address);
      // The files hold what the page shows.
      for (const link of document.querySelectorAll('main a[href*="/export/"]')) link.search = address.search;
      count();
      document.dispatchEvent(new CustomEvent("feehouse:changed"));
    } catch (error) { if (error.name !== "AbortError") toast(texts.failed, { tone: "bad" }); }
  }
  const applySoon = later(300, apply);
  // A period turned round by its first half follows it with the other: the person is not done choosing.
  function keepOrder(field) {
    const pair = [...(field.closest(".fh-range")?.querySelectorAll('[type="date"]') || [])];
    if (pair.length === 2 && pair.every((one) => one.value) && pair[0].value > pair[1].value) pair.find((one) => one !== field).value = field.value;
  }
  on("change", "form[data-filter]", (event) => keepOrder(event.target));
  on("change", "form[data-filter]", (event, form) => { if (!event.target.matches('[type="search"], [type="text"]:not([data-lookup-value])')) apply(form); });
  on("input", "form[data-filter]", (event, form) => { if (!event.isComposing && event.target.matches('[type="search"], [name="q"]') && !isGrowing(event.target.value)) applySoon(form); });
  on("compositionend", "form[data-filter]", (event, form) => applySoon(form));
  on("submit", "form[data-filter]", (event, form) => {
    event.preventDefault();
    if (form.hasAttribute("data-open")) { openFilters(form, false); location.assign(addressOf(form)); } else apply(form);
  });
  on("click", "[data-more-filters]", (event, button) => {
    const box = document.getElementById(button.getAttribute("aria-controls"));
    box.hidden = !box.hidden;
    button.setAttribute("aria-expanded", String(!box.hidden));
  });

  function openFilters(form, open) {
    form.toggleAttribute("data-open", open);
    const more = form.querySelector(".fh-more-filters");
    if (more && open) more.hidden = false;
    (open ? form.querySelector("[data-filters-close]") : form.querySelector("[data-filters-open]"))?.focus();
  }
  on("click", "[data-filters-open]", (event, button) => openFilters(button.closest("form"), true));
  on("click", "[data-filters-close]", (event, button) => openFilters(button.closest("form"), false));
  on("keydown", "form[data-filter][data-open]", (event, form) => { if (event.key === "Escape") openFilters(form, false); });

  // Rows.
  on("click", "tr[data-href]", (event, row) => {
    if (event.target.closest("a, button, input, label, summary, details, select") || getSelection().toString()) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href); else location.assign(row.dataset.href);
  });

  function markRow(step) {
    const rows = [...document.querySelectorAll(".fh-rows tbody tr")];
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.classList.contains("is-marked"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    rows[at]?.classList.remove("is-marked");
    next.classList.add("is-marked");
    next.scrollIntoView({ block: "nearest" });
    (next.querySelector("a.fh-key, td a, th a") || next.querySelector("input"))?.focus({ preventScroll: true });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || isTyping(event) || document.querySelector("dialog[open]")) return;
    if (event.key === "j") markRow(1);
    else if (event.key === "k") markRow(-1);
    else if (event.key === "x") document.querySelector(".is-marked [data-tick]")?.click();
  });

  // Ticks and the bulk bar.
  const ticks = () => [...document.querySelectorAll("[data-tick]")];
  let last = null;

  function count() {
    const all = ticks();
    const chosen = all.filter((tick) => tick.checked);
    for (const tick of all) tick.closest("tr")?.classList.toggle("is-chosen", tick.checked);
    const head = document.querySelector("[data-tick-all]");
    if (head) { head.checked = chosen.length > 0 && chosen.length === all.length; head.indeterminate = chosen.length > 0 && chosen.length < all.length; }
    const bar = document.querySelector("[data-bulk]");
    if (!bar) return;
    bar.hidden = chosen.length === 0;
    document.body.classList.toggle("fh-selecting", chosen.length > 0 || document.body.hasAttribute("data-selecting"));
    const words = bar.querySelector("[data-bulk-count]");
    words.textContent = words.dataset.text.replace("{count}", chosen.length);
    const everything = bar.querySelector("[data-bulk-all]");
    if (everything) everything.hidden = chosen.length === all.length;
  }

  on("click", "[data-tick]", (event, tick) => {
    const all = ticks();
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(tick)].sort((a, b) => a - b);
      for (const between of all.slice(from, to + 1)) between.checked = tick.checked;
    }
    last = tick;
    count();
  });
  const tickAll = (checked) => { for (const tick of ticks()) tick.checked = checked; count(); };
  on("change", "[data-tick-all]", (event, head) => tickAll(head.checked));
  on("click", "[data-bulk-all]", () => tickAll(true));
  on("click", "[data-bulk-none]", () => { document.body.removeAttribute("data-selecting"); tickAll(false); });
  // Selecting on a phone starts from the menu: the ticks appear.
  on("click", "[data-select-rows]", (event, button) => {
    event.preventDefault();
    button.closest("details")?.removeAttribute("open");
    document.body.setAttribute("data-selecting", "");
    document.body.classList.add("fh-selecting");
  });
  count();
})();
