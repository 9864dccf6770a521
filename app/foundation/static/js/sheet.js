// The sheet of a fee formula: its buttons answer without a new page. Without this script they send the page and get it back.
"use strict";

(() => {
  const { on, ask, toast, texts } = window.feehouse;

  // The answer is the whole page; its sheet takes the place of this one, and the focus goes where the person was, or to the new row.
  async function exchange(form, deed, focusOn) {
    const body = new FormData(form);
    body.set("do", deed);
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(form.action, { method: "POST", body });
      if (!(answer.ok || answer.status === 422) || answer.redirected) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("sheet");
      const fields = new Set([...form.elements].map((field) => `${field.name} ${[...form.querySelectorAll(`[name="${CSS.escape(field.name)}"]`)].indexOf(field)}`));
      form.replaceWith(fresh);
      const made = [...fresh.elements].find((field) => field.name && field.type !== "hidden" && field.type !== "submit" &&
        !fields.has(`${field.name} ${[...fresh.querySelectorAll(`[name="${CSS.escape(field.name)}"]`)].indexOf(field)}`));
      const same = fresh.querySelector(`[value="${CSS.escape(deed)}"]`) || fresh.querySelector(`[name="${CSS.escape(focusOn)}"]`);
      ((deed.startsWith("add_") && made) || same || fresh.querySelector("input:not([type=hidden])"))?.focus();
    } catch {
      form.removeAttribute("aria-busy");
      toast(texts.failed || "—", { tone: "bad" });
    }
  }

  on("click", "[data-sheet-deed]", (event, button) => {
    event.preventDefault();
    exchange(button.form, button.value, button.name);
  });
  // A fact that is chosen is asked for under "Try it".
  on("change", "[data-sheet-kind], .fh-sheet-line select:not([name$='-when_op'])", (event, field) => { exchange(field.form, "show", field.name); });
})();
