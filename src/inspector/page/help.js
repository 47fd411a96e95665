// The help: keys, and the words of the search.
import { byId, make, replaceContent } from "./dom.js";

const keys = [
  ["/", "Search"],
  ["j  k", "Next and previous entry"],
  ["Enter", "Open the entry"],
  ["Esc", "Back to the row, or close what is open"],
  ["r", "Resend the open entry"],
  ["l", "Follow: show each new entry"],
  ["?", "This help"],
];
const searchWords = [
  ["event:confirmed", "the event"],
  ["booking:c12c", "a part of the booking's id"],
  ["status:500 or status:5xx", "the status of the response; status:none: there is none"],
  ["signature:invalid", "the verdict: valid, invalid, missing, stale, malformed, unchecked"],
  ["url:/hook", "part of the URL"],
  ["since:10m", "received since then"],
  ["is:failed", "failed; also is:pending, is:delivered, is:duplicate, is:pinned"],
  ["!status:200", "not: before any word"],
  ["Zoe", "any other word: anywhere in the entry"],
];

export function openHelp() {
  const dialog = byId("help-dialog");
  if (dialog.open) return;
  replaceContent(
    dialog,
    make("h2", { id: "help-title", tabindex: "-1", autofocus: true }, "Help"),
    make("h3", null, "Keys"),
    table(keys, "kbd"),
    make("h3", null, "Search"),
    table(searchWords, "code"),
    make(
      "p",
      { class: "muted" },
      "An entry is listed if all words match. The search is in the page's address, so that it can be shared or kept.",
    ),
    make("div", { class: "dialog-actions" }, make("button", { type: "button", onclick: () => dialog.close() }, "Close")),
  );
  dialog.showModal();
}

function table(rows, element) {
  return make(
    "dl",
    { class: "help-list" },
    rows.map(([name, text]) =>
      make(
        "div",
        null,
        make(
          "dt",
          null,
          name.split("  ").map((part) => [make(element, null, part), " "]),
        ),
        make("dd", null, text),
      ),
    ),
  );
}
