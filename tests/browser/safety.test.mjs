// Nothing that arrives is markup, and nothing leaves the page's origin.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bookingEvent, closePage, openPage, send, startBrowser, startListen } from "./support.mjs";

const markup = [
  "<img src=x onerror=alert(1)>", "<script>alert(2)</script>", "</script><script>alert(3)</script>", "<svg onload=alert(4)>",
  "</textarea><img src=x onerror=alert(5)>", "<iframe src=//example.com></iframe>", "<style>*{display:none}</style>",
  "<a href=javascript:alert(6)>x</a>", "javascript:alert(7)", "<!--", "]]>", "&lt;b&gt;", "${alert(8)}", "{{constructor}}", "<base href=//example.com>",
  "<meta http-equiv=refresh content=0;url=//example.com>", "\" onfocus=alert(9) autofocus x=\"", "<img src=http://example.com/pixel>",
];
const hidden = ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\u0007", "\u001b", "\u0085", "\u2028", "\u00ad", "\u{e0041}"];

let browser;
let listen;

before(async () => {
  [browser, listen] = await Promise.all([startBrowser(), startListen()]);
  for (const text of markup) {
    const event = bookingEvent(text, text, { attendee_name: text, metadata: { [text]: text } });
    await send(listen, event, { target: "/" + encodeURI(text), headers: { "X-Text": text } });
  }
  await send(listen, markup.join("\n"), { signature: markup[0], target: "/raw" });
  for (const character of hidden) await send(listen, JSON.stringify({ event: "a" + character + "b", data: { id: "id" + character } }), { target: "/hidden" });
  await send(listen, Buffer.from([0xff, 0xfe, 0x00, 0x41]), { target: "/bytes" });
  await send(listen, '{"__proto__":{"a":1},"constructor":2,"a":1,"a":2,"n":12345678901234567890.0}', { target: "/odd" });
  await send(listen, "[".repeat(50000), { target: "/deep" });
});
after(async () => {
  await browser?.close();
  await listen?.stop();
});

test("the page has a policy that allows its own script and style only", async () => {
  const response = await fetch(listen.ui);
  const policy = response.headers.get("content-security-policy");
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'sha256-[^']+'(;|$)/);
  assert.match(policy, /style-src 'sha256-[^']+'(;|$)/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
});

test("markup in every part of a request is shown as text", async () => {
  const page = await openPage(browser, listen);
  await page.locator(".row").nth(9).waitFor();
  const before = await page.evaluate(() => document.querySelectorAll("script, style, img, iframe, base, meta, object, embed").length);
  const paths = await page.evaluate(() => fetch("/api/entries?q=!url:/hidden").then((response) => response.json()).then(({ entries }) => entries.map((entry) => "/entries/" + entry.id)));
  for (const path of paths) {
    await page.evaluate((href) => {
      history.pushState(null, "", href);
      dispatchEvent(new PopStateEvent("popstate"));
    }, path);
    await page.locator("#detail[data-id='" + path.split("/").at(-1) + "'] .facts").waitFor();
  }
  await page.goto(new URL("/latest?q=url:/raw", listen.ui).href);
  await page.locator("[data-action=resend]").click();
  assert.equal(await page.locator("#resend-payload").inputValue(), markup.join("\n"));
  const left = await page.evaluate(() => document.querySelectorAll("script, style, img, iframe, base, meta, object, embed").length);
  assert.equal(left, before);
  assert.equal(await page.evaluate(() => [...document.querySelectorAll("*")].some((node) => [...node.attributes].some(({ name }) => name.startsWith("on")))), false);
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test("the page shows no character that hides or reorders text", async () => {
  const page = await openPage(browser, listen, "/?q=url:/hidden");
  await page.locator(".row").nth(hidden.length - 1).waitFor();
  const text = await page.locator("#scroller").textContent();
  for (const character of hidden) {
    assert.equal(text.includes(character), false);
    assert.ok(text.includes("U+" + character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")));
  }
  await page.locator(".row-link").first().click();
  await page.locator("#detail-title .hidden-character").waitFor();
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test("odd payloads are shown as they are", async () => {
  const page = await openPage(browser, listen, "/?q=url:/odd");
  await page.locator(".row-link").first().click();
  await page.locator(".tree .json-key").first().waitFor();
  const keys = await page.locator(".tree .json-key").allTextContents();
  assert.deepEqual(keys, ['"__proto__"', '"a"', '"constructor"', '"a"', '"a"', '"n"']);
  await page.locator(".json-number", { hasText: "12345678901234567890.0" }).waitFor();
  await page.goto(new URL("/latest?q=url:/bytes", page.url()).href);
  await page.locator("pre.raw", { hasText: "ff fe 00 41" }).waitFor();
  await page.goto(new URL("/latest?q=url:/deep", page.url()).href);
  await page.locator(".note", { hasText: "nested too deeply" }).waitFor();
  assert.deepEqual(page.problems, []);
  await closePage(page);
});
