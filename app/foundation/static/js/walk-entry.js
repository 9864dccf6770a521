// One meter of a route: the dial, our own keypad, and at once what the figure means. What is typed survives lock, reload and no network.
"use strict";

window.walkEntry = (() => {
  const { verdict, rollover, expected, isBelow, isTooLong } = walkSums;
  const BIGGEST = 1280, QUALITY = 0.8, LONGEST_REASON = 200, MOST_DECIMALS = 3;
  let kit = null, entry = null;

  const TONES = { red: "bad", amber: "amber", green: "good", grey: "neutral" };
  const ICONS = { red: "alert-circle", amber: "alert-triangle", green: "circle-check", grey: "circle-dashed" };

  function open(given, stop, kept) {
    kit = given;
    const before = kit.readingOf(stop);
    entry = { stop, typed: "", explanation: "", why: "", note: "", photo: "", chosen: "", ...(kept || fromReading(before)) };
    show();
  }

  const fromReading = (reading) => reading
    ? { typed: reading.value || "", explanation: reading.explanation || "", why: reading.why || "", note: reading.note || "", photo: reading.photo || "", chosen: reading.chosen || "" }
    : {};

  function remember() {
    const { stop, ...typed } = entry;
    walkKeep.put("phone", { name: "draft", route: kit.route.key, meter: stop.meter, ...typed }).catch(() => {});
  }

  const value = () => entry.typed.replace(/\.$/, "");
  // While fewer figures are typed than the old reading has, nothing is said of being below it yet.
  const isWhole = () => value() !== "" && value().split(".")[0].length >= (entry.stop.base?.value.split(".")[0].length || 1);

  function isRed() {
    const judged = !isTooLong(entry.stop, value()) ? verdict(entry.stop, value(), kit.today(), entry.explanation === "rollover") : null;
    return judged?.colour === "red";
  }

  function press(key) {
    if (key === "erase") entry.typed = entry.typed.slice(0, -1);
    else if (key === ".") { if (!entry.typed.includes(".") && entry.typed) entry.typed += "."; }
    else {
      const [whole, part] = entry.typed.split(".");
      if (part === undefined ? whole.length < entry.stop.digits : part.length < MOST_DECIMALS) entry.typed += key;
    }
    entry.explanation = ""; entry.chosen = "";
    remember(); show();
  }

  function show() {
    const { h, icon, say, number, day } = kit;
    const { stop } = entry, done = stop.read && !kit.readingOf(stop);
    const head = kit.head({ title: stop.unit, note: `${stop.service} · ${stop.serial}`, back: () => kit.list(), before: () => kit.step(stop, -1), after: () => kit.step(stop, 1) });
    const old = stop.last ? h("p", { class: "fh-walk-old" }, h("span", {}, say(stop.last.estimated ? "old_estimated" : "old_of", { day: day(stop.last.on) })), h("b", {}, number(stop.last.value)))
      : h("p", { class: "fh-walk-old" }, h("span", {}, say("no_old")));
    if (done) {
      kit.page(head, kit.bar(), h("div", { class: "fh-walk-body" }, old, kit.notice(TONES[stop.read.colour], ICONS[stop.read.colour], say("read_already", { day: day(stop.read.on), value: number(stop.read.value) }), say("read_hint"))), kit.foot(nextButton()));
      return;
    }
    const judged = isWhole() && !isTooLong(stop, value()) ? verdict(stop, value(), kit.today(), entry.explanation === "rollover") : null;
    const tone = entry.explanation === "estimate" ? "neutral" : judged ? TONES[judged.colour] : "neutral";
    kit.page(head, kit.bar(), h("div", { class: "fh-walk-body" }, old, dial(tone), ...said(judged), note(), extras()), h("div", { class: "fh-walk-thumb" }, keypad(), kit.foot(...feet(judged))));
  }

  function dial(tone) {
    const { h, separator } = kit;
    const [whole, part] = entry.typed.split(".");
    const boxes = [...whole.padEnd(entry.stop.digits, " ")].map((each, at) => h("span", { class: at === Math.min(whole.length, entry.stop.digits - 1) ? "is-next" : "" }, each.trim() || " "));
    const rest = part === undefined ? [] : [h("i", {}, separator), h("span", { class: "is-part" }, part || " ")];
    const shown = entry.explanation === "estimate" ? kit.say("estimate") : entry.typed ? kit.number(value() || "0") : "—";
    return h("div", { class: `fh-walk-dial tone-${tone}` }, h("div", { "aria-hidden": "true", class: "fh-walk-boxes" }, ...boxes, ...rest), h("p", { class: "visually-hidden", role: "status" }, shown));
  }

  // What the figure means: the colour with its figures and its reason in words; or what may have happened where it cannot be.
  function said(judged) {
    const { h, say, number, notice } = kit, { stop } = entry;
    if (entry.explanation === "estimate") return [notice("violet", "math-function", say("cannot_read"), estimateHint()), whys(["no_way_in", "dial_hidden", "meter_broken", "other_reason"], say("why_not"))];
    if (!value()) return [];
    if (isTooLong(stop, value())) return [notice("bad", "alert-circle", say("too_long", { serial: stop.serial, digits: number(String(stop.digits)) }))];
    if (!judged) return [];
    if (judged.anomaly === "below") return below();
    const facts = h("dl", { class: "fh-walk-facts" }, fact(say("consumption"), `${number(judged.quantity)} ${stop.measure}`), fact(say("mean"), judged.mean === null ? "—" : `${number(judged.mean, 0)} ${stop.measure}`), fact(say("against"), judged.deviation === null ? "—" : `${judged.deviation > 0 ? "+" : ""}${number(String(judged.deviation))} %`, TONES[judged.colour]));
    const parts = [facts, notice(TONES[judged.colour], ICONS[judged.colour], say(judged.colour), reason(judged), judged.colour === "red" ? say("why_red") : judged.colour === "amber" ? say("look_again") : "")];
    if (judged.colour === "red") parts.push(whys(["checked_again", "household_changed", "meter_broken", "other_reason"], say("why_red")));
    return parts;
  }

  function fact(label, text, tone) {
    const { h } = kit;
    return h("div", {}, h("dt", {}, label), h("dd", { class: tone ? `text-${tone}` : "" }, text));
  }

  function reason(judged) {
    const { say, number } = kit, { stop } = entry;
    if (judged.anomaly === "zero") return say("empty_zero");
    const figures = { quantity: number(judged.judged), measure: stop.measure, mean: judged.mean === null ? "" : number(judged.mean), ratio: judged.ratio === null ? "" : number(judged.ratio) };
    const bare = judged.ratio === null && kit.has(`reason-bare-${judged.anomaly}`);
    return say(`${bare ? "reason-bare-" : "reason-"}${judged.anomaly}`, figures);
  }

  function estimateHint() {
    const near = expected(entry.stop, kit.today());
    return near ? kit.say("cannot_read_expected", { quantity: kit.number(near.quantity), measure: entry.stop.measure }) : kit.say("cannot_read_hint");
  }

  function below() {
    const { h, say, number, notice } = kit, { stop } = entry;
    const near = expected(stop, kit.today()), rolled = rollover(stop, value(), kit.today());
    const figures = { quantity: number(rolled.quantity), measure: stop.measure, digits: number(String(stop.digits)) };
    const ways = [
      way("keyboard", say("mistyped"), near ? say("mistyped_hint", { value: number(near.value) }) : "", () => { entry.typed = ""; remember(); show(); }),
      way("replace", say("replaced"), say("replaced_hint"), () => choose("replaced"), entry.chosen === "replaced"),
      way("history", say("last_wrong"), say("last_wrong_hint"), () => choose("last_wrong"), entry.chosen === "last_wrong"),
      rolled.likely
        ? way("rotate", say("rollover"), say("rollover_likely", figures), () => { entry.explanation = "rollover"; remember(); show(); })
        : h("div", { class: "fh-walk-way is-unlikely" }, kit.icon("rotate", 20), h("span", {}, h("b", {}, say("rollover")), h("small", {}, say("rollover_unlikely", figures)))),
      way("eye-off", say("cannot_read"), estimateHint(), () => { entry.explanation = "estimate"; remember(); show(); }),
    ];
    return [notice("bad", "x", say("below", { new: number(value()), old: number(stop.base.value) })), h("div", { class: "fh-walk-ways" }, ...ways)];
  }

  function way(name, title, hint, react, isChosen = false) {
    const { h, icon } = kit;
    return h("button", { type: "button", class: "fh-walk-way", "aria-pressed": isChosen ? "true" : "false", onclick: react }, icon(name, 20), h("span", {}, h("b", {}, title), hint ? h("small", {}, hint) : null), icon("chevron-right", 18));
  }

  function choose(what) { entry.chosen = what; remember(); show(); }

  function whys(names, title) {
    const { h, say } = kit;
    const options = names.map((name) => h("label", { class: "fh-walk-why" }, h("input", { type: "radio", name: "why", value: name, checked: entry.why === name, onchange: () => { entry.why = name; remember(); show(); } }), h("span", {}, say(name))));
    return h("fieldset", { class: "fh-walk-whys" }, h("legend", { class: "visually-hidden" }, title), ...options);
  }

  function note() {
    const { h, say } = kit;
    return h("label", { class: "fh-walk-note" }, h("span", {}, say("note")), h("input", { type: "text", class: "form-control", maxlength: "120", autocomplete: "off", value: entry.note, oninput: (event) => { entry.note = event.target.value; remember(); }, onchange: () => show() }));
  }

  function extras() {
    const { h, icon, say } = kit;
    const camera = h("input", { type: "file", accept: "image/*", capture: "environment", class: "visually-hidden", onchange: (event) => take(event.target.files[0]) });
    const parts = [h("label", { class: "btn fh-walk-photo" }, camera, icon("camera", 20), h("span", {}, say(entry.photo ? "photo_taken" : "photo")))];
    if (entry.photo) parts.push(h("img", { class: "fh-walk-picture", alt: say("photo"), src: `data:image/jpeg;base64,${entry.photo}` }));
    if (entry.explanation !== "estimate") parts.push(h("button", { type: "button", class: "btn", onclick: () => { entry.explanation = "estimate"; entry.why = ""; remember(); show(); } }, icon("eye-off", 20), h("span", {}, say("cannot_read"))));
    else parts.push(h("button", { type: "button", class: "btn", onclick: () => { entry.explanation = ""; entry.why = ""; remember(); show(); } }, icon("keyboard", 20), h("span", {}, say("mistyped"))));
    return h("div", { class: "fh-walk-extras" }, ...parts);
  }

  // The picture is made small here: large enough to read a dial, small enough to wait on the phone and to be sent.
  async function take(file) {
    if (!file) return;
    try {
      const bitmap = await createImageBitmap(file);
      const part = Math.min(1, BIGGEST / Math.max(bitmap.width, bitmap.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(bitmap.width * part); canvas.height = Math.round(bitmap.height * part);
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      entry.photo = canvas.toDataURL("image/jpeg", QUALITY).split(",")[1] || "";
      remember(); show();
    } catch { kit.toast(kit.say("photo_failed")); }
  }

  // While the dial has room for more figures the keypad stays: 104 may become 1,040.
  function keypad() {
    const { h, icon, say, separator } = kit;
    if (entry.explanation === "estimate") return null;
    if (entry.typed.split(".")[0].length === entry.stop.digits && !entry.typed.includes(".") && (entry.chosen || entry.why || isRed())) return kit.smallPad(press);
    const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "0", "erase"].map((key) => {
      const label = key === "erase" ? icon("backspace", 24) : key === "." ? separator : key;
      const aria = key === "erase" ? { "aria-label": say("erase") } : key === "." ? { "aria-label": say("separator") } : {};
      return h("button", { type: "button", class: /\d/.test(key) ? "" : "is-other", "data-key-pad": key, onclick: () => press(key), ...aria }, label);
    });
    return h("div", { class: "fh-walk-pad" }, ...keys);
  }

  // Why it may not be saved yet; "" where it may.
  function missing(judged) {
    if (entry.explanation === "estimate") return entry.why && (entry.why !== "other_reason" || entry.note.trim()) ? "" : "why";
    if (!value() || isTooLong(entry.stop, value())) return "value";
    if (!judged) return entry.stop.base && !isBelow(entry.stop, value()) ? "" : entry.stop.base ? "value" : "";
    if (judged.anomaly === "below") return entry.chosen ? "" : "below";
    if (judged.colour === "red") return entry.why && (entry.why !== "other_reason" || entry.note.trim()) ? "" : "why";
    return "";
  }

  function feet(judged) {
    const { h, icon, say } = kit, next = kit.nextUnread(entry.stop);
    const lacks = missing(judged);
    const words = next ? say("save_next", { unit: next.unit }) : say("save");
    const save = h("button", { type: "button", class: "btn btn-primary", "data-save": "", disabled: Boolean(lacks), onclick: () => keepReading(judged) }, icon("check", 20), h("span", {}, words));
    return lacks && next ? [save, nextButton("later")] : [save];
  }

  function nextButton(sentence = "next") {
    const { h, icon, say } = kit, next = kit.nextUnread(entry.stop);
    if (!next) return h("button", { type: "button", class: "btn", onclick: () => kit.list() }, icon("arrow-left", 20), h("span", {}, say("back")));
    return h("button", { type: "button", class: "btn", onclick: () => { forget(); kit.entry(next); } }, h("span", {}, say(sentence, { unit: next.unit })));
  }

  const forget = () => walkKeep.drop("phone", "draft").catch(() => {});

  async function keepReading(judged) {
    const { stop } = entry, isEstimate = entry.explanation === "estimate";
    const before = kit.readingOf(stop);
    const words = [entry.chosen ? kit.say(entry.chosen) : "", entry.why && entry.why !== "other_reason" ? kit.say(entry.why) : "", entry.note.trim()].filter(Boolean);
    const reading = {
      uuid: before?.uuid || walkKeep.uuid(), route: kit.route.key, meter: stop.meter, unit: stop.unit, serial: stop.serial, service: stop.service, measure: stop.measure,
      read_on: kit.today(), value: isEstimate ? null : value(), explanation: entry.explanation || null, reason: words.join(" · ").slice(0, LONGEST_REASON), photo: entry.photo,
      report: isEstimate ? (entry.why === "meter_broken" ? "broken" : null) : entry.chosen || null,
      why: entry.why, note: entry.note, chosen: entry.chosen, colour: isEstimate ? "grey" : judged?.colour || "grey", state: "waiting", sentence: "", made: Date.now(),
    };
    if (before && before.state === "waiting" && before.read_on !== reading.read_on) reading.read_on = before.read_on;
    try { await walkKeep.put("readings", reading); } catch { kit.toast(kit.say("storage_failed")); return; }
    await forget();
    await kit.saved(reading);
  }

  addEventListener("keydown", (event) => {
    if (!entry || !document.querySelector(".fh-walk-dial") || event.isComposing || event.target.matches?.("input, textarea")) return;
    if (/^\d$/.test(event.key)) press(event.key);
    else if (event.key === "Backspace") press("erase");
    else if (event.key === "." || event.key === ",") press(".");
    else if (event.key === "Enter" && !event.target.matches?.("button")) document.querySelector("[data-save]:not([disabled])")?.click();
  });

  return { open, close: () => { entry = null; } };
})();
