// Runs before JupyterLite: a service worker keeps what is loaded, and links to the site stay on this copy of it.

import { dropWidgets } from "./outputs.js";

const published = new URL(import.meta.url).searchParams.get("site");
const here = new URL("..", import.meta.url).href;

addEventListener("click", ({ target }) => {
  const link = target.closest?.("a[href]");
  if (link?.href.startsWith(published)) link.href = link.href.replace(published, here);
}, { capture: true });

/** Wait until a service worker can keep what is loaded; without one, the next visit loads it again. */
async function keep() {
  const registered = navigator.serviceWorker?.register(new URL("service-worker.js", import.meta.url));
  await Promise.race([registered?.then(() => navigator.serviceWorker.ready), new Promise((done) => setTimeout(done, 2000))]);
}

await Promise.all([keep(), dropWidgets()].map((step) => step.catch(() => {})));
