// A handler for Slotflow webhooks that leaves the signature to Stripe's package, whose scheme is
// the same: https://docs.stripe.com/webhooks#verify-manually
//   SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
//   PORT                      0 takes a free one
// Prints {"port"} on stdout once it can be reached, then a JSON line for each request.
'use strict';

const express = require('express');
const { webhooks } = require('stripe');

const TOLERANCE_SECONDS = 300;
const EVENTS = ['booking.confirmed', 'booking.cancelled'];

const secret = process.env.SLOTFLOW_WEBHOOK_SECRET;
if (!secret) throw new Error('SLOTFLOW_WEBHOOK_SECRET: expected a secret, got nothing');
const seen = new Set();

// Stripe's package reads t with parseInt, and cuts each value at its second "=", so it takes both
// with garbage behind them. It also takes a t in the future.
function isPlausible(header, now) {
  const pairs = header.split(',').map((pair) => pair.split('='));
  const times = pairs.filter(([name]) => name === 't').map(([, value]) => value);
  if (times.length !== 1 || !/^[0-9]{1,12}$/.test(times[0])) return false;
  return pairs.every((pair) => pair.length === 2) && Number(times[0]) - now <= TOLERANCE_SECONDS;
}

function isAuthentic(header, body) {
  if (!isPlausible(header, Math.floor(Date.now() / 1000))) return false;
  try {
    return webhooks.signature.verifyHeader(body, header, secret, TOLERANCE_SECONDS);
  } catch {
    return false;
  }
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
  print({ verdict: 'rejected', event: null, booking_id: null });
}

function handle(request, response) {
  // Without a body, or with another Content-Type, express.raw leaves no Buffer.
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (!isAuthentic(request.get('X-Slotflow-Signature') ?? '', body)) return reject(response, 401);
  const received = parseEvent(body);
  if (!received) return reject(response, 400);
  // Slotflow waits 10 s, and takes slowness for failure: answer first, work later.
  response.sendStatus(200);
  const { event, data } = received;
  if (!EVENTS.includes(event)) return print({ verdict: 'ignored', event, booking_id: null });
  // A confirmation and a cancellation share the booking's id.
  const key = `${event} ${data.id}`;
  print({ verdict: seen.has(key) ? 'duplicate' : 'accepted', event, booking_id: data.id });
  return seen.add(key);
}

const app = express();
app.disable('x-powered-by');
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
