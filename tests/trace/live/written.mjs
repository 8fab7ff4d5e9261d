// Reads laid-out drawings from standard input, one JSON list of them, and prints the markup that the script gives each.
import { markup, whole } from "../../../eventdemo/trace/live/drawing.js";

let input = "";
for await (const part of process.stdin) input += part;
console.log(JSON.stringify(JSON.parse(input).map((drawing) => markup(whole(drawing)))));
