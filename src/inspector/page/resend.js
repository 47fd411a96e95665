// The dialog that sends an entry again: as it was, or changed.
import { entryPath, post } from "./api.js";
import { payloadOf } from "./detail.js";
import { badge } from "./badges.js";
import { byId, icon, make, replaceContent } from "./dom.js";
import { responseParts } from "./exchange.js";
import { parseJson } from "./json.js";
import { entryHref } from "./route.js";
import { hasHidden, visibleLine } from "./visible.js";
import { durationOf, errorText, statusText } from "./words.js";

const tamperWords = {
  body: "Body changed after signing",
  signature: "Wrong signature",
  timestamp: "Timestamp changed after signing",
  missing: "No signature",
};

export function openResend(detail, info) {
  const dialog = byId("resend-dialog");
  if (dialog.open) return;
  const { text, base64 } = payloadOf(detail);
  const area = make("textarea", {
    id: "resend-payload",
    rows: "12",
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    "aria-describedby": "resend-payload-note",
    disabled: Boolean(base64),
  });
  area.value = base64 ? "" : (text ?? "");
  const unchanged = area.value; // a textarea keeps no CR, so its own text is compared
  const note = make("p", { id: "resend-payload-note", class: "field-note", "aria-live": "polite" });
  const url = make("input", {
    id: "resend-url",
    type: "text",
    inputmode: "url",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: usualUrl(detail, info),
  });
  const tamper = make(
    "select",
    { id: "resend-tamper" },
    make("option", { value: "none" }, "Signed correctly"),
    info.tampers.map((name) => make("option", { value: name }, tamperWords[name] ?? name)),
  );
  const result = make("div", { class: "resend-result", "aria-live": "polite" });
  const send = make("button", { type: "submit", class: "primary" }, icon("send"), make("span", null, "Send"));
  const reset = make("button", { type: "button", class: "plain small", hidden: true }, "Undo the changes");
  const check = () => {
    const changed = area.value !== unchanged;
    reset.hidden = !changed;
    replaceContent(note, payloadNote(area.value, changed, base64, text));
  };
  area.addEventListener("input", check);
  reset.addEventListener("click", () => {
    area.value = unchanged;
    check();
    area.focus();
  });
  const form = make(
    "form",
    { method: "dialog" },
    make(
      "h2",
      { id: "resend-title" },
      "Resend ",
      visibleLine(detail.entry.event ?? detail.entry.path),
      make("span", { class: "muted" }, " #" + detail.entry.n),
    ),
    make("label", { for: "resend-payload" }, "Payload"),
    area,
    make("div", { class: "field-foot" }, note, reset),
    make(
      "div",
      { class: "fields" },
      make("div", null, make("label", { for: "resend-url" }, "URL"), url),
      make("div", null, make("label", { for: "resend-tamper" }, "Signature"), tamper),
    ),
    result,
    make("div", { class: "dialog-actions" }, make("button", { type: "button", onclick: () => dialog.close() }, "Close"), send),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    send.disabled = true;
    replaceContent(result, make("p", { class: "muted" }, "Sending…"));
    const changes = {
      payload: area.value === unchanged ? null : area.value,
      url: url.value.trim() || null,
      tamper: tamper.value,
    };
    try {
      showResult(result, await post(entryPath(detail.entry.id, "resend"), changes));
    } catch (error) {
      replaceContent(result, make("p", { class: "problem" }, "Not sent: " + error.message));
    }
    send.disabled = false;
    result.scrollIntoView({ block: "nearest" });
  });
  const opener = document.activeElement;
  dialog.addEventListener(
    "close",
    () => (opener?.isConnected ? opener.focus() : byId("detail-head").querySelector("[data-action=resend]")?.focus()),
    { once: true },
  );
  replaceContent(dialog, form);
  check();
  dialog.showModal();
  (base64 ? url : area).focus();
  area.setSelectionRange(0, 0);
  area.scrollTop = 0;
}

function usualUrl(detail, info) {
  return detail.delivery?.url ?? (info.url ?? "").replace(/\/$/, "") + (detail.request?.path ?? detail.entry.path);
}

function payloadNote(value, changed, base64, text) {
  if (base64) return "The body is not UTF-8 text: it is sent as it was.";
  let problem = null;
  try {
    parseJson(value);
  } catch (error) {
    problem = error.message;
  }
  if (problem) return [icon("warning"), " This is not valid JSON: " + problem + ". It can be sent all the same."];
  if (hasHidden(value.replace(/[\n\t]/g, ""))) return [icon("warning"), " It has characters that hide or reorder others, as the payload in the entry shows."];
  if (changed && text.includes("\r")) return "Changed. Line ends become LF.";
  return changed ? "Changed. It is signed anew." : "As it was. It is signed anew.";
}

function showResult(place, result) {
  const good = result.status >= 200 && result.status < 300;
  const outcome = result.status ? statusText(result.status) : errorText(result.error ?? "not sent");
  replaceContent(
    place,
    make(
      "p",
      { class: "result-line" },
      badge(good ? "good" : "bad", good ? "check" : "cross", outcome),
      " after " + durationOf(result.duration_ms) + ", from ",
      make("span", { class: "mono" }, visibleLine(result.url)),
    ),
    result.message && make("p", null, visibleLine(result.message)),
    result.notice && make("p", { class: "problem" }, visibleLine(result.notice)),
    result.entry && make("p", null, make("a", { href: entryHref(result.entry) }, "Show the new entry")),
    result.status &&
      make("div", { class: "section-response" }, responseParts(result.headers, result.body, result.body_base64, result.body_cut)),
  );
}
