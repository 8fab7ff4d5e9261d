// Answers questions about the script's pure functions: [name, ...arguments] each, from standard input.
import { fitting } from "../../../eventdemo/trace/live/drawing.js";
import { cone } from "../../../eventdemo/trace/live/timeline.js";

const answers = {
  cone: (causes, chosen) => cone(new Map(causes.map(([id, cause]) => [id, cause ?? undefined])), chosen),
  fitting: (widths, room) => fitting(widths.map((width) => ({ width })), room).width,
};
let input = "";
for await (const part of process.stdin) input += part;
console.log(JSON.stringify(JSON.parse(input).map(([name, ...given]) => answers[name](...given))));
