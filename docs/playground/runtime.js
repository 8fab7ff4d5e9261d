// Python in the page, with eventdemo in it. A worker starts it in a browser, and the tests start it under Node.

const ARCHIVES = ["packages.zip", "eventdemo.zip"];

/**
 * Start Python; return a function from a command line, as a list of words, and a program of the reader's, to an answer.
 * `read` returns the bytes of a file of the runtime, and `report` receives a sentence about what is going on.
 */
export async function start(loadPyodide, read, options = {}, report = () => {}) {
  report("Loading Python and eventdemo …");
  const archives = ARCHIVES.map(read);
  const python = await loadPyodide(options);
  const folder = python.runPython("import sysconfig; sysconfig.get_path('purelib')");
  for (const archive of archives) python.unpackArchive(await archive, "zip", { extractDir: folder });
  report("Starting eventdemo …");
  const desk = python.pyimport("docs.playground.desk");
  return (line, program = "") => JSON.parse(desk.answer_json(JSON.stringify(line), program, report));
}
