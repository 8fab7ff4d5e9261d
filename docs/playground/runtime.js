// Python in the page, with eventdemo in it. A worker starts it in a browser, and the tests start it under Node.

import { filesIn, pack, unpack } from "./memory.js";

const PACKAGES = [["python", "packages.zip"], ["python", "native.zip"], ["eventdemo", "eventdemo.zip"]];
const LIBRARIES = "/lib/python3.14/site-packages";
const NATIVE = `${LIBRARIES}/pydantic_core/_pydantic_core.cpython-314-wasm32-emscripten.so`;
const OWN = "/repository"; // not where libraries are, because errors and schedules name lines of the package as its own

/**
 * Start Python; return it with eventdemo to import. `at` returns the address of a file in a folder of the runtime, `read`
 * returns its bytes, and `more` lists further archives, which are unpacked beside the packages.
 */
export async function load(at, read, options = {}, more = []) {
  const archives = [...PACKAGES, ...more].map(([kind, name]) => read(kind, name));
  const python = await core(at, options);
  const packages = `${LIBRARIES}/packages.zip`;
  const [pure, native, own, ...others] = await Promise.all(archives);
  python.FS.writeFile(packages, new Uint8Array(pure));
  for (const archive of [native, ...others]) python.unpackArchive(archive, "zip", { extractDir: LIBRARIES });
  python.FS.writeFile(NATIVE, ""); // an import looks for the file; its code is loaded already
  python.unpackArchive(own, "zip", { extractDir: OWN });
  python.runPython(`import sys; sys.path += ["${packages}", "${OWN}"]; sys.dont_write_bytecode = True`);
  return python;
}

/**
 * Start Python alone; with `_loadSnapshot`, in that memory. Native code is loaded before Python starts, so that it is at
 * the same address in each visit.
 */
async function core(at, options) {
  const [{ loadPyodide }, { default: create }] = await Promise.all(
    ["pyodide.mjs", "pyodide.asm.mjs"].map((name) => import(at("python", name))),
  );
  const createPyodideModule = async (settings) => {
    const own = settings.locateFile;
    const locateFile = (name) => (name === NATIVE ? String(at("python", "native.wasm")) : own(name));
    const module = await create(Object.assign(settings, { locateFile, dynamicLibraries: [NATIVE] }));
    const { length } = options._loadSnapshot ?? [];
    if (length) module.growMemory(length); // Pyodide copies the memory without making room for it
    return module;
  };
  return loadPyodide({ ...options, createPyodideModule });
}

/**
 * Start the playground; return Python, and a function from a command line, as a list of words, and a program of the
 * reader's, to an answer. `report` receives a sentence about what is going on.
 */
export async function start(at, read, options = {}, report = () => {}) {
  report("Loading Python and eventdemo …");
  const python = await load(at, read, { ...options, _makeSnapshot: true });
  report("Starting eventdemo …");
  return playground(python, report);
}

/** Start the playground as it was when `memoryOf` returned these bytes. */
export async function resume(at, bytes, options = {}, report = () => {}) {
  report("Starting eventdemo …");
  const { memory, table, files } = unpack(bytes);
  const python = await core(at, { ...options, _loadSnapshot: memory });
  if (python._module.wasmTable.length !== table) throw new Error("This browser now loads Python's code to other places.");
  for (const [path, content] of files) {
    python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    python.FS.writeFile(path, content, { canOwn: true });
  }
  return playground(python, report);
}

/** Return the memory and the files of a Python that `start` started, for `resume`. */
export function memoryOf(python) {
  const files = [python.FS.cwd(), LIBRARIES, OWN].flatMap((folder) => [...filesIn(python.FS, folder)]);
  return pack({ memory: python.makeMemorySnapshot(), table: python._module.wasmTable.length, files });
}

function playground(python, report) {
  const desk = python.pyimport("docs.playground.desk");
  const run = (line, program = "") => JSON.parse(desk.answer_json(JSON.stringify(line), program, report));
  return { python, run };
}
