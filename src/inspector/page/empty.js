// What the page says when there is nothing to list.
import { copyButton } from "./copy.js";
import { make } from "./dom.js";
import { visibleLine } from "./visible.js";

function command(text) {
  return make(
    "div",
    { class: "command" },
    make("code", null, visibleLine(text)),
    copyButton("Copy", text, { class: "small", "aria-label": "Copy: " + text }),
  );
}

// A URL as one word of a shell.
function shellWord(text) {
  return /^[\w./:@%+=-]+$/.test(text) ? text : "'" + text.replaceAll("'", "'\\''") + "'";
}

export function emptyNodes(info, query, clearSearch) {
  if (query) {
    return [
      make("h2", null, "Nothing matches"),
      make("p", null, "No entry matches this search."),
      make("button", { type: "button", onclick: clearSearch }, "Clear the search"),
    ];
  }
  if (info.mode === "listen") {
    return [
      make("h2", null, "Waiting for requests"),
      make("p", null, "Send events to this URL:"),
      command(info.url),
      make("p", null, "Or send one from a terminal:"),
      command("slotflow-hooks fire booking.confirmed --to " + shellWord(info.url)),
      make("p", { class: "muted" }, "Each request appears here as soon as it arrives."),
    ];
  }
  return [
    make("h2", null, "No deliveries yet"),
    make(
      "p",
      null,
      info.mode === "serve"
        ? "Book at this URL, and the deliveries of the event appear here:"
        : "Send an event, and it appears here:",
    ),
    info.url ? command(info.url) : command("slotflow-hooks fire booking.confirmed"),
  ];
}
