// The list, the detail, the search and the keys.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bookingEvent, closePage, openPage, rowWith, send, signatureOf, startBrowser, startListen } from "./support.mjs";

let browser;
let listen;

before(async () => {
  [browser, listen] = await Promise.all([startBrowser(), startListen("--script", "200,200,200,500,200", "--script-per", "request")]);
  const first = bookingEvent("booking-one");
  await send(listen, first);
  await send(listen, first); // a duplicate
  await send(listen, bookingEvent("booking-one", "booking.cancelled"));
  await send(listen, bookingEvent("booking-two")); // fails
  await send(listen, bookingEvent("booking-three"), { signature: signatureOf("other") });
});
after(async () => {
  await browser?.close();
  await listen?.stop();
});

async function withPage(target, options, use) {
  const page = await openPage(browser, listen, target, options);
  try {
    await use(page);
    assert.deepEqual(page.problems, []);
  } finally {
    await closePage(page);
  }
}

test("the list shows each request, newest first, with words for its state", () => withPage("/", {}, async (page) => {
  await page.locator(".row").nth(4).waitFor();
  const rows = await page.locator(".row-link").allTextContents();
  assert.match(rows[0], /^booking\.confirmed.*signature invalid/);
  assert.match(rows[1], /^booking\.confirmed.*failed: 500/);
  assert.match(rows[2], /^booking\.cancelled.*200.*signature valid/);
  assert.match(rows[3], /duplicate/);
  assert.match(await page.locator("#count").textContent(), /^5 requests/);
}));

test("a request appears while one looks, and is announced", () => withPage("/", {}, async (page) => {
  await page.locator(".row").nth(4).waitFor();
  const path = "/live";
  await send(listen, "{}", { target: path });
  await rowWith(page, "POST /live").waitFor();
  await page.locator("#announcements", { hasText: "New: 1 request" }).waitFor();
  assert.equal(await page.locator(".row").first().getAttribute("aria-posinset"), "1");
}));

test("the detail says what happened and why", () => withPage("/", {}, async (page) => {
  await rowWith(page, "signature invalid").click();
  await page.locator(".cause.bad", { hasText: "Signature invalid: v1 does not match" }).waitFor();
  assert.match(await page.locator(".cause.bad").first().textContent(), /Diagnosis:/);
  assert.match(page.url(), /\/entries\/[^/]+$/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "detail-title");
  await page.locator(".tree .json-string", { hasText: '"booking-three"' }).waitFor();
  assert.match(await page.locator(".signature-header").textContent(), /X-Slotflow-Signature/i);
  await page.getByRole("button", { name: "Raw" }).click();
  assert.equal(await page.locator("pre.raw").first().textContent(), bookingEvent("booking-three"));
}));

test("copy and download give the exact bytes", () => withPage("/", {}, async (page) => {
  await rowWith(page, "signature invalid").click();
  await page.locator(".section-payload").getByRole("button", { name: "Copy" }).click();
  await page.locator(".section-payload button", { hasText: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), bookingEvent("booking-three"));
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".section-payload a", { hasText: "Download" }).click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  assert.equal(Buffer.concat(chunks).toString(), bookingEvent("booking-three"));
}));

test("the timeline and the comparison show the event and its booking", () => withPage("/?q=event:booking.cancelled", {}, async (page) => {
  await page.locator(".row-link").first().click();
  await page.locator(".timeline li").nth(2).waitFor();
  assert.equal(await page.locator(".timeline li").count(), 3);
  assert.match(await page.locator(".timeline li.here").textContent(), /booking\.cancelled/);
  await page.locator(".compare > summary").click();
  await page.locator(".diff-line.removed", { hasText: '"event": "booking.confirmed"' }).waitFor();
  await page.locator(".diff-line.added", { hasText: '"event": "booking.cancelled"' }).waitFor();
  await page.locator(".compare").getByRole("button", { name: "Headers" }).click();
  await page.locator(".diff-line.added", { hasText: /x-slotflow-signature/i }).waitFor();
  await page.locator(".compare").getByRole("button", { name: "Response" }).click();
  await page.locator(".diff-result", { hasText: "No difference." }).waitFor();
}));

test("the search is in the URL, and a wrong one gets a reason", () => withPage("/", {}, async (page) => {
  await page.locator(".row").nth(4).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("status:5xx");
  await page.locator("#count", { hasText: "1 request matches" }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get("q"), "status:5xx");
  await page.locator("#search").fill("status:abc");
  await page.locator("#search-problem", { hasText: "status:" }).waitFor();
  assert.equal(await page.locator("#search").getAttribute("aria-invalid"), "true");
  await page.locator("#live[data-state=paused]").waitFor();
  await page.locator("#search").fill("");
  await page.locator("#count", { hasText: /^\d+ requests$/ }).waitFor();
  await page.locator("#live[data-state=live]").waitFor();
  await page.getByRole("button", { name: "Failed" }).click();
  await page.locator("#count", { hasText: "1 request matches" }).waitFor();
  assert.equal(await page.locator("#search").inputValue(), "is:failed");
  await page.locator("#search").fill("nothing-has-this-word");
  await page.locator("#empty", { hasText: "Nothing matches" }).waitFor();
  await page.getByRole("button", { name: "Clear the search" }).click();
  await page.locator(".row").nth(4).waitFor();
}));

test("a search stays live, and shows only what matches", () => withPage("/?q=url:/wanted", {}, async (page) => {
  await page.locator("#empty", { hasText: "Nothing matches" }).waitFor();
  await send(listen, "{}", { target: "/other" });
  await send(listen, "{}", { target: "/wanted" });
  await rowWith(page, "POST /wanted").waitFor();
  assert.equal(await page.locator(".row").count(), 1);
}));

test("the keys reach everything", () => withPage("/", {}, async (page) => {
  await page.locator(".row").nth(4).waitFor();
  const focused = () => page.evaluate(() => document.activeElement.closest(".row")?.getAttribute("aria-posinset") ?? document.activeElement.id);
  await page.keyboard.press("j");
  assert.equal(await focused(), "1");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  assert.equal(await focused(), "2");
  await page.keyboard.press("Enter");
  await page.locator("#detail-title:focus").waitFor();
  await page.keyboard.press("r");
  await page.locator("#resend-dialog[open]").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#resend-dialog:not([open])").waitFor({ state: "hidden" });
  assert.equal(await focused(), "detail-title");
  await page.keyboard.press("Escape");
  await page.locator(".row-link:focus").waitFor();
  assert.equal(await focused(), "2");
  await page.keyboard.press("?");
  await page.locator("#help-dialog[open]").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  assert.equal(await focused(), "search");
}));

test("back and forward, permalinks, and an entry that is not there", () => withPage("/", {}, async (page) => {
  await page.locator(".row-link").first().click();
  await page.locator(".facts").waitFor();
  const permalink = page.url();
  await page.goBack();
  await page.locator("#no-detail", { hasText: "Select an entry" }).waitFor();
  await page.goForward();
  await page.locator(".facts").waitFor();
  await page.goto(permalink);
  await page.locator(".facts").waitFor();
  await page.goto(new URL("/entries/none", permalink).href);
  await page.locator("#no-detail", { hasText: "This entry is not here any more" }).waitFor();
}));

test("/latest follows the newest entry that matches", () => withPage("/latest?q=url:/followed", {}, async (page) => {
  await page.locator("#no-detail", { hasText: "Waiting for the first entry that matches" }).waitFor();
  await send(listen, '{"turn":1}', { target: "/followed" });
  await page.locator(".tree", { hasText: '"turn": 1' }).waitFor();
  await send(listen, '{"turn":2}', { target: "/followed" });
  await page.locator(".tree", { hasText: '"turn": 2' }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/latest");
}));

test("on a phone, the list and the detail are shown one at a time", () => withPage("/", { width: 320, height: 640 }, async (page) => {
  await page.locator(".row-link").first().click();
  await page.locator(".facts").waitFor();
  assert.equal(await page.locator(".list-pane").isVisible(), false);
  await page.getByRole("link", { name: "List" }).click();
  await page.locator(".row-link:focus").waitFor();
  assert.equal(await page.locator(".detail-pane").isVisible(), false);
}));
