// Forms: sent once, previewed while typing, kept until they are saved.
"use strict";

(() => {
  const { on, later, ask, toast, texts, picture } = window.feehouse;

  // A second click or Enter does not send again; the hidden idempotency key would answer it with the first result anyway.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-submit-many")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    for (const shown of form.querySelectorAll('[data-reveal][aria-pressed="true"]')) shown.click();
    (event.submitter || form.querySelector('[type="submit"]'))?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
    }
  });

  // Back after a form was sent: the page comes anew, with a new key. It takes the key back with which it was sent, so that sending it once
  // more is answered with what was done then. A page opened in any other way keeps the new key.
  const SENT = "fh-sent:";
  const placeOf = (form) => `${SENT}${location.pathname}${location.search}#${form.id}`;
  const withKey = () => [...document.querySelectorAll('form[method="post"][id]')].filter((form) => form.elements.key);
  const cameBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.id || !event.target.elements.key) return;
    try { sessionStorage.setItem(placeOf(event.target), event.target.elements.key.value); } catch { /* a full or forbidden store keeps nothing */ }
  });
  for (const form of withKey()) {
    const key = sessionStorage.getItem(placeOf(form));
    if (key && cameBack && !form.hasAttribute("data-refused")) form.elements.key.value = key;
    else if (key && !cameBack) sessionStorage.removeItem(placeOf(form));
  }

  // Preview: the form goes to data-preview, the answer replaces the panel. The newest question wins.
  let question = null;
  async function preview(form) {
    const panel = document.getElementById(form.dataset.previewInto || "preview");
    if (!panel) return;
    question?.abort();
    question = new AbortController();
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    panel.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(form.dataset.preview, { method: "POST", body, signal: question.signal });
      const kind = answer.headers.get("Content-Type") || "";
      if (!kind.startsWith("text/html") || answer.redirected || !(answer.ok || answer.status === 422)) throw new Error(String(answer.status));
      panel.innerHTML = await answer.text();
      const deed = panel.querySelector("[data-deed]")?.dataset.deed;
      const words = form.querySelector("[data-deed-label]");
      if (words) words.textContent = deed || words.dataset.deedLabel;
      panel.removeAttribute("aria-busy");
      // What the operation asks for must be in sight, also in a section that is folded.
      const wanted = form.elements[panel.querySelector("[data-wanted]")?.dataset.wanted];
      const fold = (wanted?.[0] ?? wanted)?.closest?.("details");
      if (fold) fold.open = true;
      showTotal();
    } catch (error) {
      if (error.name === "AbortError") return;
      panel.removeAttribute("aria-busy");
      const note = document.createElement("p");
      note.className = "fh-preview-hint"; note.textContent = texts.failed || "—";
      panel.replaceChildren(note);
    }
  }
  // What is asked only with one answer to another question is in sight only with that answer.
  function showAsked() {
    for (const box of document.querySelectorAll("[data-only-with]")) {
      const [name, value] = box.dataset.onlyWith.split("=");
      box.hidden = box.closest("form")?.elements[name]?.value !== value;
    }
  }
  showAsked();
  document.addEventListener("change", showAsked);
  // On a phone the panel folds into the foot bar, which shows its total.
  function showTotal() {
    for (const place of document.querySelectorAll("[data-preview-total]")) place.textContent = document.querySelector("[data-preview-panel] .fh-sum-total .fh-money")?.textContent || "";
  }
  showTotal();
  const previewSoon = later(200, preview);
  for (const kind of ["input", "change", "compositionend"]) {
    on(kind, "form[data-preview]", (event, form) => { if (!event.isComposing) previewSoon(form); });
  }
  for (const form of document.querySelectorAll("form[data-preview]")) if (form.hasAttribute("data-preview-now")) preview(form);

  // Keep: what was typed outlives a reload, a lost session or a dead connection. Passwords and tokens are never kept.
  const PREFIX = "fh-keep:";
  // By the whole address: what was typed about one line is never put into the form of another.
  const nameOf = (form) => `${PREFIX}${location.pathname}${location.search}#${form.dataset.keep || form.id || "form"}`;
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !["csrf_token", "key", "idempotency_key"].includes(field.name) &&
    !["password", "file", "submit", "button"].includes(field.type) && !/password|one-time/.test(field.autocomplete) && !field.hasAttribute("data-never-keep"));
  // A look-up shows another text than it sends; both are kept, or the page would name somebody else than it is about.
  const shownOf = (field) => field.matches("[data-lookup-value]") ? field.closest("[data-lookup]")?.querySelector('[role="combobox"]') : null;
  const stateOf = (form) => fieldsOf(form).map((field) => [field.name, ["checkbox", "radio"].includes(field.type) ? field.checked : field.value, shownOf(field)?.value ?? ""]);

  function restore(form, state) {
    const fields = fieldsOf(form);
    const met = {};
    state.forEach(([name, value, text]) => {
      met[name] = (met[name] ?? -1) + 1;
      const field = fields.filter((other) => other.name === name)[met[name]];
      if (!field) return;
      if (typeof value === "boolean") field.checked = value; else field.value = value;
      const shown = shownOf(field);
      if (!shown) return;
      shown.value = text || ""; shown.dataset.chosen = shown.value;
      const clear = field.closest("[data-lookup]").querySelector("[data-lookup-clear]");
      if (clear) clear.hidden = !field.value;
    });
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // What one person typed is never shown to the next who signs in at the same counter.
  const person = document.body.dataset.person || "";
  function keep(form, more = {}) {
    try { sessionStorage.setItem(nameOf(form), JSON.stringify({ person, state: stateOf(form), ...more })); } catch { /* a full or forbidden store keeps nothing */ }
  }
  const keepSoon = later(300, keep);
  on("input", "form[data-keep]", (event, form) => { form.dataset.touched = ""; keepSoon(form); });
  on("submit", "form[data-keep]", (event, form) => keep(form, { sent: true }));
  document.addEventListener("feehouse:leaving", () => { for (const form of document.querySelectorAll("form[data-keep][data-touched]")) keep(form); });

  function lookBack() {
    if (document.body.classList.contains("fh-kind-login")) return;
    const here = new Map([...document.querySelectorAll("form[data-keep]")].map((form) => [nameOf(form), form]));
    for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX))) {
      const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
      if (kept.person !== person) { sessionStorage.removeItem(key); continue; }
      const form = here.get(key);
      if (!form) { if (kept.sent) sessionStorage.removeItem(key); continue; }
      if (form.hasAttribute("data-refused") || !kept.state || JSON.stringify(kept.state) === JSON.stringify(stateOf(form))) continue;
      restore(form, kept.state);
      toast(texts.kept, { label: texts.discard, deed: () => { sessionStorage.removeItem(key); form.reset(); location.reload(); } });
    }
  }
  lookBack();

  // What was wrong is being mended: the sentence about the old entry goes with it.
  function mended(event, box) {
    box.classList.remove("is-wrong");
    for (const field of box.querySelectorAll(".is-invalid")) { field.classList.remove("is-invalid"); field.removeAttribute("aria-invalid"); }
    for (const said of box.querySelectorAll(".fh-error")) said.remove();
  }
  on("input", ".fh-field.is-wrong", mended);
  on("change", ".fh-field.is-wrong", mended);

  // Steppers, and amounts typed with full-width digits.
  on("click", "[data-stepper] [data-step]", (event, button) => {
    const field = button.closest("[data-stepper]").querySelector("input");
    const next = (parseInt(field.value, 10) || 0) + Number(button.dataset.step);
    field.value = Math.max(Number(field.dataset.min ?? 0), Math.min(Number(field.dataset.max ?? 9999), next));
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  on("change", 'input[inputmode="decimal"], input[inputmode="numeric"]', (event, field) => {
    const plain = field.value.replace(/[０-９．，－]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
    if (plain !== field.value) field.value = plain;
  });
  on("focusin", "input[data-money]", (event, field) => { if (!field.readOnly) field.select(); });

  // Lines of an inner form: the template is copied, its mark becomes the next number.
  function changed(box) { box.closest("form")?.dispatchEvent(new Event("change", { bubbles: true })); }
  on("click", "[data-line-add]", (event, button) => {
    const box = button.closest("[data-lines]");
    const fresh = box.querySelector("template").content.cloneNode(true);
    const number = box.dataset.next;
    for (const element of fresh.querySelectorAll("*")) {
      for (const attribute of [...element.attributes]) if (attribute.value.includes("__line__")) attribute.value = attribute.value.replaceAll("__line__", number);
    }
    box.dataset.next = String(Number(number) + 1);
    box.querySelector("tbody").append(fresh);
    box.querySelector("tbody tr:last-child :is(input:not([type=hidden]), select)")?.focus();
    changed(box);
  });
  on("click", "[data-line-remove]", (event, button) => {
    const box = button.closest("[data-lines]");
    button.closest("[data-line]").remove();
    box.querySelector("[data-line-add]").focus();
    changed(box);
  });

  // Passwords: show on wish, warn of Caps Lock.
  on("click", "[data-reveal]", (event, button) => {
    const field = document.getElementById(button.dataset.reveal);
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.setAttribute("aria-label", shown ? texts.hide : texts.show);
    button.replaceChildren(picture(shown ? "eye-off" : "eye", 18));
  });
  for (const kind of ["keydown", "keyup"]) {
    on(kind, 'input[autocomplete$="password"]', (event, field) => {
      const hint = document.getElementById(`${field.id}-caps`);
      if (hint && event.getModifierState) hint.hidden = !event.getModifierState("CapsLock");
    });
  }

  // Codes that are shown once: onto paper, or into the clipboard.
  on("click", "[data-print]", () => print());
  on("click", "[data-copy]", async (event, button) => {
    const text = document.getElementById(button.dataset.copy).innerText;
    try { await navigator.clipboard.writeText(text); } catch {
      // Without https browsers have no clipboard for scripts; the old way still works there.
      const range = document.createRange();
      range.selectNodeContents(document.getElementById(button.dataset.copy));
      getSelection().removeAllRanges(); getSelection().addRange(range);
      if (!document.execCommand("copy")) return;
    }
    toast(button.dataset.copied);
  });

  // A link of the error list goes to its field.
  on("click", '.fh-alert a[href^="#"]', (event, link) => {
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (field) { event.preventDefault(); field.focus(); field.scrollIntoView({ block: "center" }); }
  });
  on("click", "[data-fill]", (event, button) => {
    for (const [id, value] of Object.entries(JSON.parse(button.dataset.fill))) { const field = document.getElementById(id); if (field) field.value = value; }
    document.getElementById(button.dataset.then)?.focus();
  });
})();
