// Runs one file of browser tests: run.mjs PROGRAM FILE. Exits with 77, which ctest takes for
// "skipped", where Chromium or the packages of this folder are missing; with
// SLOTFLOW_TEST_BROWSER=required, that is a failure.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const [program, file] = process.argv.slice(2);
const chromium = process.env.CHROMIUM || "/usr/bin/chromium";
const folder = path.dirname(fileURLToPath(import.meta.url));
const packages = path.join(folder, "node_modules", "playwright-core");

function leave(reason) {
  const required = process.env.SLOTFLOW_TEST_BROWSER === "required";
  console.log(`${required ? "failed" : "skipped"}: ${reason}`);
  process.exit(required ? 1 : 77);
}

if (!fs.existsSync(chromium)) leave(`no ${chromium}: install Debian's package chromium`);
if (!fs.existsSync(packages)) leave("no playwright-core: run npm ci --prefix tests/browser");
const result = spawnSync(process.execPath, ["--test", path.join(folder, file)], {
  stdio: "inherit",
  env: { ...process.env, SLOTFLOW_HOOKS: program, CHROMIUM: chromium },
});
process.exit(result.status ?? 1);
