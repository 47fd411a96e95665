// A handler for Slotflow webhooks in Node alone, as Slotflow's guide describes one.
//   SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
//   PORT                      0 takes a free one
//   QUIET                     says nothing of requests, if it is set
// Prints {"port"} on stdout once it can be reached, then a JSON line for each request.
// Each step is a function of its own, so that ../broken.js can get one of them wrong.
'use strict';

const crypto = require('node:crypto');
const http = require('node:http');

const PATH = '/webhooks/slotflow';
const TOLERANCE_SECONDS = 300;
const MOST_BYTES = 1024 * 1024;
const EVENTS = ['booking.confirmed', 'booking.cancelled'];
// A Map, because an object would also have a route for the source "constructor".
const ROUTES = new Map([
  ['ai_sdr', 'sales'],
  ['ai_support', 'support'],
  ['ai_recruiter', 'recruiting'],
]);

function print(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function tell(line) {
  if (!process.env.QUIET) print(line);
}

const good = {
  secret: process.env.SLOTFLOW_WEBHOOK_SECRET,
  seen: new Set(),

  // The status, perhaps with headers and a text, and what is left to do `later`.
  async answer(request) {
    if (request.url.split('?')[0] !== PATH) return this.refuse(404);
    if (request.method !== 'POST') return { ...this.refuse(405), headers: { Allow: 'POST' } };
    const body = await this.readBody(request);
    if (!body) return this.refuse(413);
    if (!this.isJson(request.headers['content-type'] ?? '')) return this.refuse(415);
    const header = request.headers['x-slotflow-signature'];
    if (!this.isAuthentic(header, body)) return this.refuse(401, header, body);
    const payload = this.parse(body);
    if (!payload) return this.refuse(400);
    return this.accept(payload, body, request);
  },

  // Says no more than the status: a caller who cannot sign has no claim to a reason.
  refuse(status) {
    const rejected = { verdict: 'rejected', event: null, booking_id: null, route: null };
    return { status, later: () => tell(rejected) };
  },

  // The signature is over the bytes as they came, so they are kept as bytes.
  async readBody(request) {
    const chunks = [];
    let size = 0;
    for await (const chunk of request) {
      size += chunk.length;
      // Reads on past the limit: to close here would reset the connection, and the sender would
      // never see the 413.
      if (size <= MOST_BYTES) chunks.push(chunk);
    }
    return size <= MOST_BYTES ? Buffer.concat(chunks) : undefined;
  },

  isJson(contentType) {
    return /^application\/json\s*(;|$)/i.test(contentType);
  },

  isAuthentic(header, body) {
    const signature = this.parseSignature(header ?? '');
    if (!signature || !this.isFresh(signature.t)) return false;
    return this.matches(signature, body);
  },

  // X-Slotflow-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">. There can be several
  // v1; schemes of other names are not ours to judge.
  parseSignature(header) {
    const signature = { t: '', v1: [] };
    for (const pair of header.split(',')) {
      const parts = /^([^=]+)=([^=]*)$/.exec(pair);
      if (!parts) return undefined;
      const [, name, value] = parts;
      if (name === 't') signature.t = value;
      if (name === 'v1') signature.v1.push(value);
    }
    return /^[0-9]{1,12}$/.test(signature.t) ? signature : undefined;
  },

  // Whole seconds, as t has no more.
  age(t) {
    return Math.floor(Date.now() / 1000) - Number(t);
  },

  isFresh(t) {
    return Math.abs(this.age(t)) <= TOLERANCE_SECONDS;
  },

  // The key is the secret exactly as issued, its whsec_ prefix included.
  sign(t, body) {
    return crypto.createHmac('sha256', this.secret).update(`${t}.`).update(body).digest('hex');
  },

  matches({ t, v1 }, body) {
    const expected = this.sign(t, body);
    return v1.some((given) => this.isSame(given, expected));
  },

  // timingSafeEqual throws at buffers of different lengths.
  isSame(given, expected) {
    const [a, b] = [Buffer.from(given), Buffer.from(expected)];
    return a.length === b.length && crypto.timingSafeEqual(a, b);
  },

  // The payload, or undefined where it is no JSON or no event of Slotflow's shape.
  parse(body) {
    try {
      const payload = JSON.parse(body.toString('utf8'));
      if (typeof payload.event !== 'string') return undefined;
      // What comes with an event of tomorrow is not known today.
      if (!EVENTS.includes(payload.event)) return payload;
      return typeof payload.data.id === 'string' ? payload : undefined;
    } catch {
      return undefined;
    }
  },

  // A confirmation and a cancellation share the booking's id.
  key({ event, data }) {
    return `${event} ${data?.id}`;
  },

  // Slotflow waits 10 s, and takes slowness for failure: answer first, work later. The event is
  // noted before anything is awaited, so that equal ones that arrive at once count once. (A real
  // handler notes it in its database, under a unique key.)
  accept(payload, body) {
    const { event, data } = payload;
    if (!EVENTS.includes(event)) {
      const ignored = { verdict: 'ignored', event, booking_id: null, route: null };
      return { status: 200, later: () => tell(ignored) };
    }
    const duplicate = this.seen.has(this.key(payload));
    this.seen.add(this.key(payload));
    return { status: 200, later: () => this.work(event, data, duplicate, body) };
  },

  work(event, data, duplicate, body) {
    tell({
      verdict: duplicate ? 'duplicate' : 'accepted',
      event,
      booking_id: data.id,
      route: ROUTES.get(data.metadata?.source) ?? 'default',
      metadata: data.metadata ?? null,
      body_sha256: crypto.createHash('sha256').update(body).digest('hex'),
    });
  },
};

function serve(handler) {
  if (!handler.secret) throw new Error('SLOTFLOW_WEBHOOK_SECRET: expected a secret, got nothing');
  const server = http.createServer(async (request, response) => {
    try {
      const { status, headers, text, later } = await handler.answer(request);
      response.writeHead(status, headers).end(text);
      later?.();
    } catch (error) {
      // The trace is for our log, never for the caller.
      console.error(error);
      if (!response.headersSent) response.writeHead(500).end();
    }
  });
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
    print({ port: server.address().port });
  });
  process.on('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}

module.exports = { good, serve, PATH, EVENTS };
if (require.main === module) serve(good);
