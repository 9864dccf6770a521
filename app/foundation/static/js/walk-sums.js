// What a reading means, computed on the phone as app/metering/rules does: exact whole numbers, never floats. Figures come as texts.
"use strict";

window.walkSums = (() => {
  const SCALE = 8n;
  const ONE = 10n ** SCALE;

  // "12.5" -> 12.5 × 10⁸ as a whole number.
  function exact(text) {
    const [, sign, whole, part = ""] = /^(-?)(\d+)(?:\.(\d{0,8}))?$/.exec(String(text));
    const found = BigInt(whole) * ONE + BigInt(part.padEnd(Number(SCALE), "0"));
    return sign ? -found : found;
  }

  function written(number) {
    const size = number < 0n ? -number : number;
    const part = String(size % ONE).padStart(Number(SCALE), "0").replace(/0+$/, "");
    return `${number < 0n ? "-" : ""}${size / ONE}${part ? `.${part}` : ""}`;
  }

  const days = (from, to) => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86400000);
  const circle = (stop) => 10n ** BigInt(stop.digits) * ONE;
  const times = (units, stop) => (units * exact(stop.factor)) / ONE;

  // How a quantity stands to the mean of `ofMean` = {used × D, mean × D, D}: as `compared` in rules/unusual.py.
  function compared(used, mean, limits) {
    if (!mean) return "unknown";
    const own = used * mean.days, usual = mean.quantity;
    const difference = own > usual ? own - usual : usual - own;
    const limit = exact(limits.limit) * mean.days;
    const above = (name) => own * ONE >= exact(limits[name]) * usual;
    const below = (name) => own * ONE <= exact(limits[name]) * usual;
    if (difference >= limit) { if (above("high")) return "high"; if (below("low")) return "low"; }
    if (difference * 2n >= limit) { if (above("raised")) return "raised"; if (below("lowered")) return "lowered"; }
    return "normal";
  }

  const COLOURS = { high: "red", low: "red", raised: "amber", lowered: "amber", normal: "green", unknown: "grey" };

  // The mean for a number of days as a fraction: quantity ÷ days.
  const meanFor = (stop, count) => stop.mean ? { quantity: exact(stop.mean.quantity) * BigInt(count), days: BigInt(stop.mean.days) } : null;
  const nearest = (over, under) => (2n * over + under) / (2n * under);

  function shownMean(mean) { return mean ? written(nearest(mean.quantity * 100n, mean.days * ONE) * ONE / 100n) : null; }

  // Towards 1, so that 1.996 is not shown as 2.00, which would be red.
  function shownRatio(used, mean) {
    if (!mean || !mean.quantity) return null;
    const over = used * mean.days * 100n, under = mean.quantity;
    const hundredths = over >= under * 100n ? over / under : (over + under - 1n) / under;
    return written(hundredths * ONE / 100n);
  }

  // The verdict over a value read on a day; `rolled` where the dial began again at 0. Null where there is nothing to count from.
  function verdict(stop, value, day, rolled = false) {
    if (!stop.base) return null;
    const old = exact(stop.base.value), now = exact(value);
    if (!rolled && now < old) return { anomaly: "below", colour: "red", quantity: null };
    const used = times(rolled ? circle(stop) - old + now : now - old, stop);
    let count = days(stop.base.on, day), whole = used;
    if (stop.carried) { count += stop.carried.days; whole += exact(stop.carried.quantity); }
    const mean = meanFor(stop, count);
    let anomaly = compared(whole, mean, stop.limits), colour = COLOURS[anomaly];
    if (whole === 0n) { anomaly = "zero"; if (colour !== "red") colour = "amber"; }
    const deviation = mean && mean.quantity ? Number((whole * mean.days - mean.quantity) * 100n / mean.quantity) : null;
    return { anomaly, colour, quantity: written(used), judged: written(whole), days: count, mean: shownMean(mean), ratio: shownRatio(whole, mean), deviation };
  }

  // What a rollover would make, and whether that is likely.
  function rollover(stop, value, day) {
    if (!stop.base) return null;
    const used = times(circle(stop) - exact(stop.base.value) + exact(value), stop);
    const mean = meanFor(stop, days(stop.base.on, day));
    const likely = mean ? !["high", "low"].includes(compared(used, mean, stop.limits)) : used * 10n <= times(circle(stop), stop);
    return { quantity: written(used), likely };
  }

  // What the dial would show by the mean, in whole units.
  function expected(stop, day) {
    const from = stop.last || stop.base;
    const mean = from ? meanFor(stop, days(from.on, day)) : null;
    if (!mean) return null;
    const units = nearest(mean.quantity, mean.days * exact(stop.factor));
    return { value: written((exact(from.value) + units * ONE) % circle(stop)), quantity: written(times(units * ONE, stop)) };
  }

  const isBelow = (stop, value) => Boolean(stop.base) && exact(value) < exact(stop.base.value);
  const isTooLong = (stop, value) => exact(value) >= circle(stop);

  return { verdict, rollover, expected, isBelow, isTooLong, exact, written };
})();
