// Reads JSON and keeps every value as it is written: order, doubled keys, long numbers, escapes.

const deepest = 500;
const tokens =
  /[ \t\n\r]*(?:([{}[\]:,])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;

// Returns a tree of { type: "object" | "array" | "string" | "number" | "word", text, items }, where
// `items` are { key, value }. Throws a SyntaxError that says where the mistake is.
export function parseJson(text) {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class JsonReader {
  #text;
  #at = 0;
  #token = null;

  constructor(text) {
    this.#text = text;
    this.#next();
  }

  value(depth) {
    const token = this.#token;
    if (!token) this.#fail("expected a value");
    if (depth > deepest) this.#fail("nested too deeply to be shown as a tree");
    if (token.text === "{") return this.#collection("object", "}", depth);
    if (token.text === "[") return this.#collection("array", "]", depth);
    if (token.type === "mark") this.#fail("expected a value");
    this.#next();
    return { type: token.type, text: token.text, items: null };
  }

  end() {
    if (this.#token || /[^ \t\n\r]/.test(this.#text.slice(this.#at))) this.#fail("expected the end");
  }

  #collection(type, close, depth) {
    const items = [];
    this.#next();
    if (this.#token?.text === close) return this.#closed(type, items);
    for (;;) {
      let key = null;
      if (type === "object") {
        if (this.#token?.type !== "string") this.#fail("expected a key in double quotes");
        key = this.#token.text;
        this.#next();
        if (this.#token?.text !== ":") this.#fail("expected ':'");
        this.#next();
      }
      items.push({ key, value: this.value(depth + 1) });
      if (this.#token?.text === close) return this.#closed(type, items);
      if (this.#token?.text !== ",") this.#fail("expected ',' or '" + close + "'");
      this.#next();
    }
  }

  #closed(type, items) {
    this.#next();
    return { type, text: "", items };
  }

  #next() {
    tokens.lastIndex = this.#at;
    const match = tokens.exec(this.#text);
    this.#token = null;
    if (!match) return;
    this.#at = tokens.lastIndex;
    const [, mark, string, number, word] = match;
    const type = mark ? "mark" : string ? "string" : number ? "number" : "word";
    const text = mark ?? string ?? number ?? word;
    this.#token = { type, text, start: this.#at - text.length };
  }

  #fail(what) {
    const blank = /[ \t\n\r]*/y;
    blank.lastIndex = this.#at;
    const position = this.#token ? this.#token.start : this.#at + blank.exec(this.#text)[0].length;
    const before = this.#text.slice(0, position).split("\n");
    throw new SyntaxError("line " + before.length + ", column " + (before.at(-1).length + 1) + ": " + what);
  }
}

// Returns lines with one value each, indented by two spaces.
export function prettyLines(value) {
  const lines = [];
  addLines(value, "", "", "", lines);
  return lines;
}

function addLines(value, indent, start, end, lines) {
  if (!value.items) return lines.push(indent + start + value.text + end);
  const [open, close] = value.type === "object" ? ["{", "}"] : ["[", "]"];
  if (!value.items.length) return lines.push(indent + start + open + close + end);
  lines.push(indent + start + open);
  value.items.forEach((item, index) => {
    const comma = index + 1 < value.items.length ? "," : "";
    addLines(item.value, indent + "  ", item.key === null ? "" : item.key + ": ", comma, lines);
  });
  return lines.push(indent + close + end);
}
