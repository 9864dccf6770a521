// What the other scripts share. No framework; every hook is a data- attribute, every sentence comes translated with the page.
"use strict";

window.feehouse = (() => {
  const texts = JSON.parse(document.getElementById("fh-texts")?.textContent || "{}");
  const token = document.querySelector('meta[name="csrf-token"]')?.content || "";

  // Listen once for all elements of a kind, also for those that arrive later.
  function on(kind, selector, react) {
    document.addEventListener(kind, (event) => {
      const element = event.target instanceof Element ? event.target.closest(selector) : null;
      if (element) react(event, element);
    });
  }

  // True while a person types text: single keys are not commands then. Enter that ends a composition is never one.
  function isTyping(event) {
    const place = event.target instanceof Element ? event.target : document.body;
    return event.isComposing || event.keyCode === 229 || place.isContentEditable ||
      (place.matches("input, textarea, select") && !place.matches('[type="checkbox"], [type="radio"], [type="button"], [type="submit"]'));
  }

  function isShown(element) { return element.getClientRects().length > 0; }

  function later(milliseconds, work) {
    let timer = 0;
    return (...given) => { clearTimeout(timer); timer = setTimeout(() => work(...given), milliseconds); };
  }

  async function ask(address, options = {}) {
    const headers = { "X-Requested-With": "fetch", ...(options.method === "POST" ? { "X-CSRFToken": token } : {}), ...(options.headers || {}) };
    const answer = await fetch(address, { credentials: "same-origin", ...options, headers });
    const door = answer.status === 401 && answer.headers.get("X-Sign-In");
    if (!door) return answer;
    // The session has ended: the whole page goes to the sign-in and comes back, with what was typed.
    document.dispatchEvent(new CustomEvent("feehouse:leaving"));
    location.assign(`${door}?next=${encodeURIComponent(location.pathname + location.search)}`);
    return new Promise(() => {});
  }

  // What looks like an identity number, as app/values/id_numbers.py knows one: it is sent by POST and stands in no address.
  const idNumber = /^(?:[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]|[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}|0(?:0[1-9]|[1-9]\d)\d{9}|[A-Z]{1,2}\d{6}\([\dA]\))$/;
  const isPrivate = (text) => idNumber.test(String(text).normalize("NFKC").toUpperCase().replace(/[\s\-.·]+/g, ""));
  // One that is being typed: nothing is asked until it is whole, or Enter says that it is something else.
  const isGrowing = (text) => /^\d{12,17}$/.test(String(text).normalize("NFKC").replace(/[\s\-.·]+/g, "")) && !isPrivate(text);
  function findPrivately(text) {
    const place = document.querySelector('meta[name="find-person"]')?.content;
    if (!place) return;
    const form = document.createElement("form");
    form.method = "post"; form.action = place; form.hidden = true;
    for (const [name, value] of [["csrf_token", token], ["id_number", text]]) { const field = document.createElement("input"); field.name = name; field.value = value; form.append(field); }
    document.body.append(form);
    form.submit();
  }
  // Any search form that would put one into the address hands it to the form that posts it.
  document.addEventListener("submit", (event) => {
    const field = event.target.method === "get" ? event.target.querySelector('[name="q"]') : null;
    if (field && isPrivate(field.value)) { event.preventDefault(); event.stopImmediatePropagation(); findPrivately(field.value); }
  }, true);

  function picture(name, size = 20) {
    const use = document.querySelector("svg.fh-icon use");
    const sprite = use ? use.getAttribute("href").split("#")[0] : "";
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", "fh-icon"); svg.setAttribute("width", size); svg.setAttribute("height", size); svg.setAttribute("aria-hidden", "true");
    const inner = document.createElementNS(space, "use");
    inner.setAttribute("href", `${sprite}#${name}`);
    svg.append(inner);
    return svg;
  }

  // A toast goes after 6 s, but stays while the pointer or the focus is on it.
  function watchToast(toast) {
    let timer = 0;
    const start = () => { timer = setTimeout(() => toast.remove(), 6000); };
    const stop = () => clearTimeout(timer);
    toast.addEventListener("mouseenter", stop); toast.addEventListener("focusin", stop);
    toast.addEventListener("mouseleave", start); toast.addEventListener("focusout", start);
    start();
  }

  function toast(text, { label = "", deed = null, tone = "good" } = {}) {
    const box = document.createElement("div");
    box.className = "fh-toast"; box.setAttribute("role", "status"); box.dataset.toast = "";
    const words = document.createElement("p");
    words.textContent = text;
    box.append(picture(tone === "good" ? "circle-check" : "alert-triangle"), words);
    if (deed) {
      const link = document.createElement("a");
      link.href = "#"; link.textContent = label;
      link.addEventListener("click", (event) => { event.preventDefault(); deed(); box.remove(); });
      box.append(link);
    }
    const close = document.createElement("button");
    close.type = "button"; close.dataset.close = ""; close.setAttribute("aria-label", texts.close || ""); close.append(picture("x", 16));
    box.append(close);
    document.getElementById("toasts")?.append(box);
    watchToast(box);
    return box;
  }

  return { texts, on, isTyping, isShown, later, ask, toast, watchToast, picture, isPrivate, isGrowing };
})();
