// Python's memory and its files as one sequence of bytes, which a browser can keep: the memory, each file, an index, and
// the length of the index.

/** Return a blob of the memory, the size of Python's table of functions, and pairs of a path and its bytes. */
export function pack({ memory, table, files }) {
  const index = { memory: memory.length, table, files: files.map(([path, { length }]) => [path, length]) };
  const written = new TextEncoder().encode(JSON.stringify(index));
  return new Blob([memory, ...files.map(([, content]) => content), written, Uint32Array.of(written.length)]);
}

/** Return what `pack` was given, from the blob's bytes. */
export function unpack(bytes) {
  const end = bytes.byteLength - Uint32Array.BYTES_PER_ELEMENT;
  const [length] = new Uint32Array(bytes.slice(end));
  const index = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, end - length, length)));
  let at = 0;
  const next = (size) => new Uint8Array(bytes, (at += size) - size, size);
  return { memory: next(index.memory), table: index.table, files: index.files.map(([path, size]) => [path, next(size)]) };
}

/** Yield each file in a folder of Python's file system, as a pair of its path and its bytes. */
export function* filesIn(FS, folder) {
  for (const name of FS.readdir(folder).filter((name) => name !== "." && name !== "..")) {
    const path = `${folder}/${name}`;
    if (FS.isDir(FS.stat(path).mode)) yield* filesIn(FS, path);
    else yield [path, FS.readFile(path)];
  }
}
