// Makes the search find other forms of a word. The theme looks for each word as a prefix, so "testing" doesn't find
// "test", and "is" finds "isn't" and "issue". Here only the last word, which you may still be typing, is a prefix too.

const QUERY = 2; // the type of a message that asks the theme's worker

/** Return a query in which each word counts in all its forms, or not at all if every sentence has it. */
export function inAllForms(query) {
  const words = query.match(/[\p{L}\p{N}]+/gu) ?? [];
  const forms = words.map((word) => `${word}^1`); // a word with a weight is stemmed, and left out if it is a stop word
  return query.includes('"') || !words.length ? query : [...forms, words.at(-1)].join(" ");
}

const { postMessage } = Worker.prototype;
Worker.prototype.postMessage = function (message, ...rest) {
  const asked = message?.type === QUERY ? { ...message, data: inAllForms(message.data) } : message;
  return postMessage.call(this, asked, ...rest);
};
