// A handler for Slotflow webhooks in Hono.
//   SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
//   PORT                      0: any free port
// Prints {"port"} on stdout when it listens, then a JSON line for each event.
'use strict';

const { serve } = require('@hono/node-server');
const { Hono } = require('hono');
const { bodyLimit } = require('hono/body-limit');
const { good, PATH } = require('./good.js');

const app = new Hono();

app.post(PATH, bodyLimit({ maxSize: 1024 * 1024 }), async (c) => {
  // The signature covers the raw body, not what c.req.json() returns.
  const body = Buffer.from(await c.req.arrayBuffer());
  if (!good.isAuthentic(c.req.header('X-Slotflow-Signature'), body)) return c.body(null, 401);
  const payload = good.parse(body);
  if (!payload) return c.body(null, 400);
  const { status, later } = good.accept(payload, body);
  setImmediate(later);
  return c.body(null, status);
});

const port = Number(process.env.PORT ?? 0);
serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, (address) => {
  console.log(JSON.stringify({ port: address.port }));
});
