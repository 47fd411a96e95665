// Compares two entries of the same event or booking.
import { entryPath, getJson } from "./api.js";
import { outcomeText } from "./badges.js";
import { diffLines } from "./diff.js";
import { make } from "./dom.js";
import { parseJson, prettyLines } from "./json.js";
import { visibleLine, visibleString } from "./visible.js";
import { timeOf } from "./words.js";

const parts = { payload: payloadLines, headers: headerLines, response: responseLines };
const context = 3; // unchanged lines shown around a change
let chosenPart = "payload";

export function compareSection(detail) {
  const rows = detail.related;
  if (rows.length < 2) return null;
  const here = rows.findIndex((row) => row.id === detail.entry.id);
  const other = here > 0 ? here - 1 : 1;
  const before = picker("From", rows, Math.min(here, other));
  const after = picker("To", rows, Math.max(here, other));
  const result = make("div", { class: "diff-result" });
  const buttons = Object.keys(parts).map((part) =>
    make(
      "button",
      { type: "button", class: "segment", "data-part": part, onclick: () => show(part) },
      part[0].toUpperCase() + part.slice(1),
    ),
  );
  let turn = 0;
  const show = async (part) => {
    chosenPart = part;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.part === part));
    const mine = ++turn;
    try {
      const [a, b] = await Promise.all([before.select.value, after.select.value].map((id) => getJson(entryPath(id))));
      if (mine === turn) result.replaceChildren(diffNode(parts[part](a), parts[part](b)));
    } catch (error) {
      if (mine === turn) result.replaceChildren(make("p", { class: "problem" }, error.message));
    }
  };
  for (const { select } of [before, after]) select.addEventListener("change", () => show(chosenPart));
  const details = make(
    "details",
    { class: "compare", ontoggle: () => details.open && show(chosenPart) },
    make("summary", null, "Compare two of " + rows.length + " entries of this booking"),
    make("div", { class: "compare-form" }, before.label, after.label),
    make("div", { class: "segments", role: "group", "aria-label": "Part" }, buttons),
    result,
  );
  return details;
}

function picker(name, rows, chosen) {
  const select = make(
    "select",
    null,
    rows.map((row, index) =>
      make(
        "option",
        { value: row.id, selected: index === chosen },
        visibleString("#" + row.n + " " + (row.event ?? row.path) + ", " + timeOf(row.at) + ", " + outcomeText(row)),
      ),
    ),
  );
  return { select, label: make("label", null, make("span", null, name), select) };
}

function textLines(text) {
  if (!text) return [];
  try {
    return prettyLines(parseJson(text));
  } catch {
    return text.split("\n");
  }
}

function payloadLines({ request, delivery }) {
  return textLines(request ? (request.body ?? request.body_base64) : (delivery?.payload ?? delivery?.payload_base64));
}

function headerLines({ request, attempts }) {
  const headers = request ? request.headers : attempts?.at(-1)?.response_headers;
  return (headers ?? []).map(([name, value]) => name + ": " + value);
}

function responseLines({ request, attempts }) {
  if (request?.forwarded) {
    const { status, error, headers, body, body_base64: base64 } = request.forwarded;
    return [
      "status: " + (status ?? error),
      ...(headers ?? []).map(([name, value]) => name + ": " + value),
      "",
      ...textLines(body ?? base64),
    ];
  }
  if (request)
    return [
      "status: " + (request.answer.status ?? "none"),
      "fault: " + (request.answer.fault ?? "none"),
      "delay: " + request.answer.delay_ms + " ms",
    ];
  const last = attempts?.at(-1);
  return last ? ["status: " + (last.status ?? last.error), "", ...textLines(last.response_body)] : [];
}

const spoken = { "+": "added: ", "-": "removed: ", " ": "" };

function diffNode(before, after) {
  const lines = diffLines(before, after);
  if (!lines) return make("p", { class: "muted" }, "These are too long to compare: more than 2,000 lines differ.");
  if (lines.every((line) => line.mark === " ")) return make("p", { class: "muted" }, "No difference.");
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some((line) => line.mark !== " "),
  );
  const rows = [];
  lines.forEach((line, index) => {
    if (near[index]) {
      rows.push(
        make(
          "div",
          { class: "diff-line " + ({ "+": "added", "-": "removed" }[line.mark] ?? "same") },
          make("span", { class: "diff-mark", "aria-hidden": "true" }, line.mark),
          make("span", { class: "visually-hidden" }, spoken[line.mark]),
          visibleLine(line.text),
        ),
      );
    } else if (index === 0 || near[index - 1]) rows.push(make("div", { class: "diff-gap" }, "unchanged lines left out"));
  });
  return make("div", { class: "diff", tabindex: "0", role: "group", "aria-label": "Difference" }, rows);
}
