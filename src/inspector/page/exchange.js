// Parts of an HTTP message: its headers and its body.
import { badge } from "./badges.js";
import { copyButton } from "./copy.js";
import { make } from "./dom.js";
import { visibleLine, visibleText } from "./visible.js";
import { count, sizeOf } from "./words.js";

const shownAtOnce = 200000; // characters

export function headersTable(headers, label) {
  if (!headers?.length) return make("p", { class: "muted" }, "No headers.");
  const rows = headers.map(([name, value]) => {
    const signature = name.toLowerCase() === "x-slotflow-signature";
    return make(
      "tr",
      { class: signature ? "signature-header" : null },
      make("th", { scope: "row" }, visibleLine(name), signature && badge("accent", "shield", "signature")),
      make("td", null, visibleLine(value)),
    );
  });
  return make(
    "div",
    { class: "table-scroll", tabindex: "0", role: "group", "aria-label": label },
    make(
      "table",
      { class: "headers" },
      make("caption", { class: "visually-hidden" }, label + ", in the order in which they came"),
      make(
        "thead",
        { class: "visually-hidden" },
        make("tr", null, make("th", { scope: "col" }, "Name"), make("th", { scope: "col" }, "Value")),
      ),
      make("tbody", null, rows),
    ),
  );
}

// Shows a text exactly, but for characters that hide.
export function rawText(text, label) {
  const block = make(
    "pre",
    { class: "raw", tabindex: "0", role: "group", "aria-label": label },
    visibleText(text.slice(0, shownAtOnce)),
  );
  if (text.length <= shownAtOnce) return block;
  const more = make("button", { type: "button", class: "plain" }, "Show all of it");
  more.addEventListener("click", () => {
    block.replaceChildren(...visibleText(text));
    more.remove();
    block.focus();
  });
  return make("div", null, block, more);
}

// Shows bytes that are not UTF-8 as hexadecimal numbers, sixteen a line.
export function hexText(base64, label) {
  const bytes = bytesOf(base64);
  const lines = [];
  for (let start = 0; start < Math.min(bytes.length, 4096); start += 16) {
    const part = [...bytes.slice(start, start + 16)];
    const hex = part
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join(" ")
      .padEnd(47);
    const text = part.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    lines.push(start.toString(16).padStart(6, "0") + "  " + hex + "  " + text);
  }
  return make(
    "div",
    null,
    make(
      "p",
      { class: "muted" },
      "These " + sizeOf(bytes.length) + " are not UTF-8 text." + (bytes.length > 4096 ? " The first 4 KiB:" : ""),
    ),
    make("pre", { class: "raw", tabindex: "0", role: "group", "aria-label": label }, lines.join("\n")),
  );
}

export function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

// Shows a response: its body and its headers. `body` and `base64` are null if there is none.
export function responseParts(headers, body, base64, cut) {
  const parts = [];
  if (base64) parts.push(hexText(base64, "Response body"));
  else if (body) parts.push(rawText(body, "Response body"));
  else parts.push(make("p", { class: "muted" }, "The response has no body."));
  if (cut) parts.push(make("p", { class: "muted" }, "Only the beginning of the body was kept."));
  const copy = body && !base64 ? copyButton("Copy body", body, { class: "small" }) : null;
  const table = make(
    "details",
    { class: "more" },
    make("summary", null, count(headers?.length ?? 0, "response header")),
    headersTable(headers, "Response headers"),
  );
  return [parts, copy, table];
}
