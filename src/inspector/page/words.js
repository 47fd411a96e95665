// How times, durations, sizes and states are written.

const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});
const calendar = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

export function timeOf(at) {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : clock.format(date);
}

export function dateOf(at) {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : calendar.format(date);
}

export function durationOf(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) return "";
  if (milliseconds < 10) return milliseconds.toFixed(1) + " ms";
  if (milliseconds < 1000) return Math.round(milliseconds) + " ms";
  if (milliseconds < 60000) return (milliseconds / 1000).toFixed(milliseconds < 10000 ? 1 : 0) + " s";
  const minutes = Math.round(milliseconds / 60000);
  if (minutes < 120) return minutes + " min";
  return Math.round(minutes / 60) < 48 ? Math.round(minutes / 60) + " h" : Math.round(minutes / 1440) + " days";
}

export function sizeOf(bytes) {
  if (bytes < 1024) return bytes === 1 ? "1 byte" : bytes + " bytes";
  if (bytes < 1048576) return (bytes / 1024).toFixed(bytes < 10240 ? 1 : 0) + " KiB";
  return (bytes / 1048576).toFixed(1) + " MiB";
}

export function count(number, word, plural) {
  return number.toLocaleString("en") + " " + (number === 1 ? word : (plural ?? word + "s"));
}

// What the page calls its entries.
export function entryWord(mode, number) {
  return count(number, mode === "listen" ? "request" : "delivery", mode === "listen" ? "requests" : "deliveries");
}

const statusTexts =
  "200 OK,201 Created,202 Accepted,204 No Content,301 Moved Permanently,302 Found,307 Temporary Redirect," +
  "308 Permanent Redirect,400 Bad Request,401 Unauthorized,403 Forbidden,404 Not Found,405 Method Not Allowed," +
  "409 Conflict,410 Gone,413 Content Too Large,415 Unsupported Media Type,422 Unprocessable Content," +
  "429 Too Many Requests,500 Internal Server Error,502 Bad Gateway,503 Service Unavailable,504 Gateway Timeout";

export function statusText(status) {
  return statusTexts.split(",").find((text) => text.startsWith(status + " ")) ?? String(status);
}

// Errors of the wire have names such as connection_closed.
export function errorText(error) {
  return String(error).replaceAll("_", " ");
}
