// Makes characters visible that hide or reorder text, so that two texts which differ look different.
import { make } from "./dom.js";

// C0, C1, bidi controls, separators, characters without a width, and lone surrogates. Joiners and
// variation selectors shape an emoji or a letter before them; after ASCII they only hide.
const hiddenCharacters = new RegExp(
  "[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5" +
    "\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb" +
    "\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e007f}\\ud800-\\udfff]" +
    "|(?<=^|[\\u0000-\\u007f])[\\u200c\\u200d\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]",
  "gu",
);

function codePoint(character) {
  return "U+" + character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
}

// Returns nodes for text within a line.
export function visibleLine(text) {
  return visibleNodes(String(text), () => false);
}

// Returns nodes for a text of several lines: newlines and tabs stay as they are.
export function visibleText(text) {
  return visibleNodes(String(text), (character) => character === "\n" || character === "\t");
}

// Returns a string, for places that can hold no element, such as an <option>.
export function visibleString(text) {
  return String(text).replace(hiddenCharacters, codePoint);
}

export function hasHidden(text) {
  return text.search(hiddenCharacters) >= 0;
}

function visibleNodes(text, stays) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(hiddenCharacters)) {
    if (stays(match[0])) continue;
    if (match.index > end) nodes.push(text.slice(end, match.index));
    nodes.push(make("span", { class: "hidden-character" }, codePoint(match[0])));
    end = match.index + match[0].length;
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
}
