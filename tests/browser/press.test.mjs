// What changes while the mouse is pressed: a click reaches what it was meant for.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bookingEvent, closePage, openPage, rowWith, send, startBrowser, startListen } from "./support.mjs";

let browser;
let listen;

before(async () => {
  [browser, listen] = await Promise.all([startBrowser(), startListen()]);
  await send(listen, bookingEvent("booking-one"), { target: "/one" });
  await send(listen, bookingEvent("booking-two"), { target: "/two" });
});
after(async () => {
  await browser?.close();
  await listen?.stop();
});

// Opens the page twice: what is pressed in the first is changed from the second.
async function withTwoPages(target, use) {
  const pages = [];
  try {
    for (let index = 0; index < 2; ++index) pages.push(await openPage(browser, listen, target));
    await use(...pages);
    for (const page of pages) assert.deepEqual(page.problems, []);
  } finally {
    for (const page of pages) await closePage(page);
  }
}

// Presses the mouse in the middle of an element, does something else, and releases it.
async function pressWhile(page, element, change) {
  await element.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await element.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await change();
  await page.mouse.up();
}

// Gives a page time to draw what the other one shows already.
function settled(page) {
  return page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
}

test("a row that changes while it is pressed opens", () => withTwoPages("/", async (page, other) => {
  await pressWhile(page, rowWith(page, "/one").locator(".row-event"), async () => {
    await rowWith(other, "/one").click();
    await other.getByRole("button", { name: "Pin" }).click();
    await rowWith(other, "pinned").waitFor();
    await settled(page);
  });
  await page.locator(".facts", { hasText: "POST /one" }).waitFor();
  await rowWith(page, "pinned").waitFor();
}));

test("rows that arrive while one is pressed do not move it", () => withTwoPages("/", async (page, other) => {
  await pressWhile(page, rowWith(page, "/two").locator(".row-event"), async () => {
    await send(listen, bookingEvent("booking-three"), { target: "/three" });
    await rowWith(other, "/three").waitFor();
    await settled(page);
  });
  await page.locator(".facts", { hasText: "POST /two" }).waitFor();
  await rowWith(page, "/three").waitFor();
}));

test("an entry that changes while one of its links is pressed", () => withTwoPages("/", async (page, other) => {
  await send(listen, bookingEvent("booking-one"), { target: "/one-again" });
  await rowWith(page, "/one-again").click();
  await pressWhile(page, page.locator(".timeline a", { hasText: "first" }).locator(".timeline-what"), async () => {
    await send(listen, bookingEvent("booking-one"), { target: "/one-more" });
    await rowWith(other, "/one-more").waitFor();
    await settled(page);
  });
  await page.locator(".facts", { hasText: "POST /oneBooking" }).waitFor();
  await page.locator(".timeline li").nth(2).waitFor();
}));

test("with a search, what does not match moves nothing either", () => withTwoPages("/?q=url:/two", async (page, other) => {
  await pressWhile(page, page.locator(".row .row-event"), async () => {
    await send(listen, bookingEvent("booking-four"), { target: "/two" });
    await send(listen, bookingEvent("booking-five"), { target: "/five" });
    await other.locator(".row").nth(1).waitFor();
    await settled(page);
  });
  await page.locator("#detail-title", { hasText: "#2" }).waitFor();
  await page.locator(".row").nth(1).waitFor();
}));
