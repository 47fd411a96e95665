// The page over the history of deliveries.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closePage, openPage, rowWith, runProgram, secret, startBrowser, startHandler, startProgram } from "./support.mjs";

let browser;
let handler;
let history;
const statuses = [500, 503, 200]; // of the first requests; then 200

function fire(event) {
  return runProgram("fire", event, "--to", handler.url, "--secret", secret, "--speed", "1000000");
}

before(async () => {
  handler = await startHandler((body, response) => {
    response.statusCode = statuses.shift() ?? 200;
    response.end("status " + response.statusCode);
  });
  assert.equal(await fire("confirmed"), 0);
  assert.notEqual(await runProgram("fire", "cancelled", "--to", "http://127.0.0.1:1/", "--secret", secret, "--no-retry"), 0);
  [browser, history] = await Promise.all([startBrowser(), startProgram("deliveries", "ui", "0", "--secret", secret)]);
});
after(async () => {
  await browser?.close();
  await history?.stop();
  handler?.stop();
});

test("deliveries show their attempts, and why they failed", async () => {
  const page = await openPage(browser, history);
  await rowWith(page, "booking.cancelled").click();
  await page.locator(".cause.bad", { hasText: "Failed: connection refused" }).waitFor();
  await rowWith(page, "3 attempts").click();
  await page.locator(".cause.good", { hasText: "Delivered: the endpoint responded with 200 OK" }).waitFor();
  assert.equal(await page.locator(".attempts > li").count(), 3);
  await page.locator(".attempts > li").first().locator("summary").first().click();
  await page.locator(".attempts pre", { hasText: "status 500" }).waitFor();
  await page.locator(".tree .json-string", { hasText: "booking.confirmed" }).waitFor();
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test("a delivery appears while one looks, and one is sent again", async () => {
  const page = await openPage(browser, history);
  await page.locator("#count", { hasText: "2 deliveries" }).waitFor();
  assert.equal(await fire("confirmed"), 0);
  await page.locator("#count", { hasText: "3 deliveries" }).waitFor();
  await rowWith(page, "3 attempts").click();
  await page.locator("[data-action=resend]").click();
  const dialog = page.locator("#resend-dialog");
  await dialog.getByLabel("Signature").selectOption("missing");
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await dialog.locator(".result-line", { hasText: "200 OK" }).waitFor();
  await page.locator("#count", { hasText: "4 deliveries" }).waitFor();
  assert.deepEqual(page.problems, []);
  await closePage(page);
});
