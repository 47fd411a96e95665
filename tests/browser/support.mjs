// What the tests of the inspector's page share: the program, a browser, events, and a handler.
import { spawn } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

export const secret = "whsec_for_tests_only_0123";
const program = process.env.SLOTFLOW_HOOKS ?? process.argv[2];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "inspector-test-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));

function spawnProgram(commandLine, stdio) {
  if (!program) throw new Error("SLOTFLOW_HOOKS is not set: it names the program to test");
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, XDG_STATE_HOME: folder };
  delete env.SLOTFLOW_WEBHOOK_SECRET;
  const [command, ...first] = program.endsWith(".mjs") ? [process.execPath, program] : [program];
  return spawn(command, [...first, ...commandLine], { env, stdio });
}

// Runs `slotflow-hooks ARGUMENTS` until it ends. Returns its status.
export function runProgram(...commandLine) {
  return new Promise((resolve) => spawnProgram(commandLine, "ignore").on("exit", resolve));
}

// Starts `slotflow-hooks ARGUMENTS --json`, and waits for the line that has the page's URL.
export async function startProgram(...commandLine) {
  const child = spawnProgram([...commandLine, "--json"], ["ignore", "pipe", "inherit"]);
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const started = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (data) => {
      if (!text.includes("\n")) text += data;
      if (text.includes("\n")) resolve(JSON.parse(text.slice(0, text.indexOf("\n"))));
    });
    child.on("error", reject);
    child.on("exit", (status) => reject(new Error("the program ended with " + status)));
  });
  return { ...started, stop: () => (child.kill("SIGINT"), ended) };
}

export function startListen(...options) {
  return startProgram("listen", "--ui", "0", "--port", "0", "--secret", secret, ...options);
}

export function startBrowser() {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args });
}

// Opens a path of the page in a context of its own. `page.problems` lists what went wrong in it.
export async function openPage(browser, listen, target = "/", { width = 1280, height = 800, colorScheme = "light" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, permissions: ["clipboard-read", "clipboard-write"], acceptDownloads: true });
  const page = await context.newPage();
  page.setDefaultTimeout(60000);
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.stack));
  page.on("dialog", (dialog) => (page.problems.push("a dialog: " + dialog.message()), dialog.dismiss()));
  page.on("console", (message) => /Content Security Policy/i.test(message.text()) && page.problems.push(message.text()));
  page.on("request", (request) => new URL(request.url()).origin === new URL(listen.ui).origin || request.url() === "data:," || page.problems.push("a request to " + request.url()));
  await page.goto(new URL(target, listen.ui).href);
  await page.locator("#live[data-state=live]").waitFor();
  return page;
}

export function closePage(page) {
  return page.context().close();
}

export function bookingEvent(id, event = "booking.confirmed", data = {}) {
  return JSON.stringify({
    event, created_at: "2026-11-27T15:00:00.000Z",
    data: { id, starts_at: "2026-12-03T12:30:00.000Z", duration_minutes: 30, attendee_name: "Chen Bauer", status: event.slice(8), metadata: { lead_id: "lead_1" }, ...data },
  });
}

export function signatureOf(body, key = secret, t = Math.floor(Date.now() / 1000)) {
  return "t=" + t + ",v1=" + crypto.createHmac("sha256", key).update(t + ".").update(body).digest("hex");
}

// Sends a body to listen, signed unless `signature` is given; null: without a signature. Returns
// the status.
export function send(listen, body, { signature = signatureOf(body), target = "/webhooks", headers = {}, agent } = {}) {
  const all = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body), ...headers };
  if (signature !== null) all["X-Slotflow-Signature"] = signature;
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port: listen.port, path: target, method: "POST", headers: all, agent });
    request.on("response", (response) => response.resume().on("end", () => resolve(response.statusCode)));
    request.on("error", reject);
    request.end(body);
  });
}

// Starts a handler. `respond` gets the body and the response.
export async function startHandler(respond) {
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk)).on("end", () => respond(Buffer.concat(chunks).toString(), response));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: "http://127.0.0.1:" + server.address().port + "/", stop: () => (server.closeAllConnections(), server.close()) };
}

// Waits for a row of the list that has this text.
export function rowWith(page, text) {
  return page.locator(".row").filter({ hasText: text });
}
