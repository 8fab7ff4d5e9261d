// Keeps Python for the browser, JupyterLite and eventdemo, so that your next visit loads nothing. The name of a folder ends
// with the digest of its content, so a kept file is never stale. When a folder is new, the older one of its kind is dropped.

const SITE = new URL("..", registration.scope).href;
const KEPT = /^(?:playground|lite)\/runtime\/([^/]+)\//;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const [, path = ""] = event.request.url.split(SITE);
  const found = path.match(KEPT);
  if (found) event.respondWith(kept(event, found[1]));
});

async function kept(event, folder) {
  const { url } = event.request;
  const cache = await caches.open(SITE + folder);
  const before = await cache.match(url);
  if (before) return before;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(Promise.all([cache.put(url, answer.clone()), dropOlder(folder)]));
  return answer;
}

async function dropOlder(folder) {
  const kind = `${SITE}${folder.split("-")[0]}-`;
  const older = (await caches.keys()).filter((name) => name.startsWith(kind) && name !== SITE + folder);
  await Promise.all(older.map((name) => caches.delete(name)));
}
