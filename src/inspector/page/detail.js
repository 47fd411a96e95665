// Everything about one entry.
import { outcomeBadge, signatureBadge } from "./badges.js";
import { causesOf } from "./cause.js";
import { compareSection } from "./compare.js";
import { copyButton } from "./copy.js";
import { icon, make } from "./dom.js";
import { headersTable, responseParts } from "./exchange.js";
import { payloadSection } from "./payload.js";
import { entryHref } from "./route.js";
import { titleOf } from "./rows.js";
import { attemptTimeline, relatedTimeline } from "./timeline.js";
import { visibleLine } from "./visible.js";
import { dateOf, durationOf, sizeOf, timeOf } from "./words.js";

const icons = { good: "check", bad: "cross", warn: "warning", quiet: "info" };

// The sections, in order. `from` is what a section depends on: it is built again only if that
// changed. `build` returns nodes, or null for no section.
const sections = [
  { name: "causes", from: (detail) => [detail.entry.state, detail.request, detail.delivery, detail.attempts], build: causes },
  { name: "facts", from: (detail) => detail.entry, build: facts },
  {
    name: "attempts",
    title: "Attempts",
    from: (detail) => detail.attempts,
    build: (detail) => (detail.attempts?.length ? attemptTimeline(detail.attempts) : null),
  },
  { name: "response", title: "Response of the handler", from: (detail) => detail.request?.forwarded, build: response },
  {
    name: "payload",
    title: "Payload",
    from: (detail) => payloadOf(detail),
    build: (detail) => payloadSection(payloadOf(detail)),
  },
  {
    name: "headers",
    title: "Request headers",
    from: (detail) => detail.request?.headers,
    build: (detail) => (detail.request?.headers ? headersTable(detail.request.headers, "Request headers") : null),
  },
  {
    name: "timeline",
    title: "Timeline of this booking",
    from: (detail) => detail.related,
    build: (detail, query) => (detail.related.length > 1 ? relatedTimeline(detail, query) : null),
  },
  { name: "compare", title: "Compare", from: (detail) => detail.related.map((row) => row.id), build: compareSection },
];

export function payloadOf({ entry, request, delivery }) {
  const source = request
    ? { text: request.body, base64: request.body_base64 }
    : { text: delivery?.payload, base64: delivery?.payload_base64 };
  return { id: entry.id, ...source };
}

// Fills `container` with an entry. With the same entry again, only what changed is built again.
export function showDetail(container, detail, query) {
  const same = container.dataset.id === detail.entry.id;
  if (!same) container.replaceChildren();
  container.dataset.id = detail.entry.id;
  let previous = null;
  for (const section of sections) {
    const old = container.querySelector(":scope > [data-section=" + section.name + "]");
    const key = JSON.stringify(section.from(detail) ?? null);
    if (old && old.dataset.key === keyHash(key)) {
      previous = old;
      continue;
    }
    const content = section.build(detail, query);
    old?.remove();
    if (!content) continue;
    const heading = section.title && make("h3", { id: "section-" + section.name }, section.title);
    const node = make(
      "section",
      {
        "data-section": section.name,
        "data-key": keyHash(key),
        class: "section-" + section.name,
        "aria-labelledby": heading ? "section-" + section.name : null,
      },
      heading,
      content,
    );
    if (previous) previous.after(node);
    else container.prepend(node);
    previous = node;
  }
}

// Two versions of an entry differ in length or in this number.
function keyHash(text) {
  let hash = 0;
  for (let index = 0; index < text.length; ++index) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return text.length + ":" + hash;
}

function causes(detail) {
  return causesOf(detail).map(({ tone, title, lines }) =>
    make(
      "div",
      { class: "cause " + tone },
      icon(icons[tone]),
      make(
        "div",
        null,
        make("p", { class: "cause-title" }, visibleLine(title)),
        lines.map((line) => make("p", null, visibleLine(line))),
      ),
    ),
  );
}

function fact(name, ...value) {
  return make("div", null, make("dt", null, name), make("dd", null, value));
}

function facts({ entry, request, delivery }) {
  const whole = request ?? { method: entry.method, path: delivery?.url ?? entry.path, booking_id: delivery?.booking_id };
  return make(
    "dl",
    { class: "facts" },
    fact(
      delivery ? "Created" : "Received",
      make("time", { datetime: entry.at, title: entry.at }, timeOf(entry.at) + ", " + dateOf(entry.at)),
    ),
    fact(delivery ? "Last response" : "Response", outcomeBadge(entry)),
    entry.signature && fact("Signature", signatureBadge(entry.signature)),
    entry.duration_ms !== null && fact("Duration", durationOf(entry.duration_ms)),
    entry.bytes > 0 && fact("Size", sizeOf(entry.bytes)),
    entry.attempt > 1 && fact(delivery ? "Attempts" : "Attempt", String(entry.attempt)),
    fact(delivery ? "Endpoint" : "Request", make("span", { class: "mono" }, visibleLine(whole.method + " " + whole.path))),
    whole.booking_id &&
      fact(
        "Booking",
        make("span", { class: "mono" }, visibleLine(whole.booking_id)),
        " ",
        copyButton("Copy", whole.booking_id, { class: "small", title: "Copy the booking's id" }),
      ),
    entry.who && fact("Webhook", make("span", { class: "mono" }, visibleLine(entry.who))),
    delivery?.source && fact("Sent by", visibleLine(delivery.source)),
    delivery?.resends &&
      fact("Sends again", make("a", { class: "mono", href: entryHref(delivery.resends) }, visibleLine(delivery.resends))),
  );
}

function response({ request }) {
  const forwarded = request?.forwarded;
  if (!forwarded || forwarded.error) return null;
  return responseParts(forwarded.headers, forwarded.body, forwarded.body_base64, forwarded.body_cut);
}

export function detailTitle(entry) {
  return [visibleLine(titleOf(entry)), " ", make("span", { class: "muted" }, "#" + entry.n)];
}
