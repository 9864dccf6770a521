// The worker beside the reader's page: it keeps the page and its styles, scripts and fonts, so that they open without a network. It keeps no
// data and answers nothing else.
"use strict";

const CACHE = "feehouse-walk";
const PAGE = "walk";
const PATIENCE = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keep(event.data.keep));
});

async function keep(addresses) {
  const cache = await caches.open(CACHE);
  const old = new Set((await cache.keys()).map((each) => each.url));
  await Promise.allSettled(addresses.map(async (address) => {
    if (old.has(address)) return;
    const answer = await fetch(address, { credentials: "same-origin" });
    if (answer.ok && !answer.redirected) await cache.put(address, answer);
  }));
  // What an earlier version of the page needed goes.
  const wanted = new Set(addresses);
  for (const url of old) if (url.includes("/static/") && !wanted.has(url)) await cache.delete(url);
  for (const client of await self.clients.matchAll()) client.postMessage({ kept: true });
}

self.addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === pageAddress()) event.respondWith(page(request));
  else if (url.pathname.includes("/static/")) event.respondWith(piece(request));
});

const pageAddress = () => new URL(PAGE, self.registration.scope).pathname;

// The newest page where there is a network; else the kept one, also where the session has ended: the route's own token still sends.
async function page(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(pageAddress());
  const fresh = fetch(request).then(async (answer) => {
    if (answer.ok && !answer.redirected && answer.type === "basic") await cache.put(pageAddress(), answer.clone());
    return answer;
  });
  if (!kept) return fresh;
  const late = new Promise((resolve) => { setTimeout(() => resolve(null), PATIENCE); });
  const answer = await Promise.race([fresh.catch(() => null), late]);
  return answer && answer.ok ? answer : kept;
}

async function piece(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) || fetch(request);
}
