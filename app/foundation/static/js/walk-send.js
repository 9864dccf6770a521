// Fetching a route and sending what waits. Each route of a person has a token of its own, and what he read is sent with that; a refused reading stays, with the sentence of its refusal.
"use strict";

window.walkSend = (() => {
  const place = document.getElementById("walk");
  const door = place.dataset.door;
  const locale = place.dataset.locale;
  const AGAIN_AFTER = 20_000;
  let isSending = false, isAsked = false;
  const changed = (detail) => document.dispatchEvent(new CustomEvent("walk:changed", { detail }));

  class Unreachable extends Error {}
  class SignInNeeded extends Error {}
  class Refused extends Error {}

  async function asked(address, options) {
    let answer;
    try { answer = await fetch(address, options); } catch { throw new Unreachable(); }
    return answer;
  }

  const headersOf = (route) => ({ Authorization: `Bearer ${route.token}`, "Accept-Language": locale });

  // Let this phone take the route along; needs somebody signed in.
  async function enrol(building, service) {
    const body = new FormData();
    body.set("building", building); body.set("service", service); body.set("mark", await walkKeep.mark());
    const headers = { "X-Requested-With": "fetch", Accept: "application/json", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content || "" };
    const answer = await asked(place.dataset.enrol, { method: "POST", body, headers, credentials: "same-origin" });
    if (answer.redirected || answer.status === 401 || answer.status === 400) throw new SignInNeeded();
    if (!answer.ok) throw new Refused((await told(answer)).message || String(answer.status));
    return answer.json();
  }

  async function told(answer) {
    try { return (await answer.json()).error; } catch { return { message: "", code: "" }; }
  }

  // Return the route as it is now, kept on the phone. A token that is worth nothing any more is replaced by a new one.
  async function fetched(key, building, service, person) {
    let route = await walkKeep.get("routes", key);
    for (let tries = 0; tries < 2; tries += 1) {
      if (!route?.token) {
        const given = await enrol(building, service);
        route = { key, building, service, person, door, stops: [], ...route, token: given.token };
        await walkKeep.put("routes", route);
      }
      const fresh = await refetched(route);
      if (fresh.token) return fresh;
      route = fresh;
    }
    throw new SignInNeeded();
  }

  // The route as the office knows it now; without its token where that is worth nothing any more.
  async function refetched(route) {
    const answer = await asked(door, { headers: headersOf(route), credentials: "omit" });
    if (answer.status === 401 || answer.status === 403) return forgotten(route);
    if (answer.status === 429 || answer.status >= 500) throw new Unreachable();
    if (!answer.ok) throw new Refused((await told(answer)).message || String(answer.status));
    const given = await answer.json();
    const fresh = { ...route, ...given, wiped: false, skew: Date.parse(given.now) - Date.now(), fetched: Date.now() };
    await walkKeep.put("routes", fresh);
    return fresh;
  }

  // A token that was ended or is over: the route goes from the phone, unsent readings stay.
  async function forgotten(route) {
    const bare = { ...route, token: "", stops: [], wiped: true };
    await walkKeep.put("routes", bare);
    changed({ route: bare });
    return bare;
  }

  async function send() {
    if (isSending) { isAsked = true; return; }
    isSending = true;
    try {
      const waiting = (await walkKeep.all("readings")).filter((each) => each.state === "waiting").sort((one, other) => one.made - other.made);
      for (const reading of waiting) if (!(await sent(reading))) break;
    } finally { isSending = false; }
    if (isAsked) { isAsked = false; await send(); }
  }

  // Send one; false where there is no use in trying the next one now.
  async function sent(reading) {
    const route = await walkKeep.get("routes", reading.route);
    if (!route?.token) return true;
    const { uuid, meter, read_on, value, explanation, reason, photo, report } = reading;
    const body = JSON.stringify({ uuid, meter, read_on, value, explanation, reason, photo, report });
    let answer;
    try {
      answer = await asked(`${door}/readings`, { method: "POST", body, headers: { ...headersOf(route), "Content-Type": "application/json" }, credentials: "omit" });
    } catch { changed({ offline: true }); return false; }
    if (answer.status === 429 || answer.status >= 500) return false;
    if (answer.status === 401 || answer.status === 403) { await forgotten(route); return true; }
    // It may have been corrected while it was under way: then what stands there now is sent under the same mark, and refused if another one arrived.
    const now = await walkKeep.get("readings", uuid);
    if (answer.ok) await arrived(route.key, await answer.json(), now && now.made !== reading.made);
    else if (now && now.made === reading.made) await refused(reading, route, await told(answer));
    changed({ offline: false });
    return true;
  }

  // Where another figure arrived under the same mark, its answer was lost: this one will never be taken, and the meter is read.
  async function refused(reading, route, why) {
    const isLate = why.code === "uuid_reused";
    await walkKeep.put("readings", { ...reading, state: "refused", sentence: isLate ? "" : why.message, isLate });
    if (isLate && !route.wiped) await refetched(route).catch(() => {});
  }

  async function arrived(key, given, isChanged) {
    const route = await walkKeep.get("routes", key);
    if (!isChanged) await walkKeep.drop("readings", given.uuid);
    const stop = route?.stops.find((each) => each.meter === given.meter);
    if (stop) { stop.read = { on: given.on, value: given.value, consumption: given.consumption, colour: given.colour, state: given.state, estimated: given.estimated }; await walkKeep.put("routes", route); }
    if (route?.wiped && !(await walkKeep.all("readings")).some((each) => each.route === key)) await walkKeep.wipe(route);
  }

  addEventListener("online", () => { send(); });
  setInterval(() => { if (navigator.onLine) send(); }, AGAIN_AFTER);

  return { fetched, send, Unreachable, SignInNeeded, Refused };
})();
