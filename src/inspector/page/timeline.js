// Everything that happened with one event, oldest first.
import { badge, markBadges, outcomeBadge, signatureBadge } from "./badges.js";
import { make } from "./dom.js";
import { responseParts } from "./exchange.js";
import { entryHref } from "./route.js";
import { visibleLine } from "./visible.js";
import { durationOf, errorText, statusText, timeOf } from "./words.js";

export function relatedTimeline(detail, query) {
  const first = detail.related[0];
  return make(
    "ol",
    { class: "timeline" },
    detail.related.map((row) => {
      const here = row.id === detail.entry.id;
      return make(
        "li",
        { class: here ? "here" : null },
        make(
          "a",
          { href: entryHref(row.id, query), "aria-current": here ? "true" : null },
          make("span", { class: "timeline-when" }, timeOf(row.at)),
          make(
            "span",
            { class: "timeline-since" },
            row === first ? "first" : "+" + durationOf(new Date(row.at) - new Date(first.at)),
          ),
          make(
            "span",
            { class: "timeline-what" },
            visibleLine(row.event ?? row.path),
            here && make("span", { class: "muted" }, " (this one)"),
          ),
          make("span", { class: "timeline-marks" }, outcomeBadge(row), signatureBadge(row.signature), markBadges(row)),
        ),
      );
    }),
  );
}

const triggers = { resend: "sent again", resume: "resumed" };

// The attempts of a delivery, each with its response.
export function attemptTimeline(attempts) {
  return make(
    "ol",
    { class: "attempts" },
    attempts.map((attempt, index) => {
      const good = attempt.status >= 200 && attempt.status < 300;
      const outcome = attempt.error ? errorText(attempt.error) : attempt.status ? statusText(attempt.status) : "no response";
      const next = attempt.next_attempt_in_ms ? "next attempt in " + durationOf(attempt.next_attempt_in_ms) : null;
      return make(
        "li",
        null,
        make(
          "details",
          { open: index === attempts.length - 1 },
          make(
            "summary",
            null,
            make("span", { class: "attempt-name" }, "Attempt " + attempt.attempt),
            make("span", { class: "muted" }, timeOf(attempt.at)),
            badge(good ? "good" : "bad", good ? "check" : "cross", outcome),
            make(
              "span",
              { class: "muted" },
              [durationOf(attempt.duration_ms), triggers[attempt.trigger], next].filter(Boolean).join(" · "),
            ),
          ),
          attempt.detail && make("p", null, visibleLine(attempt.detail)),
          attempt.address && make("p", { class: "muted" }, "Address " + attempt.address),
          attempt.status ? responseParts(attempt.response_headers, attempt.response_body, attempt.response_body_base64) : null,
        ),
      );
    }),
  );
}
