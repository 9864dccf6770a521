// Theme, menus, drawer, dialogs, keys of the whole page.
"use strict";

(() => {
  const { on, isTyping, isShown, ask, texts, toast, watchToast } = window.feehouse;
  const root = document.documentElement;

  // Theme: shown at once, remembered behind the scenes.
  on("submit", "[data-theme-form]", (event, form) => {
    event.preventDefault();
    const dark = root.dataset.bsTheme !== "dark";
    root.dataset.bsTheme = dark ? "dark" : "light";
    showTheme();
    const body = new FormData(form);
    body.set("theme", dark ? "dark" : "light");
    ask(form.action, { method: "POST", body }).catch(() => {});
  });
  function showTheme() {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) button.setAttribute("aria-pressed", String(root.dataset.bsTheme === "dark"));
  }
  showTheme();

  // Menus: one open at a time, closed by a click elsewhere or Esc.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  on("keydown", "details[data-menu][open]", (event, menu) => {
    if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); event.stopPropagation(); }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const entries = [...menu.querySelectorAll(".fh-menu-item")].filter(isShown);
    const at = entries.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    entries[(at + entries.length) % entries.length]?.focus();
    event.preventDefault();
  });
  document.addEventListener("toggle", (event) => {
    const list = event.target.matches?.("details[data-menu][open]") && event.target.querySelector(".fh-menu-list");
    if (list) place(event.target, list);
  }, true);

  // A menu inside a scrolling table would be cut off: it floats over the page instead. Near an edge it opens to the other side.
  function place(menu, list) {
    const button = menu.querySelector("summary").getBoundingClientRect();
    const size = list.getBoundingClientRect();
    if (menu.closest(".fh-scroll")) {
      list.style.position = "fixed";
      list.style.right = "auto";
      list.style.left = `${Math.max(8, button.right - size.width)}px`;
      list.style.top = `${button.bottom + size.height + 8 > innerHeight ? Math.max(8, button.top - size.height - 4) : button.bottom + 4}px`;
    } else if (size.left < 4) { list.style.right = "auto"; list.style.left = "0"; }
  }
  addEventListener("scroll", (event) => {
    for (const menu of document.querySelectorAll(".fh-scroll details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  }, true);

  // The drawer of a phone.
  const side = document.getElementById("menu");
  function drawer(open, opener) {
    if (!side) return;
    side.toggleAttribute("data-open", open);
    document.querySelector(".fh-main")?.toggleAttribute("inert", open);
    document.querySelector(".fh-veil")?.remove();
    for (const button of document.querySelectorAll("[data-menu-open]")) button.setAttribute("aria-expanded", String(open));
    if (open) {
      const veil = document.createElement("button");
      veil.className = "fh-veil"; veil.type = "button"; veil.setAttribute("aria-label", texts.close || "");
      veil.addEventListener("click", () => drawer(false, opener));
      side.after(veil);
      // Not at once: while it slides in it is still hidden, and what is hidden takes no focus.
      setTimeout(() => side.hasAttribute("data-open") && (side.querySelector("[aria-current]") || side.querySelector("a"))?.focus(), 30);
    } else opener?.focus();
  }
  on("click", "[data-menu-open]", (event, button) => drawer(true, button));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && side?.hasAttribute("data-open")) drawer(false, document.querySelector("[data-menu-open]"));
  });

  // Dialogs and sheets: the browser traps the focus and gives it back.
  on("click", "[data-dialog]", (event, button) => {
    const dialog = document.querySelector(button.dataset.dialog);
    if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
  });
  on("click", "[data-close]", (event, button) => {
    const box = button.closest("dialog, [data-toast]");
    if (box?.tagName === "DIALOG") box.close(); else box?.remove();
  });
  document.addEventListener("click", (event) => { if (event.target.matches?.("dialog.fh-sheet")) event.target.close(); });

  // A masked value: the answer stands in the dialog until that is closed, then nothing of it is left on the page.
  on("submit", "form[data-unmask]", async (event, form) => {
    const body = form.closest("[data-unmask-body]");
    if (!body) return;
    event.preventDefault();
    const question = body.innerHTML;
    try {
      const answer = await ask(form.action, { method: "POST", body: new FormData(form) });
      if (answer.status === 401) { location.reload(); return; }
      body.innerHTML = await answer.text();
      (body.querySelector("[data-focus]") || body.querySelector("[name=reason]"))?.focus();
      body.closest("dialog").addEventListener("close", () => { body.innerHTML = question; }, { once: true });
    } catch { toast(texts.failed, { tone: "bad" }); }
  });

  on("click", "[data-go-back]", () => history.back());

  // Keys: "/" searches, "?" explains, a letter presses the button that shows it.
  function explain() {
    const dialog = document.getElementById("keys");
    const list = dialog?.querySelector("[data-keys]");
    if (!dialog || dialog.open) return;
    for (const old of list.querySelectorAll("[data-found]")) old.remove();
    for (const element of document.querySelectorAll("[data-key]")) {
      if (!isShown(element) || element.closest("dialog")) continue;
      const row = list.querySelector("template").content.firstElementChild.cloneNode(true);
      row.dataset.found = "";
      row.querySelector("kbd").textContent = element.getAttribute("aria-keyshortcuts");
      row.querySelector("dd").textContent = element.querySelector("span")?.textContent || "";
      list.append(row);
    }
    dialog.showModal();
  }
  on("click", "[data-keys-help]", (event, button) => { button.closest("details")?.removeAttribute("open"); explain(); });
  document.addEventListener("keydown", (event) => {
    const search = [...document.querySelectorAll("[data-list-search], [data-search]")].find(isShown);
    // In a search field that is still empty "/" means the key, since nothing that can be found begins with it.
    const again = event.key === "/" && event.target === search && !search.value && !event.isComposing && event.keyCode !== 229;
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || (isTyping(event) && !again) || document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    } else if (event.key === "?") { event.preventDefault(); explain(); }
    else if (/^[a-z0-9]$/i.test(event.key)) {
      const target = [...document.querySelectorAll(`[data-key="${event.key.toLowerCase()}"]`)].find(isShown);
      if (target) { event.preventDefault(); target.click(); }
    }
  });

  // The connection.
  const bar = document.getElementById("offline");
  const connection = () => { if (bar) bar.hidden = navigator.onLine; };
  addEventListener("online", connection); addEventListener("offline", connection); connection();

  // What the server cannot write under our content security policy: widths from data.
  function widths(place) {
    for (const element of place.querySelectorAll("[data-width]")) element.style.width = `${Math.max(0, Math.min(100, Number(element.dataset.width)))}%`;
  }
  widths(document);

  // A wide table that scrolls can be scrolled by keys, too.
  function scrollers() {
    for (const box of document.querySelectorAll(".fh-scroll")) {
      const wide = box.scrollWidth > box.clientWidth + 1;
      if (wide) { box.tabIndex = 0; box.setAttribute("role", "group"); } else { box.removeAttribute("tabindex"); box.removeAttribute("role"); }
    }
  }
  scrollers();
  addEventListener("resize", scrollers);
  for (const kind of ["htmx:afterSwap", "feehouse:changed"]) document.addEventListener(kind, () => { widths(document); scrollers(); });

  for (const toast of document.querySelectorAll("[data-toast]")) watchToast(toast);
  // The list of what must be mended takes the focus after a refused save.
  document.querySelector("main [data-focus]")?.focus({ preventScroll: false });
})();
