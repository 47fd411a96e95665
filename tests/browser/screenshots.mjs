// Makes screenshots of the page's main states, of which the README shows some: screenshots.mjs
// PROGRAM FOLDER.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { bookingEvent, closePage, openPage, rowWith, runProgram, secret, send, signatureOf, startBrowser, startHandler, startListen } from "./support.mjs";

const folder = process.argv[3];
if (!folder) throw new Error("usage: screenshots.mjs PROGRAM FOLDER");

const crash = `TypeError: Cannot read properties of undefined (reading 'tier')
    at handleBooking (/app/src/webhooks.js:41:33)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)`;

// A handler that knows no booking without a tier, and verifies signatures.
const handler = await startHandler((body, response) => {
  const { metadata } = JSON.parse(body).data;
  if (metadata.forged) response.writeHead(401).end('{"error":"invalid signature"}');
  else if (!metadata.tier) response.writeHead(500, { "Content-Type": "text/plain" }).end(crash);
  else response.writeHead(200, { "Content-Type": "application/json" }).end('{"received":true}');
});
const listen = await startListen("--forward-to", handler.url);
const browser = await startBrowser();

function booking(id, event, name, metadata) {
  return bookingEvent(id, event, {
    human_id: "3286d22e-d1cd-4344-9669-d5d091ef3fe0", ends_at: "2026-12-03T13:00:00.000Z", attendee_name: name,
    attendee_email: name.split(" ")[0].toLowerCase() + "@example.com", metadata: { lead_id: "lead_3246", source: "ai_sdr", ...metadata },
  });
}

const ids = ["c12c1ef5-a6d2-452f-b731-cc3a24c8b4c2", "ccd8f5e1-ec9d-4509-aee9-ae4b0a03f6c4", "67c372c4-c170-44a2-9eae-ce922dbab938", "801693b7-bdd5-48a1-a932-9702d1a9640b"];
const target = "/webhooks/slotflow";
const first = booking(ids[0], "booking.confirmed", "Chen Bauer", { tier: 2 });
await send(listen, first, { target });
await send(listen, booking(ids[1], "booking.confirmed", "Fatima Evans", { tier: 1 }), { target });
await send(listen, first, { target });
await send(listen, booking(ids[0], "booking.cancelled", "Chen Bauer", { tier: 2 }), { target });
await send(listen, booking(ids[3], "booking.confirmed", "Priya Dubois", {}), { target });
const reserialized = booking(ids[2], "booking.confirmed", "Sam Haddad", { forged: true });
await send(listen, JSON.stringify(JSON.parse(reserialized), null, 2), { target, signature: signatureOf(reserialized) });
await send(listen, booking(ids[1], "booking.cancelled", "Fatima Evans", { tier: 1 }), { target });

async function shoot(name, view, use) {
  const page = await openPage(browser, listen, "/", view);
  await page.locator(".row").nth(6).waitFor();
  await use(page);
  await page.screenshot({ path: path.join(folder, name + ".png") });
  await closePage(page);
}

const wide = { width: 1280, height: 800 };
const phone = { width: 320, height: 640 };

await shoot("wide", { ...wide, colorScheme: "light" }, async (page) => {
  await rowWith(page, "signature invalid").click();
  await page.locator(".cause.bad").first().waitFor();
});
await shoot("wide-dark", { ...wide, colorScheme: "dark" }, async (page) => {
  await rowWith(page, "failed: 500").click();
  await page.locator(".cause.bad").first().waitFor();
});
await shoot("phone-list", { ...phone, colorScheme: "light" }, async () => {});
await shoot("phone-resend", { ...phone, colorScheme: "dark" }, async (page) => {
  await rowWith(page, "failed: 500").click();
  await page.locator("[data-action=resend]").click();
  await page.locator("#resend-dialog").getByRole("button", { name: "Send", exact: true }).click();
  await page.locator(".result-line").waitFor();
});

// The report of load, over a handler that is slow and fails now and then.
const report = path.join(folder, "load.html");
const slow = await startListen("--delay", "lognormal:20ms,150ms", "--fail-rate", "0.002", "--seed", "7");
await runProgram("load", "confirmed", "http://localhost:" + slow.port + "/", "--secret", secret, "--rate", "200", "--duration", "10s", "--gate", "p99<200ms", "--gate", "success>=99.9%", "--report", report);
const page = await browser.newPage({ viewport: { width: 900, height: 760 } });
await page.goto(pathToFileURL(report).href);
await page.screenshot({ path: path.join(folder, "load.png") });
fs.rmSync(report);

await browser.close();
await Promise.all([listen.stop(), slow.stop()]);
handler.stop();
