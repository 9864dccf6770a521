// What waits on the phone: every reading that is not sent yet, those that were refused with the sentence of the refusal.
"use strict";

window.walkQueue = (() => {
  let sure = "";

  function show(kit) {
    const { h, icon, say, number, day } = kit;
    const readings = [...kit.readings()].sort((one, other) => (one.state === other.state ? one.made - other.made : one.state === "refused" ? -1 : 1));
    const rows = readings.map((reading) => {
      const isRefused = reading.state === "refused", stop = kit.stopOf(reading), isLate = isRefused && reading.isLate;
      const deeds = [h("button", { type: "button", class: "btn", onclick: () => discard(kit, reading) }, icon("trash", 18), h("span", {}, say("discard")))];
      if (isRefused && !isLate) deeds.unshift(h("button", { type: "button", class: "btn", onclick: () => again(kit, reading) }, icon("refresh", 18), h("span", {}, say("send_again"))));
      if (stop && !isLate) deeds.unshift(h("button", { type: "button", class: "btn btn-primary", onclick: () => kit.entry(stop) }, icon("pencil", 18), h("span", {}, say("change"))));
      return h("li", { class: `fh-walk-waiting tone-${isRefused ? "bad" : "neutral"}`, "data-state": reading.state },
        h("p", {}, h("b", {}, reading.unit), h("span", {}, reading.value === null ? say("estimate") : number(reading.value))),
        h("p", { class: "fh-muted" }, h("span", {}, `${reading.service} · ${reading.serial}`), h("span", {}, day(reading.read_on))),
        h("p", { class: isRefused ? "text-bad" : "fh-muted", role: isRefused ? "alert" : null }, ...(isRefused ? [h("b", {}, say("refused")), h("span", {}, isLate ? say("arrived_before") : reading.sentence)] : [say("saved_here")])),
        reading.reason ? h("p", { class: "fh-muted" }, reading.reason) : null,
        sure === reading.uuid ? h("p", { class: "text-bad", role: "alert" }, say("discard_sure", { unit: reading.unit })) : null,
        h("div", { class: "fh-walk-deeds" }, ...deeds));
    });
    const body = rows.length ? h("ul", { class: "fh-walk-queue" }, ...rows) : h("p", { class: "fh-walk-empty" }, icon("circle-check", 28), h("span", {}, say("all_sent")));
    kit.page(kit.head({ title: say("unsent"), back: () => kit.list() }), kit.bar(), h("div", { class: "fh-walk-body" }, body), null);
  }

  async function again(kit, reading) {
    await walkKeep.put("readings", { ...reading, state: "waiting", sentence: "", made: Date.now() });
    await kit.refreshed(); show(kit);
    await walkSend.send();
  }

  // Two taps, so that nothing is lost by one.
  async function discard(kit, reading) {
    if (sure !== reading.uuid) { sure = reading.uuid; show(kit); return; }
    sure = "";
    await walkKeep.drop("readings", reading.uuid);
    await kit.refreshed(); show(kit);
  }

  return { show };
})();
