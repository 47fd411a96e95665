// The search field and the filters below it. A filter is a word of the search.
import { byId, make } from "./dom.js";

const filters = {
  listen: [
    ["Failed", "is:failed"],
    ["Bad signature", "!signature:valid"],
    ["Duplicates", "is:duplicate"],
    ["Confirmed", "event:booking.confirmed"],
    ["Cancelled", "event:booking.cancelled"],
  ],
  other: [
    ["Failed", "is:failed"],
    ["Confirmed", "event:booking.confirmed"],
    ["Cancelled", "event:booking.cancelled"],
  ],
};
const typingPause = 200;

let changed = () => {};
let searchTimer = null;

export function startSearch(mode, onChange) {
  changed = onChange;
  const input = byId("search");
  input.addEventListener("input", () => {
    clearTimeout(searchTimer);
    searchTimer = setTimeout(apply, typingPause);
  });
  byId("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
    input.blur(); // for j and k
  });
  byId("chips").replaceChildren(
    ...(filters[mode] ?? filters.other).map(([label, word]) =>
      make(
        "button",
        { type: "button", class: "chip", "data-word": word, "aria-pressed": "false", onclick: () => toggle(word) },
        label,
      ),
    ),
  );
}

export function showQuery(query) {
  const input = byId("search");
  if (input.value.trim() !== query) input.value = query;
  const words = query.split(/\s+/);
  for (const chip of byId("chips").children) chip.setAttribute("aria-pressed", String(words.includes(chip.dataset.word)));
}

export function showSearchProblem(sentence) {
  byId("search-problem").textContent = sentence;
  byId("search").setAttribute("aria-invalid", String(sentence !== ""));
}

function apply() {
  clearTimeout(searchTimer);
  changed(byId("search").value.trim());
}

function toggle(word) {
  const input = byId("search");
  const words = input.value.trim().split(/\s+/).filter(Boolean);
  const rest = words.filter((other) => other !== word);
  input.value = (rest.length < words.length ? rest : [...words, word]).join(" ");
  apply();
}
