// The reader's page: the route as a list, one meter at a time, what waits to be sent. It draws; walk-keep keeps, walk-send sends.
"use strict";

(() => {
  const place = document.getElementById("walk");
  const texts = JSON.parse(document.getElementById("walk-texts").textContent);
  const locale = place.dataset.locale, person = document.body.dataset.person || "";
  const asked = new URLSearchParams(location.search);
  let route = null, waiting = [], problem = "", isOffline = !navigator.onLine, isReady = false, shown = "list", current = null;

  // --- small helpers ---------------------------------------------------------------------------------------------------------------

  function h(name, attributes, ...inside) {
    const element = document.createElement(name);
    for (const [key, given] of Object.entries(attributes || {})) {
      if (given === null || given === undefined || given === false) continue;
      if (key.startsWith("on")) element.addEventListener(key.slice(2), given);
      else if (key === "value" || key === "checked" || key === "disabled") element[key] = given;
      else element.setAttribute(key, given === true ? "" : given);
    }
    for (const each of inside) if (each !== null && each !== undefined && each !== "") element.append(each);
    return element;
  }

  function icon(name, size) {
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg"), use = document.createElementNS(space, "use");
    for (const [key, given] of [["class", "fh-icon"], ["width", size], ["height", size], ["aria-hidden", "true"], ["focusable", "false"]]) svg.setAttribute(key, given);
    use.setAttribute("href", `${place.dataset.sprite}#${name}`);
    svg.append(use);
    return svg;
  }

  const say = (name, figures = {}) => texts[name].replace(/%\((\w+)\)s/g, (whole, key) => (key in figures ? figures[key] : whole));
  const has = (name) => name in texts;
  const number = (text, decimals = 3) => new Intl.NumberFormat(locale, { maximumFractionDigits: decimals }).format(Number(text));
  const separator = number("1.5").replace(/\d/g, "") || ".";
  const day = (iso) => (locale.startsWith("vi") ? iso.split("-").reverse().join("/") : iso);
  // The office's day, by the server's clock: the phone's own may be wrong.
  function today() {
    return new Intl.DateTimeFormat("en-CA", { timeZone: route?.time_zone || undefined, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(Date.now() + (route?.skew || 0)));
  }

  // --- the parts of a page ---------------------------------------------------------------------------------------------------------

  function page(...parts) {
    const at = document.activeElement?.getAttribute?.("data-key-pad"), list = shown === "list" ? scrollY : null;
    place.replaceChildren(...parts.filter(Boolean));
    if (at) place.querySelector(`[data-key-pad="${at}"]`)?.focus();
    if (list !== null) scrollTo(0, list);
  }

  function head({ title, note = "", back, before, after, href }) {
    const ways = before ? [h("button", { type: "button", class: "fh-walk-turn", "aria-label": say("previous"), onclick: before }, icon("chevron-left", 24)), h("button", { type: "button", class: "fh-walk-turn", "aria-label": say("following"), onclick: after }, icon("chevron-right", 24))] : [];
    const away = href ? h("a", { class: "fh-walk-turn", href, "aria-label": say("back") }, icon("arrow-left", 24)) : h("button", { type: "button", class: "fh-walk-turn", "aria-label": say("back"), onclick: back }, icon("arrow-left", 24));
    return h("header", { class: "fh-walk-head" }, away, h("div", {}, h("h1", {}, title), note ? h("small", {}, note) : null), ...ways);
  }

  // The bar that says whether there is a network, and how many wait; it opens what waits.
  function bar() {
    const refused = waiting.filter((each) => each.state === "refused").length, unsent = waiting.length - refused;
    const words = [isOffline ? say("offline") : "", unsent ? say("waiting", { count: number(String(unsent)) }) : "", refused ? say("refused_count", { count: number(String(refused)) }) : ""].filter(Boolean);
    if (!words.length) return null;
    return h("button", { type: "button", class: `fh-walk-bar${refused ? " tone-bad" : ""}`, "data-bar": "", onclick: () => queue() }, icon(isOffline ? "wifi-off" : "cloud-upload", 20), h("span", { role: "status" }, words.join(" · ")), icon("chevron-right", 18));
  }

  function notice(tone, name, title, ...lines) {
    return h("div", { class: `fh-walk-notice tone-${tone}`, "aria-live": "polite" }, icon(name, 20), h("p", {}, h("b", {}, title), ...lines.filter((each) => typeof each === "string" && each).map((each) => h("span", {}, each))));
  }

  const foot = (...buttons) => h("div", { class: "fh-walk-foot" }, ...buttons);
  const smallPad = (press) => h("div", { class: "fh-walk-pad is-small" }, h("button", { type: "button", class: "is-other", "data-key-pad": "erase", "aria-label": say("erase"), onclick: () => press("erase") }, icon("backspace", 24)));
  const toast = (words) => { const box = h("div", { class: "fh-toast", role: "alert" }, words); document.getElementById("toasts").append(box); setTimeout(() => box.remove(), 6000); };

  // --- the route as a list -----------------------------------------------------------------------------------------------------------

  const readingOf = (stop) => waiting.find((each) => each.meter === stop.meter && each.route === route?.key && !each.isLate);
  const stopOf = (reading) => route && reading.route === route.key ? route.stops.find((each) => each.meter === reading.meter) : null;
  const isRead = (stop) => Boolean(readingOf(stop) || stop.read);
  // By the meter: what the route's stops are was read anew meanwhile.
  const placeOf = (stop) => route.stops.findIndex((each) => each.meter === stop.meter);
  function nextUnread(from) {
    const stops = route.stops, at = from ? placeOf(from) : -1;
    return [...stops.slice(at + 1), ...stops.slice(0, Math.max(at, 0))].find((each) => !isRead(each)) || null;
  }

  function notes() {
    const found = [];
    if (problem) found.push(notice("amber", "alert-triangle", ...problem));
    if (!window.isSecureContext || !("serviceWorker" in navigator)) found.push(notice("info", "info-circle", say("needs_https")));
    if (!walkKeep.keeps()) found.push(notice("bad", "alert-circle", say("storage_failed")));
    return found;
  }

  function list() {
    shown = "list"; current = null; walkEntry.close();
    const title = route?.building ? [route.building, route.service].filter(Boolean).join(" · ") : document.title.split(" · ")[0];
    const top = head({ title, note: isReady ? say("ready_offline") : "", href: place.dataset.routes });
    if (!route?.stops?.length) {
      const sign = problem?.[2] ? foot(h("a", { class: "btn btn-primary", href: `/login/?next=${encodeURIComponent(location.pathname + location.search)}` }, say("sign_in"))) : null;
      page(top, bar(), h("div", { class: "fh-walk-body" }, ...notes(), route?.wiped ? notice("amber", "info-circle", say("wiped")) : problem ? null : h("p", { class: "fh-walk-empty" }, say("route_missing"))), sign);
      return;
    }
    const read = route.stops.filter(isRead).length, next = nextUnread(null);
    page(top, bar(), progress(read), ...notes(), ...floors(next), next
      ? foot(h("button", { type: "button", class: "btn btn-primary", "data-next": "", onclick: () => entry(next) }, icon("player-play", 20), h("span", {}, say("next", { unit: next.unit }))))
      : foot(h("p", { class: "fh-walk-done" }, icon("circle-check", 20), h("span", {}, say("all_read")))));
  }

  const colourOf = (stop) => readingOf(stop)?.colour || stop.read?.colour || "";

  function progress(read) {
    const total = route.stops.length, count = (colour) => route.stops.filter((each) => colourOf(each) === colour).length;
    const red = count("red"), amber = count("amber"), track = h("div", { class: "fh-walk-track", role: "img", "aria-label": say("read_of", { read: number(String(read)), total: number(String(total)) }) });
    for (const [tone, size] of [["good", read - red - amber], ["amber", amber], ["bad", red]]) { const part = h("i", { class: `tone-${tone}` }); part.style.width = `${(100 * size) / total}%`; track.append(part); }
    const badge = (tone, name, size, word) => size ? h("span", { class: `fh-badge tone-${tone}` }, icon(name, 14), h("span", {}, `${number(String(size))} ${say(word)}`)) : null;
    return h("section", { class: "fh-walk-progress" }, h("p", {}, h("b", { "data-progress": "" }, say("read_of", { read: number(String(read)), total: number(String(total)) })), badge("bad", "alert-circle", red, "red"), badge("amber", "alert-triangle", amber, "amber")), track);
  }

  function floors(next) {
    const groups = [];
    for (const stop of route.stops) { const last = groups[groups.length - 1]; if (last && last.floor === stop.floor) last.stops.push(stop); else groups.push({ floor: stop.floor, stops: [stop] }); }
    return groups.map((group) => h("section", {}, h("h2", { class: "fh-walk-floor" }, group.floor ? say("floor", { floor: group.floor }) : say("no_floor")), h("ul", { class: "fh-walk-list" }, ...group.stops.map((stop) => row(stop, stop === next)))));
  }

  function row(stop, isNext) {
    const reading = readingOf(stop), colour = colourOf(stop);
    const looks = reading?.state === "refused" ? ["x", "bad", "refused"] : reading ? ["cloud-upload", "neutral", "saved_here"] : stop.read ? [colour === "red" ? "alert-circle" : colour === "amber" ? "alert-triangle" : "circle-check", { red: "bad", amber: "amber" }[colour] || "good", "sent"] : [isNext ? "arrow-right" : "circle", isNext ? "accent" : "neutral", ""];
    const figure = reading ? (reading.value === null ? say("estimate") : number(reading.value)) : stop.read ? number(stop.read.value) : stop.last ? number(stop.last.value) : "—";
    const under = reading || stop.read ? (stop.read && !reading ? `${number(stop.read.consumption)} ${stop.measure}` : say(looks[2])) : say("old");
    return h("li", {}, h("button", { type: "button", class: `fh-walk-row${isNext ? " is-next" : ""}`, "data-stop": stop.meter, onclick: () => entry(stop) },
      h("span", { class: `text-${looks[1]}` }, icon(looks[0], 24)), h("span", { class: "fh-walk-words" }, h("b", {}, stop.unit), h("small", {}, `${stop.service} · ${stop.serial}`)), h("span", { class: "fh-walk-figures" }, h("b", {}, figure), h("small", {}, under))));
  }

  // --- turning pages -----------------------------------------------------------------------------------------------------------------

  function entry(stop, kept) { shown = "entry"; current = stop; scrollTo(0, 0); walkEntry.open(kit, stop, kept); }
  function queue() { shown = "queue"; current = null; walkEntry.close(); walkQueue.show(kit); }
  function step(stop, by) { const stops = route.stops, at = placeOf(stop) + by; entry(stops[(at + stops.length) % stops.length]); }

  async function saved(reading) {
    await refreshed();
    const stop = route.stops.find((each) => each.meter === reading.meter), next = nextUnread(stop);
    if (next) entry(next); else list();
    await walkSend.send();
  }

  async function refreshed() {
    waiting = await walkKeep.all("readings");
    if (route) { const kept = await walkKeep.get("routes", route.key); if (kept) route = kept; }
  }

  // What was read or refused meanwhile is drawn; what is being typed is not disturbed.
  async function redraw() {
    await refreshed();
    if (shown === "queue") walkQueue.show(kit);
    else if (shown === "list") list();
    else { const old = place.querySelector("[data-bar]"), fresh = bar(); if (old && fresh) old.replaceWith(fresh); else if (old) old.remove(); else if (fresh) place.querySelector(".fh-walk-head")?.after(fresh); }
  }

  const kit = { h, icon, say, has, number, day, separator, today, page, head, bar, notice, foot, smallPad, toast, readingOf, stopOf, nextUnread, list, entry, queue, step, saved, refreshed, readings: () => waiting, get route() { return route; } };

  // --- beginning -----------------------------------------------------------------------------------------------------------------------

  const building = asked.get("building") || "", service = asked.get("service") || "";

  async function begin() {
    if (person) await walkKeep.wipeFor(person);
    // A route is one person's. Opened without an address, for instance from the home screen: the one taken along last.
    const begins = building ? `${building}-${service || 0}-` : "";
    const own = (await walkKeep.all("routes")).filter((each) => (!person || each.person === person) && each.key.startsWith(begins));
    route = own.sort((one, other) => (other.fetched || 0) - (one.fetched || 0))[0] || null;
    const key = route?.key || (begins && begins + person);
    await refreshed();
    const draft = await walkKeep.get("phone", "draft");
    list();
    await fetchRoute(key);
    await refreshed();
    const stop = draft && route && draft.route === route.key ? route.stops.find((each) => each.meter === draft.meter) : null;
    if (stop && shown === "list") entry(stop, draft); else if (shown === "list") list();
    await walkSend.send();
  }

  async function fetchRoute(key) {
    problem = "";
    if (!key) return;
    try {
      // What waits is sent first, so that the route is told with it.
      await walkSend.send();
      route = await walkSend.fetched(key, building || route?.building_id || key.split("-")[0], service || (key.split("-")[1] === "0" ? "" : key.split("-")[1]), person);
      isOffline = false;
    } catch (error) {
      if (error instanceof walkSend.Unreachable) isOffline = true;
      else if (error instanceof walkSend.SignInNeeded) problem = route?.token ? "" : [say("no_token"), "", true];
      else if (error instanceof walkSend.Refused) problem = [say("not_here", { problem: error.message })];
      else throw error;
      if (route) route = (await walkKeep.get("routes", route.key)) || route;
    }
  }

  document.addEventListener("walk:changed", (event) => {
    if ("offline" in event.detail) isOffline = event.detail.offline;
    if (event.detail.route && route?.key === event.detail.route.key) { problem = [say("no_token"), "", true]; shown = "list"; }
    redraw();
  });
  addEventListener("offline", () => { isOffline = true; redraw(); });
  addEventListener("online", () => { isOffline = false; redraw(); });

  async function keepThePage() {
    if (!window.isSecureContext || !("serviceWorker" in navigator)) return;
    navigator.serviceWorker.addEventListener("message", (event) => { if (event.data?.kept) { isReady = true; document.body.dataset.kept = "true"; if (shown === "list") list(); } });
    await navigator.serviceWorker.register(place.dataset.worker, { scope: place.dataset.scope });
    const registration = await navigator.serviceWorker.ready;
    await document.fonts.ready;
    const seen = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")].map((each) => each.href || each.src);
    const loaded = performance.getEntriesByType("resource").map((each) => each.name).filter((each) => each.includes("/static/"));
    const pieces = [...seen, ...loaded, new URL(place.dataset.sprite, location.href).href];
    registration.active.postMessage({ keep: [...new Set([new URL("walk", registration.scope).href, ...pieces.map((each) => each.split("#")[0])])] });
  }

  begin().finally(() => keepThePage().catch(() => {}));
})();
