// What a reader's phone keeps: routes (unit, meter, last reading, mean: no names), readings that are not sent yet, the phone's own mark.
"use strict";

window.walkKeep = (() => {
  const STORES = { routes: "key", readings: "uuid", phone: "name" };
  const CACHES = "feehouse-walk";
  // Where the browser keeps nothing, the page works as long as it is open.
  const memory = Object.fromEntries(Object.keys(STORES).map((name) => [name, new Map()]));
  let opened = null, isKept = true;

  function open() {
    opened ??= new Promise((resolve) => {
      let request;
      try { request = indexedDB.open("feehouse-walk", 1); } catch { isKept = false; resolve(null); return; }
      request.onupgradeneeded = () => { for (const [name, key] of Object.entries(STORES)) request.result.createObjectStore(name, { keyPath: key }); };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => { isKept = false; resolve(null); };
    });
    return opened;
  }

  async function work(name, mode, deed) {
    const database = await open();
    if (!database) return undefined;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const request = deed(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  async function all(name) {
    if (!(await open())) return [...memory[name].values()];
    return work(name, "readonly", (store) => store.getAll());
  }

  async function get(name, key) {
    if (!(await open())) return memory[name].get(key);
    return work(name, "readonly", (store) => store.get(key));
  }

  async function put(name, value) {
    if (!(await open())) { memory[name].set(value[STORES[name]], structuredClone(value)); return; }
    await work(name, "readwrite", (store) => store.put(value));
  }

  async function drop(name, key) {
    if (!(await open())) { memory[name].delete(key); return; }
    await work(name, "readwrite", (store) => store.delete(key));
  }

  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64; bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  async function mark() {
    const kept = await get("phone", "mark");
    if (kept) return kept.value;
    const value = uuid();
    await put("phone", { name: "mark", value });
    return value;
  }

  // Wipe one route: what its meters showed goes at once, its token when nothing waits to be sent with it.
  async function wipe(route) {
    const waiting = (await all("readings")).some((each) => each.route === route.key);
    if (waiting) { await put("routes", { ...route, stops: [], wiped: true }); return false; }
    await drop("routes", route.key);
    if (route.token) {
      fetch(`${route.door}/end`, { method: "POST", headers: { Authorization: `Bearer ${route.token}`, "Content-Type": "application/json" }, body: "{}", credentials: "omit", keepalive: true }).catch(() => {});
    }
    return true;
  }

  // Wipe every route that is not this person's; nobody's person wipes all. The kept page goes with the last of them.
  async function wipeFor(person) {
    const routes = await all("routes");
    const foreign = routes.filter((route) => !person || route.person !== person);
    const gone = await Promise.all(foreign.map(wipe));
    const draft = await get("phone", "draft");
    if (draft && !routes.some((route) => route.key === draft.route && !foreign.includes(route))) await drop("phone", "draft");
    if (!person && gone.every(Boolean) && window.caches) await caches.delete(CACHES);
  }

  return { all, get, put, drop, uuid, mark, wipe, wipeFor, keeps: () => isKept };
})();
