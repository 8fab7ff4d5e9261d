// Compiles the modules of eventdemo that a first run imports, with the playground's own Python, under Node.
// `node precompile.mjs PYTHON ARCHIVE FOLDER`: PYTHON has Python, ARCHIVE is eventdemo's, and FOLDER gets compiled files.

import { readFile } from "node:fs/promises";
import { load } from "./runtime.js";

const [runtime, archive, folder] = process.argv.slice(2);
const at = (kind, name) => (kind === "python" ? `${runtime}/${name}` : archive);
const read = async (kind, name) => new Uint8Array(await readFile(at(kind, name)));
const python = await load(at, read);
python.FS.mkdir("/folder");
python.mountNodeFS("/folder", folder);
// A compiled file is used without a look at its source, because an archive doesn't keep when a file was changed.
python.runPython(`
import sys
from importlib.util import cache_from_source
from pathlib import Path
from py_compile import PycInvalidationMode, compile

from docs.playground import desk

desk.answer(["compare", "logout", "--users", "1"])
ours = Path(desk.__file__).parents[2]
for module in list(sys.modules.values()):
    source = Path(getattr(module, "__file__", None) or "/")
    if source.is_relative_to(ours):
        compiled = Path("/folder", Path(cache_from_source(source)).relative_to(ours))
        compile(str(source), str(compiled), doraise=True, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)`);
process.exit(0);
