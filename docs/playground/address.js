// A run is a link: the part of the address after `#` is a command line, with `+` for spaces. The name of a scenario alone
// compares it, and a schedule alone, such as `logout-race/awaited/fifo/01`, replays it. `game` exists only in the page.

const COMMANDS = ["compare", "explore", "replay", "game"];

/** Return the words of the command line that an address stands for; without one, or with a command alone, those of `usual`. */
export function lineOf(hash, usual) {
  const words = decodeURIComponent(hash.replace(/^#/, "").replaceAll("+", " ")).split(" ").filter(Boolean);
  if (words[0] === "eventdemo") words.shift();
  if (!words.length) return usual;
  if (COMMANDS.includes(words[0])) return words.length > 1 ? words : usual;
  return [words[0].includes("/") ? "replay" : "compare", ...words];
}

/** Return the shortest address of a command line. */
export function addressOf([command, ...rest]) {
  const words = ["explore", "game"].includes(command) ? [command, ...rest] : rest;
  return "#" + words.map((word) => encodeURIComponent(word).replace(/%(2F|3A|2C|40)/g, decodeURIComponent)).join("+");
}
