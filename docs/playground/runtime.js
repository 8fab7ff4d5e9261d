// Python in the page, with eventdemo in it. A worker starts it in a browser, and the tests start it under Node.

const ARCHIVES = [["python", "packages.zip"], ["python", "native.zip"], ["eventdemo", "eventdemo.zip"]];
const OWN = "/repository"; // not where libraries are, because errors and schedules name lines of the package as its own

/**
 * Start Python; return a function from a command line, as a list of words, and a program of the reader's, to an answer.
 * `read` returns the bytes of a file in the folder of Python or of eventdemo, and `report` receives a sentence about what
 * is going on.
 */
export async function start(loadPyodide, read, options = {}, report = () => {}) {
  report("Loading Python and eventdemo …");
  const archives = ARCHIVES.map(([kind, name]) => read(kind, name));
  const python = await loadPyodide(options);
  const libraries = python.runPython("import sysconfig; sysconfig.get_path('purelib')");
  const packages = `${libraries}/packages.zip`;
  const [pure, native, own] = await Promise.all(archives);
  python.FS.writeFile(packages, new Uint8Array(pure));
  python.unpackArchive(native, "zip", { extractDir: libraries });
  python.unpackArchive(own, "zip", { extractDir: OWN });
  python.runPython(`import sys; sys.path += ["${packages}", "${OWN}"]`);
  report("Starting eventdemo …");
  const desk = python.pyimport("docs.playground.desk");
  return (line, program = "") => JSON.parse(desk.answer_json(JSON.stringify(line), program, report));
}
