// Calls the API under the page. Every call throws an Error with a sentence if it fails.

const token = document.querySelector("meta[name=token]").content;

export function withQuery(path, parameters) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== "" && value !== null && value !== undefined) query.set(key, value);
  }
  const text = query.toString();
  return text ? path + "?" + text : path;
}

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("slotflow-hooks does not respond: it has ended, or is being restarted");
  }
  if (response.ok) return response;
  throw await failureOf(response);
}

// Returns the error of a response, with its status.
export async function failureOf(response) {
  let sentence = "";
  try {
    sentence = (await response.json()).error ?? "";
  } catch {
    // The status says enough.
  }
  const failure = new Error(sentence || "the request failed with status " + response.status);
  failure.status = response.status;
  return failure;
}

export async function getJson(path, parameters, signal) {
  return (await call(withQuery(path, parameters ?? {}), { signal })).json();
}

export async function getText(path, parameters) {
  return (await call(withQuery(path, parameters ?? {}))).text();
}

export async function post(path, body) {
  const headers = { "Content-Type": "application/json", "X-Inspector-Token": token };
  return (await call(path, { method: "POST", headers, body: JSON.stringify(body ?? {}) })).json();
}

export function entryPath(id, rest) {
  return "/api/entries/" + encodeURIComponent(id) + (rest ? "/" + rest : "");
}
