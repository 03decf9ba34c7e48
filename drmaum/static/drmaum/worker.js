// The service worker. The line above, written by the server, names the version and what belongs
// to it: `SHELL = {version, pages, assets}`.
//
// Pages come from the network; what is kept answers only where the network does not. A page that
// did come from the network is never given a kept script or style, so versions never mix. Answers
// of the API, media, notes and the portal are never kept. Of an account, only the talks are kept
// that its own pages hand over, under the account's name, and only while that account is the one
// that is signed in.

const KEPT_SHELL = `shell:${SHELL.version}`;
const KEPT = "kept:";
const TALKS = 5;
const PATIENCE = 5000; // where something is kept, a slow network is not waited for any longer
const [OFFLINE] = SHELL.pages;
const LEFT_ALONE = /^\/(admin|api|media)\/|\.pdf$/;
const fromDevice = new Set(); // ids of the pages that were answered from what is kept

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function fill() {
  const shell = await caches.open(KEPT_SHELL);
  // Without cookies: these pages are the same for everybody, and stay so on the device.
  const fresh = (path) => new Request(path, { cache: "reload", credentials: "omit" });
  await shell.addAll([...SHELL.pages, ...SHELL.assets].map(fresh));
}

async function takeOver() {
  const names = await caches.keys();
  const outdated = names.filter((name) => name.startsWith("shell:") && name !== KEPT_SHELL);
  await Promise.all(outdated.map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || LEFT_ALONE.test(pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(event, pathname));
  else if (fromDevice.has(event.clientId) && isAsset(pathname)) event.respondWith(asset(request));
});

function isAsset(pathname) {
  return SHELL.assets.includes(pathname);
}

async function page(event, pathname) {
  const network = fromNetwork(event);
  network.catch(() => {}); // looked at below, perhaps too late for the browser's taste
  const copy = await keptPage(pathname);
  try {
    return await (copy ? Promise.race([network, tooSlow()]) : network);
  } catch {
    fromDevice.add(event.resultingClientId);
    return copy ?? (await shellPage(OFFLINE)) ?? Response.error();
  }
}

async function fromNetwork(event) {
  return (await event.preloadResponse) ?? fetch(event.request);
}

function tooSlow() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("slow")), PATIENCE));
}

// A page of the shell; or, where its talk is kept, the offline page, which draws the talk.
async function keptPage(pathname) {
  if (SHELL.pages.includes(pathname)) return shellPage(pathname);
  for (const name of await caches.keys()) {
    if (name.startsWith(KEPT) && (await (await caches.open(name)).match(pathname))) return shellPage(OFFLINE);
  }
  return undefined;
}

async function shellPage(pathname) {
  return (await caches.open(KEPT_SHELL)).match(pathname);
}

async function asset(request) {
  const kept = await caches.open(KEPT_SHELL);
  return (await kept.match(request, { ignoreSearch: true })) ?? fetch(request);
}

// --- Talks of the signed-in account ------------------------------------------------------

self.addEventListener("message", (event) => {
  const act = { account: isSignedIn, keep }[event.data?.type];
  if (act) event.waitUntil(inTurn(() => act(event.data)).then(() => event.ports[0]?.postMessage("done")));
});

let turn = Promise.resolve();

// One after the other: a talk must not be written while its account is being cleared away.
function inTurn(act) {
  turn = turn.then(act, act);
  return turn;
}

// Whoever is signed in now, or nobody (""): what is kept of anybody else goes.
async function isSignedIn({ account }) {
  const own = account ? KEPT + account : "";
  const others = (await caches.keys()).filter((name) => name.startsWith(KEPT) && name !== own);
  await Promise.all(others.map((name) => caches.delete(name)));
  if (own) await caches.open(own);
}

async function keep({ account, path, talk }) {
  // A tab that was left open by an account that has signed out since is not listened to.
  if (!(await caches.has(KEPT + account))) return;
  const kept = await caches.open(KEPT + account);
  const body = new Response(JSON.stringify(talk), { headers: { "Content-Type": "application/json" } });
  await kept.put(path, body);
  const paths = await kept.keys(); // the oldest first: what is put again moves to the end
  await Promise.all(paths.slice(0, Math.max(0, paths.length - TALKS)).map((one) => kept.delete(one)));
}

// --- Notifications -----------------------------------------------------------------------

self.addEventListener("push", (event) => event.waitUntil(notify(event.data)));
self.addEventListener("notificationclick", (event) => event.waitUntil(look(event.notification)));

// A browser takes the right away from whoever is told something and shows nothing.
async function notify(data) {
  const { text = "새 소식이 있어요.", path = "/home", tag } = data?.json() ?? {};
  const icon = "/static/drmaum/icons/icon-192.png";
  await self.registration.showNotification("Dr. 마음", { body: text, tag, icon, lang: "ko", data: { path } });
}

async function look(notification) {
  notification.close();
  const address = new URL(notification.data?.path ?? "/home", location.origin);
  if (address.origin !== location.origin) return undefined;
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = open.find((one) => new URL(one.url).pathname === address.pathname) ?? open[0];
  if (!there) return self.clients.openWindow(address);
  await there.focus();
  return there.navigate?.(address).catch(() => self.clients.openWindow(address));
}
