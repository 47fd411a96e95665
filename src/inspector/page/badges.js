// Small labels for states: an icon of its own shape and a word, so that colour alone says nothing.
import { icon, make, spokenOnly } from "./dom.js";
import { visibleString } from "./visible.js";
import { errorText } from "./words.js";

export function badge(tone, iconName, text, title, spoken) {
  return make("span", { class: "badge " + tone, title }, icon(iconName), spoken && spokenOnly(spoken), make("span", null, text));
}

const signatureStates = {
  valid: ["quiet", "shield-check"],
  invalid: ["bad", "shield-cross"],
  missing: ["bad", "shield-off"],
  stale: ["warn", "clock"],
  malformed: ["bad", "warning"],
  unchecked: ["quiet", "dashed"],
};

export function signatureBadge(verdict) {
  if (!verdict) return null;
  const [tone, iconName] = signatureStates[verdict] ?? ["quiet", "dashed"];
  return badge(tone, iconName, verdict, "Signature " + verdict, "signature");
}

// Returns the words for how a request ended.
export function outcomeText(row) {
  if (row.error) return visibleString(errorText(row.error));
  if (row.status !== null && row.status !== undefined) return String(row.status);
  return row.state ?? "no response";
}

export function isBad(row) {
  return row.failed || Boolean(row.error) || row.status >= 400;
}

export function outcomeBadge(row) {
  if (row.state === "pending")
    return badge("warn", "clock", row.status || row.error ? outcomeText(row) + ", pending" : "pending");
  if (isBad(row)) return badge("bad", "cross", outcomeText(row), null, "failed:");
  if (row.status !== null && row.status !== undefined) return badge("good", "check", outcomeText(row));
  return badge("quiet", "dashed", outcomeText(row));
}

export function markBadges(row) {
  return [
    row.duplicate && badge("quiet", "copies", "duplicate", "This event was received before"),
    row.attempt > 1 && badge("quiet", "repeat", row.kind === "delivery" ? row.attempt + " attempts" : "attempt " + row.attempt),
  ];
}
