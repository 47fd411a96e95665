// The page when the connection is lost, when listen ends or begins again, and with very many entries.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { bookingEvent, closePage, openPage, rowWith, send, startBrowser, startListen, startProgram, secret } from "./support.mjs";

let browser;

before(async () => (browser = await startBrowser()));
after(() => browser?.close());

// Stands between the page and the program, so that a test can cut the connection.
async function startProxy(ui) {
  const sockets = new Set();
  let cut = false;
  const server = http.createServer((request, response) => {
    const headers = { ...request.headers, host: new URL(ui).host };
    if (headers.origin) headers.origin = new URL(ui).origin;
    const forwarded = http.request(ui.replace(/\/$/, "") + request.url, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    forwarded.on("error", () => response.destroy());
    response.on("close", () => forwarded.destroy());
    request.pipe(forwarded);
  });
  server.on("connection", (socket) => {
    if (cut) return void socket.destroy();
    sockets.add(socket.on("close", () => sockets.delete(socket)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const set = (value) => {
    cut = value;
    if (cut) for (const socket of sockets) socket.destroy();
  };
  return { ui: "http://127.0.0.1:" + server.address().port + "/", cut: () => set(true), restore: () => set(false), stop: () => (set(true), server.close()) };
}

// A page with one request, /before, that has noticed that its connection is lost.
async function loseConnection(t) {
  const listen = await startListen();
  t.after(listen.stop);
  const proxy = await startProxy(listen.ui);
  t.after(proxy.stop);
  const page = await openPage(browser, proxy);
  await send(listen, "{}", { target: "/before" });
  await rowWith(page, "/before").waitFor();
  proxy.cut();
  await page.locator("#live[data-state=reconnecting]").waitFor();
  return { listen, proxy, page };
}

async function sendMany(listen, many) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  let next = 0;
  const sender = async () => {
    for (let n = ++next; n <= many; n = ++next) await send(listen, bookingEvent("booking-" + n), { agent, signature: "t=1,v1=" + "0".repeat(64) });
  };
  await Promise.all(Array.from({ length: 32 }, sender));
  agent.destroy();
}

test("what arrived while the connection was lost appears when it is back", async (t) => {
  const { listen, proxy, page } = await loseConnection(t);
  await send(listen, "{}", { target: "/meanwhile" });
  proxy.restore();
  await rowWith(page, "/meanwhile").waitFor();
  await page.locator("#live", { hasText: "Live" }).waitFor();
  assert.equal(await page.locator(".row").count(), 2);
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test("a page that missed too much to be told of it reads the list again", async (t) => {
  const { listen, proxy, page } = await loseConnection(t);
  await sendMany(listen, 10100);
  proxy.restore();
  await page.locator("#count", { hasText: "10,101 requests" }).waitFor();
  await send(listen, "{}", { target: "/afterwards" });
  await rowWith(page, "/afterwards").waitFor();
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test("the page says how many entries the memory had no room for", async (t) => {
  const listen = await startListen();
  t.after(listen.stop);
  const page = await openPage(browser, listen);
  for (let n = 0; n < 70; ++n) assert.equal(await send(listen, "x".repeat(1000000), { signature: null }), 200);
  await page.locator("#count", { hasText: /^6\d requests · \d+ older ones dropped: the memory of 64.0 MiB was full$/ }).waitFor();
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test("the page says when listen has ended, and follows the next one", async (t) => {
  const first = await startListen();
  t.after(first.stop);
  const page = await openPage(browser, first);
  await send(first, "{}", { target: "/old" });
  await rowWith(page, "/old").click();
  await page.locator(".facts").waitFor();
  await first.stop();
  await page.locator("#live", { hasText: "Ended" }).waitFor();
  const second = await startProgram("listen", "--ui", new URL(first.ui).port, "--port", String(first.port), "--secret", secret);
  t.after(second.stop);
  await page.locator("#live", { hasText: "Live" }).waitFor();
  await page.getByRole("heading", { name: "Waiting for requests" }).waitFor();
  await send(second, "{}", { target: "/new" });
  await rowWith(page, "/new").click();
  await page.locator("[data-action=pin]").click(); // needs the token of this run
  await page.locator("[data-action=pin][aria-pressed=true]").waitFor();
  await closePage(page);
});

test("the eleventh viewer is told why the page is not live", async (t) => {
  const listen = await startListen();
  t.after(listen.stop);
  const viewers = Array.from({ length: 10 }, () => new AbortController());
  for (const { signal } of viewers) await fetch(new URL("/api/events", listen.ui), { signal });
  const page = await browser.newPage();
  await page.goto(listen.ui);
  await page.locator("#live[data-state=refused]", { hasText: "10 viewers are connected already" }).waitFor();
  for (const viewer of viewers) viewer.abort();
  await page.locator("#live[data-state=live]").waitFor();
  await page.close();
});

test("20,000 entries are scrolled with few rows in the document", async (t) => {
  const listen = await startListen();
  t.after(listen.stop);
  const many = 20000;
  await sendMany(listen, many);
  const page = await openPage(browser, listen);
  await page.locator("#count", { hasText: "20,000 requests" }).waitFor();
  await page.waitForFunction((rows) => document.querySelector(".rows").offsetHeight / document.querySelector(".row").offsetHeight === rows, many);
  for (const part of [0.25, 0.5, 0.75, 1]) {
    await page.locator("#scroller").evaluate((scroller, where) => (scroller.scrollTop = where * scroller.scrollHeight), part);
    await page.waitForFunction((where) => [...document.querySelectorAll(".row")].some((row) => Math.abs(row.getAttribute("aria-posinset") - where * 20000) < 20), part);
    assert.ok(await page.locator(".row").count() < 50);
  }
  await page.locator(".row[aria-posinset='20000'] .row-link").click();
  await page.locator("#detail-title", { hasText: "#1" }).waitFor();
  const top = await page.locator("#scroller").evaluate((scroller) => scroller.scrollTop);
  await send(listen, "{}", { target: "/one-more" });
  await page.locator("#new-entries", { hasText: "1 new" }).waitFor();
  assert.ok(await page.locator("#scroller").evaluate((scroller) => scroller.scrollTop) > top); // the rows in view stay
  await page.locator("#new-entries").click();
  await rowWith(page, "/one-more").waitFor();
  await page.locator(".row-link:focus", { hasText: "/one-more" }).waitFor();
  await page.locator("#search").fill("booking:booking-777");
  await page.locator("#count", { hasText: "match" }).waitFor();
  assert.deepEqual(page.problems, []);
  await closePage(page);
});
