// One row of the list.
import { isBad, markBadges, outcomeBadge, signatureBadge } from "./badges.js";
import { icon, make, spokenOnly } from "./dom.js";
import { entryHref } from "./route.js";
import { visibleLine } from "./visible.js";
import { durationOf, timeOf } from "./words.js";

// What an entry is about, in a few words.
export function titleOf(row) {
  return row.event || row.method + " " + row.path;
}

function whereOf(row) {
  if (row.kind === "delivery") return row.path;
  return row.who || (row.event ? row.path : "no known event");
}

export function makeRow(row, query) {
  return make(
    "li",
    { class: "row" + (isBad(row) ? " failed" : "") },
    make(
      "a",
      { class: "row-link", href: entryHref(row.id, query), tabindex: "-1" },
      make(
        "span",
        { class: "row-line" },
        make(
          "span",
          { class: "row-title" },
          row.pinned && [icon("pin"), spokenOnly("pinned")],
          make("span", { class: "row-event" }, visibleLine(titleOf(row))),
          row.booking_id && make("span", { class: "row-booking" }, visibleLine(row.booking_id.slice(0, 8))),
        ),
        outcomeBadge(row),
      ),
      make(
        "span",
        { class: "row-line" },
        make(
          "span",
          { class: "row-meta" },
          make("time", { datetime: row.at }, timeOf(row.at)),
          make("span", { class: "row-duration" }, durationOf(row.duration_ms)),
          make("span", { class: "row-where" }, visibleLine(whereOf(row))),
        ),
        make("span", { class: "row-marks" }, markBadges(row), signatureBadge(row.signature)),
      ),
    ),
  );
}
