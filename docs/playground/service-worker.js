// Keeps the playground's Python in the browser, so that your next visit loads nothing. The name of a folder ends with the
// digest of its content, so a kept file is never stale. When a folder is new, the older one of its kind is dropped.

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const [, path] = event.request.url.split(`${registration.scope}runtime/`);
  if (path) event.respondWith(kept(event, path.split("/")[0]));
});

async function kept(event, folder) {
  const { url } = event.request;
  const cache = await caches.open(registration.scope + folder);
  const before = await cache.match(url);
  if (before) return before;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(Promise.all([cache.put(url, answer.clone()), dropOlder(folder)]));
  return answer;
}

async function dropOlder(folder) {
  const kind = registration.scope + folder.split("-")[0];
  const older = (await caches.keys()).filter((name) => name.startsWith(kind) && name !== registration.scope + folder);
  await Promise.all(older.map((name) => caches.delete(name)));
}
