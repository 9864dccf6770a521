// The counter: search while typing, the card follows the marked customer, months and cash answer at once, Enter takes the payment.
"use strict";

(() => {
  const { on, later, ask, toast, texts, isPrivate, isGrowing } = window.feehouse;
  const till = document.querySelector("[data-till]");
  if (!till) return;
  const search = document.getElementById("till-search");
  const work = till.querySelector("[data-till-work]");
  const list = till.querySelector("[data-till-results]");
  const isPhone = () => matchMedia("(max-width: 767.98px)").matches;
  const isComposing = (event) => event.isComposing || event.keyCode === 229;
  const step = (name) => { till.dataset.step = name; if (isPhone()) scrollTo(0, 0); };
  const form = () => document.getElementById("pay");

  // Searching ----------------------------------------------------------------------------------------------------------------
  const rows = () => [...list.querySelectorAll("[data-customer]")];
  const marked = () => rows().find((row) => row.getAttribute("aria-selected") === "true");
  let question = null;
  let searching = null;
  let following = null; // the customer whose card follows the mark; nobody once one was taken

  async function look() {
    question?.abort();
    question = new AbortController();
    const address = new URL(search.form.dataset.tillSearch, location.href);
    address.searchParams.set("q", search.value.trim());
    try {
      const asked = { signal: question.signal };
      // An identity number stands in no address.
      if (isPrivate(search.value)) { address.searchParams.delete("q"); asked.method = "POST"; asked.body = new URLSearchParams({ q: search.value.trim() }); }
      const answer = await ask(address, asked);
      if (answer.status === 401) { location.reload(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      list.innerHTML = await answer.text();
      mark(rows()[0]);
    } catch (error) { if (error.name !== "AbortError") toast(texts.failed, { tone: "bad" }); }
  }
  let waiting = 0; // typed, not yet asked for
  function lookNow() { clearTimeout(waiting); waiting = 0; searching = look().finally(() => { searching = null; }); return searching; }
  function lookSoon() { clearTimeout(waiting); waiting = setTimeout(lookNow, 120); }

  function mark(row, { show = true } = {}) {
    for (const other of rows()) other.setAttribute("aria-selected", String(other === row));
    if (!row) { search.removeAttribute("aria-activedescendant"); return; }
    search.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
    following = show && !isPhone() ? row.dataset.customer : null;
    if (following) showSoon(following);
  }

  // The card -----------------------------------------------------------------------------------------------------------------
  let shown = null;
  let opening = null;
  async function show(customer, line = "") {
    opening?.abort();
    opening = new AbortController();
    const address = new URL(till.dataset.customerUrl.replace(/\/0(?=\?|$)/, `/${customer}`), location.href);
    if (line) address.searchParams.set("line", line);
    work.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(address, { signal: opening.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      work.innerHTML = await answer.text();
      shown = `${customer}#${line}`;
      till.dataset.step = "choose";
      const here = new URL(location.pathname, location.href);
      if (search.value && !isPrivate(search.value)) here.searchParams.set("q", search.value);
      here.searchParams.set("customer", customer);
      if (line) here.searchParams.set("line", line);
      history.replaceState(null, "", here);
      prepare();
    } catch (error) { if (error.name !== "AbortError") toast(texts.failed, { tone: "bad" }); else return; }
    work.removeAttribute("aria-busy");
  }
  const showSoon = later(90, (customer) => { if (following === customer && search.value.trim()) show(customer); });

  async function choose(row) {
    if (!row) return;
    if (isPhone()) { location.assign(row.href); return; } // a page of its own, so that "back" leads to the results
    mark(row, { show: false });
    if (shown !== `${row.dataset.customer}#`) await show(row.dataset.customer);
    focusAmount();
  }

  function focusAmount() {
    if (isPhone()) return;
    const field = [...work.querySelectorAll("[data-till-focus], .fh-till-deed")].find((element) => element.getClientRects().length);
    if (field) { field.focus(); field.select?.(); } else work.querySelector("a, button")?.focus();
  }

  search.addEventListener("input", () => { shown = null; clearTimeout(waiting); if (!isGrowing(search.value)) lookSoon(); else waiting = 1; });
  search.addEventListener("keydown", async (event) => {
    if (isComposing(event)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = rows();
      if (!all.length) return;
      event.preventDefault();
      const at = all.indexOf(marked()) + (event.key === "ArrowDown" ? 1 : -1);
      mark(all[(at + all.length) % all.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!search.value.trim()) { if (till.dataset.step === "paid") work.querySelector("[data-till-again]")?.click(); return; }
      // Whoever types and presses Enter at once means what was typed, not what stood there before.
      if (waiting || !rows().length) await lookNow(); else if (searching) await searching;
      choose(marked());
    } else if (event.key === "Escape") {
      event.preventDefault();
      clearTimeout(waiting); waiting = 0; search.value = ""; list.replaceChildren();
    }
  });
  on("click", "[data-till-results] [data-customer]", (event, row) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose(row);
  });
  on("click", "[data-choose-line]", async (event, link) => {
    if (isPhone()) return;
    event.preventDefault();
    await show(link.closest("[data-till-work]").querySelector('#pay [name="customer"]')?.value || new URL(link.href).searchParams.get("customer"), link.dataset.chooseLine);
    focusAmount();
  });

  // Amounts: written and read as the server writes them ------------------------------------------------------------------------
  function shape() {
    const text = form()?.dataset.shape || "1,234,567.89";
    const [, prefix, digits, suffix] = text.match(/^([^\d]*)([\d.,\s  ]+\d)(.*)$/) || ["", "", "1,234,567.89", ""];
    const tail = digits.match(/([.,])(\d\d)$/);
    const decimal = tail ? tail[1] : "";
    return { prefix, suffix, decimal, group: digits[1], decimals: decimal ? 2 : 0 };
  }
  function written(amount) {
    const { prefix, suffix, decimal, group, decimals } = shape();
    const [whole, rest] = amount.toFixed(decimals).split(".");
    return prefix + whole.replace(/\B(?=(\d{3})+$)/g, group) + (rest ? decimal + rest : "") + suffix;
  }
  function read(text) {
    const { decimal, group } = shape();
    let plain = text.normalize("NFKC").replace(/[^\d.,]/g, "");
    plain = plain.split(group).join("");
    if (decimal) plain = plain.replace(decimal, ".");
    return plain === "" ? null : Number(plain);
  }

  function showChange() {
    const due = work.querySelector("[data-due]");
    const field = work.querySelector("[data-tendered]");
    const place = work.querySelector("[data-change]");
    for (const copy of work.querySelectorAll("[data-due-copy]")) copy.textContent = due?.textContent || "";
    if (!due || !field || !place) return;
    const given = read(field.value);
    const left = given === null || due.dataset.amount === "" ? 0 : given - Number(due.dataset.amount);
    place.textContent = left < 0 ? "—" : written(left);
    for (const button of work.querySelectorAll("[data-cash]")) button.setAttribute("aria-pressed", String(button.dataset.cash === field.value));
  }

  function showMethod() {
    const method = form()?.querySelector('[name="method"]:checked')?.value || "cash";
    for (const box of work.querySelectorAll("[data-when-cash]")) box.hidden = method !== "cash";
    for (const box of work.querySelectorAll("[data-when-cashless]")) box.hidden = method === "cash";
    const field = work.querySelector("[data-tendered]");
    if (field) field.disabled = method !== "cash";
  }

  // The preview: the payment itself, run and rolled back. The newest question wins. ---------------------------------------------
  let trial = null;
  async function preview() {
    const paying = form();
    if (!paying) return;
    trial?.abort();
    trial = new AbortController();
    try {
      const answer = await ask(paying.dataset.tillPreview, { method: "POST", body: new FormData(paying), signal: trial.signal });
      if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of page.querySelectorAll("[data-till-part]")) {
        const place = work.querySelector(`[data-till-part="${part.dataset.tillPart}"]`);
        if (place) place.replaceChildren(...part.cloneNode(true).childNodes);
      }
      showChange();
    } catch (error) { if (error.name !== "AbortError") toast(texts.failed, { tone: "bad" }); }
  }
  const previewSoon = later(180, preview);

  function setMonths(count) {
    const field = work.querySelector("[data-months-field]");
    if (!field) return;
    field.value = Math.max(Number(field.dataset.min), Math.min(Number(field.dataset.max), count));
    monthsChanged();
  }
  function monthsChanged() {
    const field = work.querySelector("[data-months-field]");
    for (const chip of work.querySelectorAll("[data-months]")) chip.setAttribute("aria-pressed", String(chip.dataset.months === field.value));
    previewSoon();
  }
  on("click", "[data-months]", (event, chip) => { setMonths(Number(chip.dataset.months)); focusAmount(); });
  on("input", "[data-months-field]", (event) => { if (!event.isComposing) monthsChanged(); });
  // Open charges are ticked beside the form they belong to.
  on("input", '[form="pay"][name="charges"]', previewSoon);
  on("input", "#pay :is(input, textarea, select)", (event, field) => {
    if (event.isComposing) return;
    if (field.matches("[data-tendered]")) { showChange(); return; }
    if (field.name === "method") { showMethod(); if (event.isTrusted) { const next = work.querySelector("#reference, #tendered"); next?.focus({ preventScroll: true }); } }
    previewSoon();
  });
  on("click", "[data-cash]", (event, button) => {
    const field = work.querySelector("[data-tendered]");
    field.value = button.dataset.cash;
    showChange();
    field.focus();
  });

  // Keys ----------------------------------------------------------------------------------------------------------------------
  function nextMethod() {
    const choices = [...(form()?.querySelectorAll('[name="method"]') || [])].filter((choice) => choice.closest("label").getClientRects().length);
    if (!choices.length) return;
    const at = choices.findIndex((choice) => choice.checked);
    choices[(at + 1) % choices.length].checked = true;
    showMethod();
    previewSoon();
    focusAmount();
  }
  function nextLine(direction) {
    const lines = [...work.querySelectorAll("[data-line]:not([data-refused])")];
    if (lines.length < 2) return;
    const at = lines.findIndex((line) => line.hasAttribute("aria-current"));
    const next = lines[(at + direction + lines.length) % lines.length];
    show(form().elements.customer.value, next.dataset.line).then(focusAmount);
  }
  document.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const inAmount = event.target.matches?.("[data-tendered], .fh-till-deed, #reference");
    if (event.key === "F4") { event.preventDefault(); nextMethod(); }
    else if (event.key === "Escape" && event.target !== search && !event.defaultPrevented) { event.preventDefault(); back(); }
    else if (!inAmount || event.target.id === "reference") return;
    else if (event.key === "+" || event.key === "-") {
      event.preventDefault();
      setMonths((parseInt(work.querySelector("[data-months-field]")?.value, 10) || 1) + Number(work.querySelector(`[data-stepper] [data-step]${event.key === "+" ? ":last-child" : ""}`)?.dataset.step ?? 0));
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); nextLine(event.key === "ArrowDown" ? 1 : -1); }
  });
  // Enter that ends a composition never takes money.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && isComposing(event) && event.target.closest?.("#pay")) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);

  function back() {
    if (till.dataset.step === "take" && isPhone()) { step("choose"); return; }
    if (isPhone()) { document.querySelector(".fh-back")?.click(); return; }
    search.focus(); search.select();
  }
  on("click", "[data-till-back]", () => back());
  on("click", "[data-till-next]", () => { step("take"); });

  function prepare() { showMethod(); showChange(); }
  prepare();
  if (till.dataset.step === "choose" || till.dataset.step === "take") focusAmount();
  if (till.dataset.step === "paid" && !isPhone()) { search.value = ""; search.focus(); }
})();
