// The grid of a building: every figure is sent by itself when its field is left, and its row comes back as it stands then.
"use strict";

(() => {
  const { on, ask, texts, toast, isShown } = window.feehouse;
  const grid = document.querySelector("[data-read-grid]");
  if (!grid) return;
  const status = grid.querySelector("[data-read-status]");
  // One after the other: the order of typing is the order of saving, and a slow answer overtakes nothing.
  let queue = Promise.resolve();
  let waiting = 0;

  const fields = () => [...grid.querySelectorAll("[data-read-value]")].filter(isShown);
  const rowOf = (element) => element.closest("[data-read-row]");

  on("change", "[data-read-jump]", (event, field) => { if (field.value) field.form.requestSubmit(); });

  function step(field, by) {
    const all = fields();
    const next = all[all.indexOf(field) + by];
    if (next) { next.focus(); next.select(); }
    return Boolean(next);
  }

  on("keydown", "[data-read-value]", (event, field) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter") { event.preventDefault(); save(field); step(field, 1); }
    else if (event.key === "ArrowDown") { event.preventDefault(); step(field, 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); step(field, -1); }
    else if (event.key === "F4") {
      event.preventDefault();
      const all = fields();
      const rest = [...all.slice(all.indexOf(field) + 1), ...all];
      const next = rest.find((each) => !each.value);
      if (next) { next.focus(); next.select(); }
    }
  });
  // Leaving a field saves what was typed there, however it is left.
  on("change", "[data-read-value]", (event, field) => save(field));
  on("click", "[data-read-explanation]", (event, button) => { event.preventDefault(); send(rowOf(button), button.dataset.readExplanation); });

  function save(field) {
    const row = rowOf(field);
    if (!row || !field.value.trim() || row.dataset.sent === field.value) return;
    row.dataset.sent = field.value;
    send(row, "");
  }

  function send(row, explanation) {
    const body = new FormData();
    for (const name of ["building", "service", "month", "day"]) body.set(name, grid.querySelector(`[name="${name}"]`).value);
    body.set("meter", row.dataset.meter);
    body.set("value", row.querySelector("[data-read-value]")?.value || "");
    body.set("mark", row.querySelector("[data-mark]")?.value || "");
    body.set("explanation", explanation);
    row.classList.add("is-saving");
    waiting += 1;
    queue = queue.then(() => sent(row, body)).finally(() => { waiting -= 1; });
  }

  async function sent(row, body) {
    let answer;
    try { answer = await ask(grid.dataset.row, { method: "POST", body }); }
    catch { row.classList.remove("is-saving"); delete row.dataset.sent; toast(texts.failed, { tone: "bad" }); return; }
    if (answer.ok || answer.status === 422) replace(row, await answer.text(), answer.ok);
    else { row.classList.remove("is-saving"); delete row.dataset.sent; toast(texts.failed, { tone: "bad" }); }
  }

  function replace(row, page, isSaved) {
    const holder = document.createElement("tbody");
    holder.innerHTML = page;
    const fresh = holder.querySelector("[data-read-row]");
    if (!fresh) return;
    const typedMeanwhile = row.querySelector("[data-read-value]")?.value;
    const hadFocus = row.contains(document.activeElement);
    row.replaceWith(fresh);
    const field = fresh.querySelector("[data-read-value]");
    if (field && typedMeanwhile !== undefined && typedMeanwhile !== "") { field.value = typedMeanwhile; fresh.dataset.sent = typedMeanwhile; }
    if (hadFocus) { if (field) field.focus(); else (fields().find((each) => each.compareDocumentPosition(fresh) & Node.DOCUMENT_POSITION_PRECEDING) || fresh.querySelector("a, button"))?.focus(); }
    const words = isSaved ? grid.dataset.saved : grid.dataset.refused;
    if (status) status.textContent = words.replace("{unit}", fresh.dataset.name);
    count();
  }

  function count() {
    const rows = [...grid.querySelectorAll("[data-read-row]")];
    for (const place of document.querySelectorAll("[data-read-count]")) {
      const name = place.dataset.readCount;
      if (name === "estimated") continue;
      place.textContent = String(rows.filter((row) => row.dataset.state === name).length);
    }
  }

  addEventListener("beforeunload", (event) => { if (waiting) event.preventDefault(); });
})();
