// Python for a notebook. JupyterLite's kernel imports this file in place of Pyodide, and gets the Python of the
// playground, with the packages that notebooks need. The address names the folders of the runtime.

import { load } from "../playground/runtime.js";

const folders = new URL(import.meta.url).searchParams;
const at = (kind, name = "", place = kind === "notebooks" ? "." : "../playground") =>
  new URL(`${place}/runtime/${folders.get(kind)}/${name}`, import.meta.url);
const KEPT = "/eventdemo"; // the folder that the browser keeps, with the reader's predictions

const read = async (kind, name) => {
  const answer = await fetch(at(kind, name));
  if (!answer.ok) throw new Error(`The server answered ${answer.status} for ${name}.`);
  return answer.arrayBuffer();
};

/** Start Python as Pyodide's function of this name does. All packages are there, so no name is looked up elsewhere. */
export async function loadPyodide({ stdout, stderr }) {
  const { info } = await (await fetch(at("python", "pyodide-lock.json"))).json();
  const options = { stdout, stderr, indexURL: at("python").href, lockFileContents: { info, packages: {} } };
  options.env = { EVENTDEMO_PROGRESS: `${KEPT}/progress.json` };
  const python = await load(at, read, options, [["notebooks", "notebooks.zip"]]);
  await keep(python.FS);
  return python;
}

/** Keep what is written to a folder, and bring back what an earlier visit wrote. */
async function keep(FS) {
  FS.mkdir(KEPT);
  FS.mount(FS.filesystems.IDBFS, { autoPersist: true }, KEPT);
  await new Promise((done) => FS.syncfs(true, done));
}
