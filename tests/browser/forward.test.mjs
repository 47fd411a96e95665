// The page before a handler has responded, and when its verdict differs from that of listen.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closePage, openPage, rowWith, runProgram, startBrowser, startHandler, startProgram } from "./support.mjs";

let browser;
let handler;
let listen;
const waiting = []; // responses that have not begun
let arrived = () => {};

// Ends the next response.
async function respond(status) {
  while (!waiting.length) await new Promise((resolve) => (arrived = resolve));
  waiting.shift().writeHead(status).end();
}

before(async () => {
  handler = await startHandler((body, response) => (waiting.push(response), arrived()));
  [browser, listen] = await Promise.all([startBrowser(), startProgram("listen", "--ui", "0", "--port", "0", "--register", "--forward-to", handler.url)]);
});
after(async () => {
  await browser?.close();
  await listen?.stop();
  handler?.stop();
});

test("a request is pending until its handler responds", async () => {
  const page = await openPage(browser, listen);
  const fired = runProgram("fire", "confirmed", "--no-retry");
  await rowWith(page, "pending").click();
  await page.locator(".cause.warn", { hasText: "No response yet" }).waitFor();
  await page.locator(".tree .json-string", { hasText: "booking.confirmed" }).waitFor();
  await respond(401);
  await page.locator(".cause.bad", { hasText: "Rejected: the handler responded with 401" }).waitFor();
  await page.locator(".cause.bad", { hasText: /'slotflow-hooks secret \S+' prints it/ }).waitFor();
  await rowWith(page, "401").waitFor();
  assert.equal(await page.locator(".row").count(), 1);
  assert.notEqual(await fired, 0);
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test("the newest entry is followed until its response has ended", async () => {
  const page = await openPage(browser, listen, "/latest");
  const fired = runProgram("fire", "cancelled", "--no-retry");
  await page.locator("#detail-title", { hasText: "booking.cancelled" }).waitFor();
  await page.locator(".cause.warn", { hasText: "No response yet" }).waitFor();
  await respond(200);
  await page.locator(".cause.good", { hasText: "Accepted: the handler responded with 200" }).waitFor();
  assert.equal(await fired, 0);
  assert.deepEqual(page.problems, []);
  await closePage(page);
});
