// What happened and why, in sentences: the first thing in the detail.
import { state } from "./state.js";
import { durationOf, errorText, statusText } from "./words.js";

// Returns a list of { tone, title, lines }: tones are "good", "bad", "warn" and "quiet".
export function causesOf(detail) {
  if (detail.delivery) return [deliveryCause(detail)];
  const { entry, request } = detail;
  if (!request) return [{ tone: "quiet", title: "Nothing is known about this entry", lines: [] }];
  const causes = [responseCause(entry, request), signatureCause(request), duplicateCause(request)].filter(Boolean);
  return causes.sort((a, b) => weight(a) - weight(b));
}

// What is wrong comes first.
function weight(cause) {
  return ["bad", "warn", "good", "quiet"].indexOf(cause.tone);
}

function after(milliseconds) {
  return milliseconds === null || milliseconds === undefined ? "" : " after " + durationOf(milliseconds);
}

function responseCause(entry, request) {
  const { answer, forwarded } = request;
  if (entry.state === "pending")
    return { tone: "warn", title: "No response yet", lines: ["listen waits for the handler, or as long as it was told to."] };
  const lines =
    answer.given_up_after_ms !== undefined
      ? ["The sender closed the connection" + after(answer.given_up_after_ms) + ", without waiting for the response."]
      : [];
  if (request.malformed) {
    return { tone: "bad", title: "Not a valid HTTP request: " + request.malformed, lines };
  }
  if (answer.fault) {
    lines.push("listen was told to break the response like this.");
    if (forwarded?.status)
      lines.push("The handler itself responded with " + statusText(forwarded.status) + after(forwarded.duration_ms) + ".");
    return { tone: "bad", title: "Broken on request: fault " + answer.fault, lines };
  }
  if (forwarded) return forwardedCause(entry, request, lines);
  if (answer.status === null) return { tone: "bad", title: "The sender got no response", lines };
  if (answer.status < 400)
    return {
      tone: lines.length ? "warn" : "good",
      title: "Accepted: listen responded with " + statusText(answer.status) + after(entry.duration_ms),
      lines,
    };
  if (answer.status === 401 && badSignature(request))
    lines.push("listen rejects requests without a valid signature (--require-signature).");
  else if (answer.status === 413) lines.push("The body is larger than listen accepts (--max-body).");
  else if (answer.status === 404) lines.push("listen accepts events on another path only (--path).");
  else if (answer.status >= 500 || answer.status === 429 || answer.status === 410)
    lines.push("listen was told to fail like this: no handler was asked.");
  return {
    tone: "bad",
    title: "Rejected: listen responded with " + statusText(answer.status) + after(entry.duration_ms),
    lines,
  };
}

function forwardedCause(entry, request, lines) {
  const { answer, forwarded } = request;
  if (forwarded.error) {
    lines.push(...detailLines(forwarded));
    lines.push(...errorHints(forwarded.error));
    if (answer.status) lines.push("The sender got " + statusText(answer.status) + " from listen instead.");
    return {
      tone: "bad",
      title:
        (forwarded.status ? "The handler's response was not passed on: " : "No response from the handler: ") +
        errorText(forwarded.error) +
        after(forwarded.duration_ms),
      lines,
    };
  }
  const { status } = forwarded;
  const what = "the handler responded with " + statusText(status) + after(forwarded.duration_ms);
  if (answer.status !== null && answer.status !== status) {
    lines.push("The sender got " + statusText(answer.status) + " instead: listen was told to fail.");
    return { tone: "bad", title: "Failed on request, although " + what, lines };
  }
  if (status >= 500)
    return {
      tone: "bad",
      title: "Failed: " + what,
      lines: [...lines, "The handler's own log says more. Its response is below."],
    };
  if (status >= 400) {
    if (status === 401 || status === 403)
      lines.push(
        badSignature(request)
          ? "That is right: the signature is " + request.signature + "."
          : "The signature is valid for listen: check that the handler verifies the raw body, with the same secret" +
              (entry.who ? " ('" + state.info.secret_command.replace("WEBHOOK", entry.who) + "' prints it)." : "."),
      );
    else if (status === 404) lines.push("Check the path: listen passed on " + request.method + " " + request.path + ".");
    return { tone: badSignature(request) ? "warn" : "bad", title: "Rejected: " + what, lines };
  }
  if (status >= 300)
    return {
      tone: "bad",
      title: "Redirected: " + what,
      lines: [...lines, "Webhooks do not follow redirects: this counts as a failure."],
    };
  if (badSignature(request)) {
    lines.push("A handler should reject an event whose signature is " + request.signature + ", with a 4xx status.");
    return { tone: "warn", title: "Accepted without a valid signature: " + what, lines };
  }
  return { tone: lines.length ? "warn" : "good", title: "Accepted: " + what, lines };
}

function detailLines({ error, detail }) {
  if (!detail || detail.toLowerCase() === errorText(error)) return [];
  return ["Detail: " + detail + "."];
}

function errorHints(error) {
  if (/refused/.test(error)) return ["Check that the handler is running, and listens on this port."];
  if (/timeout/.test(error)) return ["The handler took too long: it should respond first, and work afterwards."];
  if (/closed|reset/.test(error)) return ["The handler may have crashed: its log says more."];
  return [];
}

function badSignature(request) {
  return ["invalid", "missing", "stale", "malformed"].includes(request.signature);
}

function signatureCause(request) {
  if (!request.signature || request.signature === "valid") return null;
  const reason = request.signature_reason ?? "";
  const lines = [];
  if (request.signature_diagnosis) lines.push("Diagnosis: " + request.signature_diagnosis + ".");
  const title = request.signature === "unchecked" ? "Signature not checked" : "Signature " + request.signature;
  const tone = request.signature === "unchecked" ? "quiet" : request.signature === "stale" ? "warn" : "bad";
  return { tone, title: reason ? title + ": " + reason : title, lines };
}

function duplicateCause(request) {
  if (!request.duplicate) return null;
  return {
    tone: "quiet",
    title: "Duplicate: this event was received before",
    lines: ["A handler must process it only once. The timeline shows every time it arrived."],
  };
}

function deliveryCause({ entry, delivery, attempts }) {
  const tries = attempts.length === 1 ? "1 attempt" : attempts.length + " attempts";
  const last = attempts.at(-1);
  const how = !last
    ? ""
    : last.error
      ? errorText(last.error) + after(last.duration_ms)
      : last.status
        ? "the endpoint responded with " + statusText(last.status) + after(last.duration_ms)
        : "";
  const lines = last?.error ? detailLines(last) : [];
  if (last?.error) lines.push(...errorHints(last.error).map((hint) => hint.replace("handler", "endpoint")));
  const state = delivery.state ?? entry.state;
  if (state === "delivered") {
    if (attempts.length > 1) lines.push("It took " + tries + ".");
    return { tone: "good", title: "Delivered: " + how, lines };
  }
  if (state === "pending") {
    if (delivery.next_attempt_at)
      lines.push("The next attempt is planned for " + new Date(delivery.next_attempt_at).toLocaleTimeString("en-GB") + ".");
    return { tone: "warn", title: how ? "Not delivered yet: " + how : "Not sent yet", lines };
  }
  lines.push("No retry is left after " + tries + ".");
  return { tone: "bad", title: how ? "Failed: " + how : "Failed", lines };
}
