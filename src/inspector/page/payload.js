// The payload of an entry: as a tree, and as the exact text.
import { entryPath } from "./api.js";
import { copyButton } from "./copy.js";
import { icon, make } from "./dom.js";
import { hexText, rawText } from "./exchange.js";
import { parseJson, prettyLines } from "./json.js";
import { makeTree } from "./tree.js";
import { hasHidden } from "./visible.js";
import { sizeOf } from "./words.js";

let chosenView = "tree"; // stays the same from entry to entry

export function payloadSection({ id, text, base64 }) {
  const download = make(
    "a",
    { class: "button small", href: entryPath(id, "body"), download: "" },
    icon("download"),
    make("span", null, "Download"),
  );
  if (base64) return [toolbar(null, download), hexText(base64, "Payload")];
  if (!text) return make("p", { class: "muted" }, "The body is empty.");
  const { tree, problem } = read(text);
  const views = {
    tree: () => makeTree(tree),
    formatted: () => rawText(prettyLines(tree).join("\n"), "Payload, formatted"),
    raw: () => rawText(text, "Payload, exactly as it was sent"),
  };
  const body = make("div", { class: "payload" });
  const buttons = Object.keys(views)
    .filter((view) => tree || view === "raw")
    .map((view) =>
      make(
        "button",
        { type: "button", class: "segment", "data-view": view, onclick: () => show(view) },
        view[0].toUpperCase() + view.slice(1),
      ),
    );
  const show = (view) => {
    if (tree) chosenView = view;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.view === view));
    body.replaceChildren(views[view]());
  };
  show(tree ? chosenView : "raw");
  return [
    toolbar(
      make("div", { class: "segments", role: "group", "aria-label": "View" }, buttons),
      copyButton("Copy", text, { class: "small" }),
      download,
      make("span", { class: "muted" }, sizeOf(new TextEncoder().encode(text).length)),
    ),
    problem && make("p", { class: "note" }, icon("warning"), make("span", null, "This is not valid JSON: " + problem + ".")),
    hasHidden(text.replace(/[\n\t\r]/g, "")) &&
      make(
        "p",
        { class: "note" },
        icon("warning"),
        make("span", null, "The payload has characters that hide or reorder text. They are shown as U+ and their number."),
      ),
    body,
  ];
}

function toolbar(...children) {
  return make("div", { class: "toolbar" }, children);
}

function read(text) {
  try {
    return { tree: parseJson(text), problem: null };
  } catch (error) {
    return { tree: null, problem: error.message };
  }
}
