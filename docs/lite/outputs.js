// Saved notebooks without their widgets: a widget ends with its kernel, and would hide the text and the picture beside it.

const STORAGE = `JupyterLite Storage - ${new URL(".", import.meta.url).pathname}`;
const WIDGET = "application/vnd.jupyter.widget-view+json";

const result = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** Remove the widgets from the outputs of each notebook that the browser has kept. */
export async function dropWidgets() {
  const known = await indexedDB.databases();
  if (!known.some(({ name }) => name === STORAGE)) return;
  const storage = await result(indexedDB.open(STORAGE));
  if (storage.objectStoreNames.contains("files")) await dropFrom(storage.transaction("files", "readwrite").objectStore("files"));
  storage.close();
}

async function dropFrom(files) {
  for (const name of await result(files.getAllKeys())) {
    const file = await result(files.get(name));
    for (const { outputs = [] } of file.content?.cells ?? [])
      for (const { data = {} } of outputs) delete data[WIDGET];
    await result(files.put(file, name));
  }
}
