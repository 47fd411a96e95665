// Resend, copy as curl, pin, export and clear.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bookingEvent, closePage, openPage, rowWith, send, startBrowser, startHandler, startListen } from "./support.mjs";

let browser;
let listen;
let handler;
const received = [];

before(async () => {
  handler = await startHandler((body, response) => {
    received.push(body);
    response.end("ok");
  });
  [browser, listen] = await Promise.all([startBrowser(), startListen()]);
  await send(listen, bookingEvent("booking-one"), { target: "/one" });
  await send(listen, bookingEvent("booking-two"), { target: "/two" });
});
after(async () => {
  await browser?.close();
  await listen?.stop();
  handler?.stop();
});

async function withPage(search, use) {
  const page = await openPage(browser, listen, "/?q=" + search);
  try {
    await page.locator(".row-link").first().click();
    await page.locator(".facts").waitFor();
    await use(page);
    assert.deepEqual(page.problems, []);
  } finally {
    await closePage(page);
  }
}

async function openResend(page) {
  await page.getByRole("button", { name: "Resend…" }).click();
  await page.locator("#resend-dialog[open]").waitFor();
  return page.locator("#resend-dialog");
}

async function sendNow(dialog, result) {
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await dialog.locator(".result-line", { hasText: result }).waitFor();
}

test("an event is sent again as it was, and appears beside the old one", () => withPage("url:/one", async (page) => {
  const dialog = await openResend(page);
  await sendNow(dialog, "200 OK");
  await dialog.getByRole("button", { name: "Close" }).click();
  assert.equal(await page.evaluate(() => document.activeElement.dataset.action), "resend");
  await page.locator(".timeline li").nth(1).waitFor();
  await page.locator(".timeline li").nth(1).locator("a").click();
  await page.locator(".cause", { hasText: "Duplicate" }).waitFor();
  await page.locator(".facts .badge", { hasText: "valid" }).waitFor();
}));

test("an edited payload is signed anew, and need not be JSON", () => withPage("url:/two", async (page) => {
  const dialog = await openResend(page);
  const area = dialog.getByLabel("Payload");
  await area.fill('{"event":');
  await dialog.locator("#resend-payload-note", { hasText: "It can be sent all the same." }).waitFor();
  await sendNow(dialog, "200 OK");
  await dialog.getByRole("button", { name: "Undo the changes" }).click();
  assert.equal(await area.inputValue(), bookingEvent("booking-two"));
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.goto(new URL("/latest", page.url()).href);
  await page.locator(".note", { hasText: "This is not valid JSON" }).waitFor();
  await page.locator(".facts .badge", { hasText: "valid" }).waitFor();
}));

test("a request can be made invalid, and gets its diagnosis", () => withPage("url:/two", async (page) => {
  const dialog = await openResend(page);
  await dialog.getByLabel("Signature").selectOption("missing");
  await sendNow(dialog, "200 OK");
  await dialog.getByRole("link", { name: "Show the new entry" }).click();
  await page.locator(".cause.bad", { hasText: "Signature missing" }).waitFor();
}));

test("another URL gets the event, and a dead one says why", () => withPage("url:/one", async (page) => {
  const dialog = await openResend(page);
  await dialog.getByLabel("URL").fill(handler.url);
  await sendNow(dialog, "200 OK");
  assert.deepEqual(received, [bookingEvent("booking-one")]);
  await dialog.getByLabel("URL").fill("http://127.0.0.1:1/");
  await sendNow(dialog, "connection refused");
}));

test("the request is copied as curl, as it was or signed now", () => withPage("url:/one", async (page) => {
  const menu = page.locator(".detail-head .menu");
  for (const [index, name] of ["Copy as it was", "Copy, signed now"].entries()) {
    await menu.locator("summary").click();
    await menu.getByRole("button", { name }).click();
    await menu.locator("button").nth(index).filter({ hasText: "Copied" }).waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /curl /);
    await page.keyboard.press("Escape");
    await menu.locator(".menu-items").waitFor({ state: "hidden" });
  }
}));

test("what is filtered is exported", () => withPage("url:/one", async (page) => {
  const exported = async (name) => {
    await page.locator("#menu > summary").click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  const lines = (await exported("Export as JSON lines")).trim().split("\n").map((line) => JSON.parse(line));
  assert.ok(lines.length > 0);
  assert.ok(lines.every((line) => line.path === "/one"));
  const har = JSON.parse(await exported("Export as HAR"));
  assert.equal(har.log.version, "1.2");
  assert.equal(har.log.entries.length, lines.length);
}));

test("a pinned entry stays when the list is cleared", () => withPage("url:/one", async (page) => {
  await page.getByRole("button", { name: "Pin" }).click();
  await page.locator("[data-action=pin][aria-pressed=true]").waitFor();
  await rowWith(page, "pinned").waitFor();
  await page.locator("#search").fill("");
  await rowWith(page, "/two").first().waitFor({ state: "attached" });
  await page.locator("#menu > summary").click();
  await page.getByRole("button", { name: "Clear the list…" }).click();
  await page.locator("#clear-dialog").getByRole("button", { name: "Clear" }).click();
  await page.locator("#count", { hasText: /^1 request$/ }).waitFor();
  assert.equal(await page.locator(".row").count(), 1);
}));
