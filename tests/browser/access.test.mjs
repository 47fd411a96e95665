// axe-core finds nothing, in any state; nothing is wider than a phone.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { bookingEvent, closePage, openPage, rowWith, send, signatureOf, startBrowser, startListen } from "./support.mjs";

const axe = fs.readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const views = [
  { width: 1280, height: 800, colorScheme: "light" }, { width: 1280, height: 800, colorScheme: "dark" },
  { width: 320, height: 640, colorScheme: "light" }, { width: 320, height: 640, colorScheme: "dark" },
];

let browser;
let listen;
let quiet; // nothing is sent to this one

before(async () => {
  [browser, listen, quiet] = await Promise.all([startBrowser(), startListen("--script", "200,200,500"), startListen()]);
  const event = bookingEvent("booking-one", "booking.confirmed", { notes: "\u202ereversed", long: "x".repeat(500), list: [1, true, null, {}] });
  await send(listen, event);
  await send(listen, event);
  await send(listen, bookingEvent("booking-one", "booking.cancelled"), { signature: signatureOf("x"), target: "/a-long-path/" + "y".repeat(200) });
  await send(listen, "{", { signature: null });
});
after(async () => {
  await browser?.close();
  await Promise.all([listen?.stop(), quiet?.stop()]);
});

async function assertClean(page, state) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  const found = violations.map(({ id, nodes }) => id + ": " + nodes.map((node) => node.html + " " + node.failureSummary).join("; "));
  assert.deepEqual(found, [], state);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, state + ": " + overflow + " px too wide");
  assert.deepEqual(page.problems, []);
}

for (const view of views) {
  test("at " + view.width + " px, " + view.colorScheme, async () => {
    const page = await openPage(browser, listen, "/", view);
    await page.locator(".row").nth(3).waitFor();
    await assertClean(page, "list");
    await rowWith(page, "booking.cancelled").last().click();
    await page.locator(".compare > summary").click();
    await page.locator(".diff-line").first().waitFor();
    await assertClean(page, "detail");
    const inside = await page.locator("#detail-pane").evaluate((pane) => pane.scrollWidth - pane.clientWidth);
    assert.ok(inside <= 0, "the detail is " + inside + " px too wide");
    await page.locator("[data-action=curl]").click();
    await assertClean(page, "menu");
    await page.keyboard.press("Escape");
    await page.locator("[data-action=resend]").click();
    await page.locator("#resend-dialog").getByRole("button", { name: "Send", exact: true }).click();
    await page.locator(".result-line").waitFor();
    await page.locator(".resend-result .more > summary").click();
    await assertClean(page, "resend");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await assertClean(page, "help");
    await closePage(page);
    const empty = await openPage(browser, quiet, "/", view);
    await empty.getByRole("heading", { name: "Waiting for requests" }).waitFor();
    await assertClean(empty, "empty");
    await empty.getByRole("button", { name: /^Copy: slotflow-hooks fire/ }).click();
    await empty.locator(".command button", { hasText: "Copied" }).waitFor();
    assert.match(await empty.evaluate(() => navigator.clipboard.readText()), /^slotflow-hooks fire booking\.confirmed --to http:/);
    await closePage(empty);
  });
}

test("nothing moves where that is not wanted", async () => {
  const page = await openPage(browser, listen, "/", { width: 1280, height: 300 });
  await page.locator(".row").nth(3).waitFor();
  await page.locator("#scroller").evaluate((scroller) => (scroller.scrollTop = scroller.scrollHeight));
  await send(listen, "{", { signature: null });
  await page.locator("#new-entries", { hasText: "1 new" }).waitFor();
  const moving = () => page.evaluate(() => [...document.querySelectorAll("*")].filter((element) => {
    const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element);
    return animationName !== "none" || parseFloat(transitionDuration) > 0 || scrollBehavior === "smooth";
  }).map((element) => element.id));
  assert.deepEqual(await moving(), ["new-entries"]);
  await page.emulateMedia({ reducedMotion: "reduce" });
  assert.deepEqual(await moving(), []);
  await closePage(page);
});

test("arrows scroll the list, and Tab reaches one row", async () => {
  const page = await openPage(browser, listen, "/", { width: 1280, height: 300 });
  await page.locator(".row").nth(3).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.getElementById("scroller").scrollTop > 0);
  assert.equal(await page.locator(".row-link[tabindex='0']").count(), 1);
  assert.equal(await page.locator(".row").first().getAttribute("aria-setsize"), await page.locator("#count").textContent().then((text) => /\d+/.exec(text)[0]));
  await closePage(page);
});
