// A handler for Slotflow webhooks in Express, as Slotflow's guide describes one.
//   SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
//   PORT                      0 takes a free one
// Prints {"port"} on stdout once it can be reached, then a JSON line for each request.
'use strict';

const crypto = require('node:crypto');
const express = require('express');

const TOLERANCE_SECONDS = 300;
const EVENTS = ['booking.confirmed', 'booking.cancelled'];
// A Map, because an object would also have a route for the source "constructor".
const ROUTES = new Map([
  ['ai_sdr', 'sales'],
  ['ai_support', 'support'],
  ['ai_recruiter', 'recruiting'],
]);

const secret = process.env.SLOTFLOW_WEBHOOK_SECRET;
if (!secret) throw new Error('SLOTFLOW_WEBHOOK_SECRET: expected a secret, got nothing');
const seen = new Set();

// X-Slotflow-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">. There can be several
// v1; schemes of other names are not ours to judge.
function parseSignature(header) {
  const signature = { t: undefined, v1: [] };
  for (const pair of header.split(',')) {
    const parts = /^([^=]+)=([^=]*)$/.exec(pair);
    if (!parts) return { t: undefined, v1: [] };
    const [, name, value] = parts;
    if (name === 't') signature.t = value;
    if (name === 'v1') signature.v1.push(value);
  }
  return signature;
}

function isAuthentic(header, body, now) {
  const { t, v1 } = parseSignature(header ?? '');
  if (!/^[0-9]{1,12}$/.test(t ?? '')) return false;
  // Whole seconds, as t has no more.
  if (Math.abs(Math.floor(now) - Number(t)) > TOLERANCE_SECONDS) return false;
  // The key is the secret exactly as issued, its whsec_ prefix included.
  const expected = crypto.createHmac('sha256', secret).update(`${t}.`).update(body).digest();
  // timingSafeEqual throws at buffers of different lengths.
  return v1
    .filter((hex) => /^[0-9a-f]{64}$/.test(hex))
    .some((hex) => crypto.timingSafeEqual(Buffer.from(hex, 'hex'), expected));
}

function parseEvent(body) {
  try {
    const { event, data } = JSON.parse(body.toString('utf8'));
    if (typeof event !== 'string') return undefined;
    // What comes with an event of tomorrow is not known today.
    if (!EVENTS.includes(event) || typeof data.id === 'string') return { event, data };
  } catch {
    // No JSON, or no object: not one of Slotflow's events.
  }
  return undefined;
}

function print(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function reject(response, status) {
  response.sendStatus(status);
  print({ verdict: 'rejected', event: null, booking_id: null, route: null });
}

function handle(request, response) {
  // Without a body, or with another Content-Type, express.raw leaves no Buffer.
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const authentic = isAuthentic(request.get('X-Slotflow-Signature'), body, Date.now() / 1000);
  const received = authentic ? parseEvent(body) : undefined;
  if (!received) return reject(response, authentic ? 400 : 401);
  // Slotflow waits 10 s, and takes slowness for failure: answer first, work later.
  response.sendStatus(200);
  const { event, data } = received;
  if (!EVENTS.includes(event)) {
    print({ verdict: 'ignored', event, booking_id: null, route: null });
    return;
  }
  // A confirmation and a cancellation share the booking's id.
  const key = `${event} ${data.id}`;
  const duplicate = seen.has(key);
  seen.add(key);
  print({
    verdict: duplicate ? 'duplicate' : 'accepted',
    event,
    booking_id: data.id,
    route: ROUTES.get(data.metadata?.source) ?? 'default',
    metadata: data.metadata ?? null,
    body_sha256: crypto.createHash('sha256').update(body).digest('hex'),
  });
}

const app = express();
app.disable('x-powered-by');
// The signature is over the bytes as they came: express.json() would leave only what they mean.
app.post('/webhooks/slotflow', express.raw({ type: 'application/json', limit: '1mb' }), handle);
app.all('/webhooks/slotflow', (request, response) => {
  reject(response.set('Allow', 'POST'), 405);
});
// Express's own answers with the stack trace, unless NODE_ENV is production. It is known by its
// four parameters.
app.use((error, request, response, next) => {
  console.error(error);
  if (response.headersSent) return next(error);
  return reject(response, error.status ?? 500);
});

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', (error) => {
  if (error) throw error;
  print({ port: server.address().port });
});

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
