// Shows the report of a load test. All values are shown as text.
"use strict";

const { report, began, meaning, intervals, interval_ms: step, curve } = JSON.parse(document.getElementById("report").textContent);
const byId = (id) => document.getElementById(id);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function number(value, digits = 0) {
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function time(ms) {
  if (ms === null) return "-";
  if (ms >= 1000) return number(ms / 1000, ms < 10000 ? 2 : 1) + " s";
  return number(ms, ms < 10 ? 2 : ms < 100 ? 1 : 0) + " ms";
}

function perSecond(rate) {
  return number(rate, rate < 10 ? 2 : rate < 1000 ? 1 : 0) + "/s";
}

// Cut, so that 100.00 % means all.
function percent(part, whole) {
  return whole ? number(Math.floor((part * 10000) / whole + 1e-9) / 100, 2) + " %" : "-";
}

function duration(ms) {
  return ms % 60000 === 0 && ms > 0 ? ms / 60000 + " min" : ms % 1000 === 0 ? ms / 1000 + " s" : ms + " ms";
}

function showHead() {
  const { settings } = report;
  byId("title").textContent = report.event + " to " + settings.urls.join(", ");
  document.title = "Load report: " + report.event;
  const parts = [settings.rate ? perSecond(settings.rate) : settings.concurrency + " at a time"];
  if (settings.duration_ms) parts.push("for " + duration(settings.duration_ms));
  if (settings.count) parts.push(number(settings.count) + " events");
  if (settings.ramp_ms) parts.push("ramp of " + duration(settings.ramp_ms));
  if (settings.warmup_ms) parts.push("after a warm-up of " + duration(settings.warmup_ms));
  byId("how").textContent = parts.join(", ") + " · " + new Date(began).toUTCString();
  byId("meaning").textContent = meaning;
  byId("warnings").append(...report.warnings.map((text) => make("li", { class: "warn" }, text)));
  byId("gates").append(
    ...report.gates.map(({ gate, measured, met }) =>
      make("li", { class: met ? "good" : "bad" }, (met ? "✓ met: " : "✗ not met: ") + gate + ", " + (measured ? "measured " + measured : "nothing was measured")),
    ),
  );
  byId("gates-section").hidden = report.gates.length === 0;
}

function showTotals() {
  const total = (name, value, bad) => make("div", bad ? { class: "failed" } : {}, make("dt", null, name), make("dd", null, value));
  byId("totals").append(
    total("Started", number(report.started)),
    total(report.rate_asked ? "Rate, of " + perSecond(report.rate_asked) : "Rate", perSecond(report.rate)),
    total("Succeeded", percent(report.succeeded, report.asked), report.succeeded < report.asked),
    total("Failed", number(report.failed), report.failed > 0),
    ...(report.dropped ? [total("Dropped", number(report.dropped), true)] : []),
    ...(report.late ? [total("Late starts", number(report.late))] : []),
    ...(report.unfinished ? [total("In flight at the end", number(report.unfinished))] : []),
    total("p50", time(report.latency_ms.p50)),
    total("p99", time(report.latency_ms.p99)),
    total("Max", time(report.latency_ms.max)),
  );
}

function fillTable(id, titles, rows, textColumns = []) {
  const cell = (name) => (value, i) => make(name, { ...(name === "th" && { scope: "col" }), ...(textColumns.includes(i) && { class: "text" }) }, String(value));
  byId(id).append(
    make("thead", null, make("tr", null, ...titles.map(cell("th")))),
    make("tbody", null, ...rows.map((row) => make("tr", null, ...row.map(cell("td"))))),
  );
}

function showTables() {
  const names = [["Min", "min"], ["Mean", "mean"], ["p50", "p50"], ["p90", "p90"], ["p95", "p95"], ["p99", "p99"], ["p99.9", "p999"], ["Max", "max"]];
  fillTable("times", ["Percentile", "Latency", "Service time"], names.map(([title, name]) => [title, time(report.latency_ms[name]), time(report.service_ms[name])]));
  const errors = Object.entries(report.errors);
  byId("errors-section").hidden = errors.length === 0;
  fillTable("errors", ["Error", "Events", "First after", "Example"], errors.map(([kind, { count, first_at_ms, example }]) => [kind, number(count), time(first_at_ms), example ?? ""]), [3]);
  fillTable(
    "intervals",
    ["From", "Started", "Answered", "Failed", "Dropped", "p50", "p99", "Max", "Statuses and errors"],
    intervals.map((part, i) => [duration(i * step), number(part.started), number(part.answered), number(part.failed), number(part.dropped), time(part.p50), time(part.p99), time(part.max),
      Object.entries(part.statuses).map(([status, count]) => status + ": " + number(count)).concat(part.errors ? ["errors: " + number(part.errors)] : []).join("  ")]),
    [8],
  );
  const { settings } = report;
  const rows = [["Event", report.event], ["Endpoints", settings.urls.join(", ")], ["Rate asked", settings.rate ? perSecond(settings.rate) : "none"], ["Concurrency", settings.concurrency ?? "none"],
    ["Most in flight", settings.rate ? number(settings.max_in_flight) : "-"], ["Connections", settings.keepalive ? "kept" : "a new one for each event"], ["Timeout", duration(settings.timeout_ms)], ["Seed", settings.seed ?? "-"]];
  byId("settings").append(...rows.map(([name, value]) => make("div", null, make("dt", null, name), make("dd", null, String(value)))));
}

let charts = [];

function axes(x, y, more = {}) {
  const tick = { color: colour("muted") };
  const grid = { color: colour("line") };
  const title = (text) => ({ display: true, text, color: colour("muted") });
  return {
    x: { title: title(x), ticks: { ...tick, maxRotation: 0, autoSkipPadding: 16 }, grid: { display: false }, ...more.x },
    y: { title: title(y), ticks: tick, grid, beginAtZero: true, ...more.y },
  };
}

function draw(id, config) {
  charts.push(
    new Chart(byId(id), {
      ...config,
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        ...config.options,
        plugins: { legend: { labels: { color: colour("text"), boxWidth: 14, boxHeight: 8 } }, ...config.options.plugins },
      },
    }),
  );
}

function line(label, data, name, more) {
  return { label, data, borderColor: colour(name), backgroundColor: colour(name), borderWidth: 2, pointRadius: data.length > 60 ? 0 : 2, tension: 0, spanGaps: false, ...more };
}

function bars(label, data, name) {
  return { type: "bar", label, data, backgroundColor: colour(name), stack: "one", barPercentage: 1, categoryPercentage: 0.9 };
}

function drawAll() {
  for (const chart of charts) chart.destroy();
  charts = [];
  const labels = intervals.map((_, i) => number((i * step) / 1000) + " s");
  // The last interval may be shorter.
  const perSecondIn = (name) => intervals.map((part, i) => part[name] / (Math.min(step, Math.max(report.duration_ms - i * step, 1)) / 1000));
  const failedAt = intervals.map((part) => (part.failed ? (part.max ?? 0) : null));
  draw("latency", {
    type: "line",
    data: {
      labels,
      datasets: [
        line("p50", intervals.map((part) => part.p50), "teal"), line("p90", intervals.map((part) => part.p90), "blue"),
        line("p99", intervals.map((part) => part.p99), "accent"), line("max", intervals.map((part) => part.max), "grey", { borderDash: [4, 3], borderWidth: 1 }),
        line("failures here", failedAt, "bad", { showLine: false, pointRadius: 5, pointStyle: "crossRot", borderWidth: 2 }),
      ],
    },
    options: { scales: axes("when events were due", "ms") },
  });
  draw("rate", {
    type: "line",
    data: {
      labels,
      datasets: [
        line("started", perSecondIn("started"), "blue"), line("answered", perSecondIn("answered"), "teal", { borderDash: [6, 3] }),
        line("failed", perSecondIn("failed"), "bad"), ...(report.dropped ? [line("dropped", perSecondIn("dropped"), "orange")] : []),
      ],
    },
    options: { scales: axes("when events were due", "events a second") },
  });
  const classes = [["2xx", "teal"], ["3xx", "grey"], ["4xx", "orange"], ["5xx", "bad"], ["others", "blue"]];
  const inClass = (part, name) => Object.entries(part.statuses).reduce((sum, [status, count]) => sum + ((/[2-5]/.test(status[0]) ? status[0] : "o") === name[0] ? count : 0), 0);
  draw("statuses", {
    type: "bar",
    data: {
      labels,
      datasets: [...classes.map(([name, tone]) => bars(name, intervals.map((part) => inClass(part, name)), tone)), bars("errors", intervals.map((part) => part.errors), "accent")].filter(({ data }) => data.some((value) => value > 0)),
    },
    options: { scales: axes("when events were due", "events", { x: { stacked: true }, y: { stacked: true } }) },
  });
  // 90 %, 99 % and 99.9 % are equally far apart.
  const nines = ({ percent: p }) => Math.log10(100 / (100 - Math.min(p, 99.9999)));
  const points = (name) => curve.map((point) => ({ x: nines(point), y: point[name] }));
  draw("percentiles", {
    type: "line",
    data: { datasets: [line("latency", points("latency_ms"), "accent", { pointRadius: 0 }), line("service time", points("service_ms"), "teal", { pointRadius: 0, borderDash: [6, 3] })] },
    options: {
      interaction: { mode: "nearest", axis: "x", intersect: false },
      plugins: { tooltip: { callbacks: { title: ([item]) => number(100 - 100 / 10 ** item.parsed.x, 3) + " %" } } },
      scales: axes("percentile", "ms", { x: { type: "linear", min: 0, ticks: { stepSize: 1, color: colour("muted"), callback: (value) => (Number.isInteger(value) ? number(100 - 100 / 10 ** value, Math.max(0, value - 2)) + " %" : "") } } }),
    },
  });
}

showHead();
showTotals();
showTables();
drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
addEventListener("beforeprint", drawAll);
addEventListener("afterprint", drawAll);
