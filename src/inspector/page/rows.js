// One row of the list.
import { isBad, markBadges, outcomeBadge, outcomeText, signatureBadge } from "./badges.js";
import { icon, make } from "./dom.js";
import { entryHref } from "./route.js";
import { visibleLine, visibleString } from "./visible.js";
import { durationOf, timeOf } from "./words.js";

// What an entry is about, in a few words.
export function titleOf(row) {
  return row.event || (row.method + " " + row.path);
}

function whereOf(row) {
  return row.who || (row.event ? row.path : "no known event");
}

function spokenRow(row) {
  const parts = [
    titleOf(row), timeOf(row.at), (isBad(row) ? "failed, " : "") + outcomeText(row), durationOf(row.duration_ms),
    row.signature && "signature " + row.signature, row.duplicate && "duplicate",
    row.attempt > 1 && "attempt " + row.attempt, row.pinned && "pinned",
  ];
  return visibleString(parts.filter(Boolean).join(", "));
}

export function makeRow(row, query) {
  return make("li", { class: "row" + (isBad(row) ? " failed" : "") },
    make("a", { class: "row-link", href: entryHref(row.id, query), "aria-label": spokenRow(row), tabindex: "-1" },
      make("span", { class: "row-line" },
        make("span", { class: "row-title" }, row.pinned && icon("pin"), make("span", { class: "row-event" }, visibleLine(titleOf(row)))),
        outcomeBadge(row)),
      make("span", { class: "row-line" },
        make("span", { class: "row-meta" }, make("time", { datetime: row.at }, timeOf(row.at)),
          make("span", null, durationOf(row.duration_ms)), make("span", { class: "row-where" }, visibleLine(whereOf(row)))),
        make("span", { class: "row-marks" }, markBadges(row), signatureBadge(row.signature)))));
}
