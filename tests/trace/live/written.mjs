// Reads laid-out drawings from standard input, one JSON list of them, and prints the markup that the script gives each.
import { markup, whole } from "../../../eventdemo/trace/live/timeline.js";

let told = "";
for await (const part of process.stdin) told += part;
console.log(JSON.stringify(JSON.parse(told).map((drawing) => markup(whole(drawing)))));
