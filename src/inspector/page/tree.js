// A JSON value as a tree that opens and closes. What is closed is made when it is opened.
import { make } from "./dom.js";
import { visibleLine } from "./visible.js";
import { count } from "./words.js";

const atOnce = 100; // members shown of a large object or array
const openLevels = 3;

export function makeTree(value) {
  return make("div", { class: "tree" }, treeNode(value, null, 0));
}

function keyOf(key) {
  return key === null ? null : [make("span", { class: "json-key" }, visibleLine(key)), ": "];
}

function treeNode(value, key, level) {
  if (!value.items) {
    return make(
      "div",
      { class: "tree-leaf" },
      keyOf(key),
      make("span", { class: "json-" + value.type }, visibleLine(value.text)),
    );
  }
  const [open, close] = value.type === "object" ? ["{", "}"] : ["[", "]"];
  if (!value.items.length) return make("div", { class: "tree-leaf" }, keyOf(key), open + close);
  const size = value.type === "object" ? count(value.items.length, "field") : count(value.items.length, "item");
  const members = make("div", { class: "tree-members" });
  const details = make(
    "details",
    { open: level < openLevels, ontoggle: () => fill() },
    make(
      "summary",
      null,
      keyOf(key),
      make("span", { class: "tree-brace" }, open),
      make("span", { class: "tree-size" }, " " + size + " "),
      make("span", { class: "tree-brace tree-closed" }, close),
    ),
    members,
  );
  let filled = false;
  const fill = () => {
    if (filled || !details.open) return;
    filled = true;
    addMembers(members, value, 0, level);
  };
  fill();
  return details;
}

function addMembers(members, value, from, level) {
  const end = Math.min(from + atOnce, value.items.length);
  for (const item of value.items.slice(from, end)) members.append(treeNode(item.value, item.key, level + 1));
  const left = value.items.length - end;
  if (!left) return;
  const button = make("button", { type: "button", class: "plain" }, "Show more (" + left.toLocaleString("en") + " left)");
  button.addEventListener("click", () => {
    const last = members.lastElementChild.previousElementSibling;
    button.remove();
    addMembers(members, value, end, level);
    (last.nextElementSibling.querySelector("summary") ?? members.querySelector(":scope > button"))?.focus();
  });
  members.append(button);
}
