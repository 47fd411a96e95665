// The page of load --report.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { runProgram, startBrowser, startHandler } from "./support.mjs";

const axe = fs.readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "load-report-"));
const file = path.join(folder, "report.html");

let browser;

before(async () => {
  let n = 0;
  const handler = await startHandler((body, response) => {
    ++n;
    if (n % 20 === 0) response.socket.destroy();
    else response.writeHead(n % 10 === 0 ? 500 : 200).end();
  });
  browser = await startBrowser();
  const status = await runProgram("load", "confirmed", handler.url, "--secret", "whsec_x", "--rate", "100", "--duration", "2s", "--gate", "success>=99.9%", "--gate", "rate>=1%", "--report", file);
  assert.equal(status, 1);
  handler.stop();
});
after(async () => {
  await browser?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

for (const [width, colorScheme] of [[1280, "light"], [1280, "dark"], [320, "light"], [320, "dark"]]) {
  test("at " + width + " px, " + colorScheme, async () => {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
    const page = await context.newPage();
    const problems = [];
    page.on("pageerror", (error) => problems.push(error.stack));
    page.on("console", (message) => problems.push(message.text()));
    page.on("request", (request) => request.url().startsWith("file:") || problems.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    await page.getByRole("heading", { name: /^booking\.confirmed to http/ }).waitFor();
    assert.equal(await page.locator("#gates .bad", { hasText: "not met: success>=99.9%" }).count(), 1);
    assert.equal(await page.locator("#gates .good", { hasText: "met: rate>=1%" }).count(), 1);
    assert.match(await page.locator("#errors").textContent(), /connection_(closed|reset)/);
    for (const id of ["latency", "rate", "statuses", "percentiles"]) {
      const colours = await page.locator("#" + id).evaluate((canvas) => new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size);
      assert.ok(colours > 10, id + " is drawn with " + colours + " colours");
    }
    await page.locator("summary").click();
    assert.equal(await page.locator("#intervals tbody tr").count(), 2);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => id + ": " + nodes[0].html), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    assert.deepEqual(problems, []);
    await context.close();
  });
}
