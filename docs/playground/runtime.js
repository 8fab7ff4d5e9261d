// Python in the page, with eventdemo in it. A worker starts it in a browser, and the tests start it under Node.

const PACKAGES = [["python", "packages.zip"], ["python", "native.zip"], ["eventdemo", "eventdemo.zip"]];
const OWN = "/repository"; // not where libraries are, because errors and schedules name lines of the package as its own

/**
 * Start Python; return it with eventdemo to import. `read` returns the bytes of a file in a folder of the runtime, and
 * `more` lists further archives, which are unpacked beside the packages.
 */
export async function load(loadPyodide, read, options = {}, more = []) {
  const archives = [...PACKAGES, ...more].map(([kind, name]) => read(kind, name));
  const python = await loadPyodide(options);
  const libraries = python.runPython("import sysconfig; sysconfig.get_path('purelib')");
  const packages = `${libraries}/packages.zip`;
  const [pure, native, own, ...others] = await Promise.all(archives);
  python.FS.writeFile(packages, new Uint8Array(pure));
  for (const archive of [native, ...others]) python.unpackArchive(archive, "zip", { extractDir: libraries });
  python.unpackArchive(own, "zip", { extractDir: OWN });
  python.runPython(`import sys; sys.path += ["${packages}", "${OWN}"]; sys.dont_write_bytecode = True`);
  return python;
}

/**
 * Start the playground; return a function from a command line, as a list of words, and a program of the reader's, to an
 * answer. `report` receives a sentence about what is going on.
 */
export async function start(loadPyodide, read, options = {}, report = () => {}) {
  report("Loading Python and eventdemo …");
  const python = await load(loadPyodide, read, options);
  report("Starting eventdemo …");
  const desk = python.pyimport("docs.playground.desk");
  return (line, program = "") => JSON.parse(desk.answer_json(JSON.stringify(line), program, report));
}
