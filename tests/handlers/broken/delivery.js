// Mistakes in how a delivery is accepted.
'use strict';

const { randomUUID } = require('node:crypto');
const { setTimeout: sleep } = require('node:timers/promises');
const { good, PATH, EVENTS } = require('../node/good.js');

// Works for so long before it answers an authentic event.
function slow(milliseconds) {
  return async function accept(payload, body) {
    await sleep(milliseconds);
    return good.accept.call(this, payload, body);
  };
}

// Answers so many requests at a time, and reads each to its end.
function workers(count) {
  return {
    turns: Array(count).fill(undefined),
    waiting: [],
    async answer(request) {
      if (this.turns.length === 0) await new Promise((resolve) => this.waiting.push(resolve));
      else this.turns.pop();
      try {
        return await good.answer.call(this, request);
      } finally {
        const next = this.waiting.shift();
        if (next) next();
        else this.turns.push(undefined);
      }
    },
  };
}

// Adds as many workers when a sender has left before its turn.
function growing(count) {
  const pool = workers(count);
  return {
    ...pool,
    async answer(request) {
      const leave = () => {
        if (this.waiting.length === 0) return;
        this.turns.push(...Array(count).fill(undefined));
        while (this.turns.length > 0 && this.waiting.length > 0) {
          this.turns.pop();
          this.waiting.shift()();
        }
      };
      request.socket.once('close', leave);
      try {
        return await pool.answer.call(this, request);
      } finally {
        request.socket.off('close', leave);
      }
    },
  };
}

async function readAsText(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return Buffer.from(body);
}

module.exports = {
  'confirmed-500': {
    mistake: 'Has code for cancellations only, and returns 500 to a confirmation.',
    accept(payload, body) {
      if (payload.event === EVENTS[0]) throw new Error('expected a cancellation');
      return good.accept.call(this, payload, body);
    },
  },
  'cancelled-500': {
    mistake: 'Has code for confirmations only, and returns 500 to a cancellation.',
    accept(payload, body) {
      if (payload.event === EVENTS[1]) throw new Error('expected a confirmation');
      return good.accept.call(this, payload, body);
    },
  },
  'slow-3s': {
    mistake: 'Works for 3 seconds before it responds.',
    accept: slow(3_000),
  },
  'slow-12s': {
    mistake: 'Works for 12 seconds before it responds, longer than Slotflow waits.',
    accept: slow(12_000),
  },
  'endless-answer': {
    mistake: 'Returns 200 at once, with a body that never ends.',
    async accept(payload, body, request) {
      const { socket } = request;
      socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n');
      const more = setInterval(() => socket.write('.'.repeat(100_000)), 5);
      socket.on('close', () => clearInterval(more)).on('error', () => clearInterval(more));
      return new Promise(() => {});
    },
  },
  'ends-on-aborted-request': {
    mistake: 'Lets the error of a request that was cut off end the process.',
    async readBody(request) {
      request.on('aborted', () => process.exit(1));
      return good.readBody.call(this, request);
    },
  },
  'unhandled-abort': {
    mistake: 'Reads the body in an async function whose rejection nobody handles, as in Express 4.',
    answer(request) {
      return new Promise((resolve) => {
        const route = async () => resolve(await good.answer.call(this, request));
        route();
      });
    },
  },
  'closes-each': {
    mistake: 'None: closes the connection after each response, as HTTP/1.0 does.',
    async answer(request) {
      const answer = await good.answer.call(this, request);
      return { ...answer, headers: { ...answer.headers, Connection: 'close' } };
    },
  },
  'user-agent': {
    mistake: 'Accepts requests of one User-Agent only, and returns 403 to all others.',
    answer(request) {
      if (request.headers['user-agent'] === 'node') return this.refuse(403);
      return good.answer.call(this, request);
    },
  },
  'redirect-slash': {
    mistake: 'Redirects to the same path with a slash at its end, which Slotflow does not follow.',
    answer(request) {
      if (request.url === PATH) return { status: 308, headers: { Location: `${PATH}/` } };
      request.url = request.url.replace(/\/$/, '');
      return good.answer.call(this, request);
    },
  },
  'redirect-tells': {
    mistake: 'Redirects to a login, with the secret and what came with the request in its URL.',
    answer(request) {
      const told = `${this.secret}&header=${request.headers['x-token']}`;
      return { status: 302, headers: { Location: `/login?secret=${told}` } };
    },
  },
  'get-counts': {
    mistake: 'Returns 200 to a GET, as if that were an event.',
    answer(request) {
      return request.method === 'GET' ? { status: 200 } : good.answer.call(this, request);
    },
  },
  'get-with-id': {
    mistake: 'Accepts a GET as if it were an event, and gives each an id of its own.',
    async answer(request) {
      const answer = request.method === 'GET' ? { status: 200 } :
        await good.answer.call(this, request);
      if (answer.status !== 200) return answer;
      const text = JSON.stringify({ received: true, id: randomUUID(), at: new Date() });
      return { ...answer, text };
    },
  },
  'keeps-connections': {
    mistake: 'Has 15 connections to its database, and never gives back that of an aborted request.',
    free: 15,
    async answer(request) {
      if (this.free === 0) throw new Error('ResourceRequest timed out');
      this.free -= 1;
      const answer = await good.answer.call(this, request);
      this.free += 1;
      return answer;
    },
  },
  'get-page': {
    mistake: 'None: has a page for health checks at the same URL.',
    answer(request) {
      if (request.method === 'GET') return { status: 200, text: '{"status":"ok"}' };
      return good.answer.call(this, request);
    },
  },
  'get-500': {
    mistake: 'Reads the event of a GET, which has none, and returns 500.',
    answer(request) {
      if (request.method === 'GET') JSON.parse('');
      return good.answer.call(this, request);
    },
  },
  'small-pool': {
    mistake: 'Has 20 connections to its database, and returns 503 to the 21st request at once.',
    busy: 0,
    async accept(payload, body) {
      if (this.busy >= 20) return { ...this.refuse(503), headers: { 'Retry-After': '1' } };
      this.busy += 1;
      await sleep(this.busy === 1 ? 50 : 300);  // slower together; alone, quick
      this.busy -= 1;
      return good.accept.call(this, payload, body);
    },
  },
  'keep-alive': {
    mistake: 'Collects the body in the connection, so the second one there begins with the first.',
    async readBody(request) {
      request.socket.body ??= [];
      for await (const chunk of request) request.socket.body.push(chunk);
      return Buffer.concat(request.socket.body);
    },
  },
  'keep-alive-reset': {
    mistake: 'Keeps connections open, and resets them at the second request.',
    answer(request) {
      if (request.socket.used) request.socket.resetAndDestroy();
      request.socket.used = true;
      return good.answer.call(this, request);
    },
  },
  'body-with-204': {
    mistake: 'Writes a body after a 204, which has none, so that the next response begins with it.',
    accept(payload, body, request) {
      const { socket } = request;
      socket.write('HTTP/1.1 204 No Content\r\n\r\n{"received":true}');
      if (request.headers.connection === 'close') socket.end();
      return new Promise(() => {});
    },
  },
  'no-length': {
    mistake: 'Writes a response without an end on a connection that it keeps open.',
    accept(payload, body, request) {
      const { socket } = request;
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      if (request.headers.connection === 'close') socket.end();
      return new Promise(() => {});
    },
  },
  'first-chunk': {
    mistake: 'Mistakes the first chunk of the body for all of it.',
    async readBody(request) {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      return chunks[0] ?? Buffer.alloc(0);
    },
  },
  'text-chunks': {
    mistake: 'Adds up the chunks of the body as text, so that a letter cut in two becomes another.',
    readBody: readAsText,
  },
  'text-chunks-later': {
    mistake: 'Adds up the chunks as text, and is busy for 300 ms after each event.',
    readBody: readAsText,
    async answer(request) {
      const later = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      return { ...(await good.answer.call(this, request)), later };
    },
  },
  'expect-only': {
    mistake: 'Was tried with curl only, and returns 417 to over 1 KiB without Expect.',
    answer(request) {
      const large = Number(request.headers['content-length'] ?? 0) > 1024;
      if (large && !request.headers.expect) return this.refuse(417);
      return good.answer.call(this, request);
    },
  },
  'blocks': {
    mistake: 'Blocks its only thread for 30 ms for each event, such as by a synchronous query.',
    accept(payload, body) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
      return good.accept.call(this, payload, body);
    },
  },
  'blocks-for-long': {
    mistake: 'Blocks its only thread for 100 ms for each event, too long for 50 at once.',
    accept(payload, body) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      return good.accept.call(this, payload, body);
    },
  },
  'tiny-limit': {
    mistake: 'Returns 413 to a body of over 2 KiB.',
    async readBody(request) {
      const body = await good.readBody.call(this, request);
      return body?.length > 2 * 1024 ? undefined : body;
    },
  },
  'allowed-hosts': {
    mistake: 'Has a list of the hosts it serves, which this one is not in, as in Django and Rails.',
    answer() {
      const name = 'Invalid HTTP_HOST header: \'127.0.0.1\'. You may need to add it to';
      const text = `<html><head><title>DisallowedHost</title></head>
        <body><h1>DisallowedHost</h1>\n<p>${name} ALLOWED_HOSTS.</p></body></html>`;
      return { ...this.refuse(400), text };
    },
  },
  'csrf-page': {
    mistake: "Left its framework's CSRF protection on, which returns 403 and a page that says so.",
    answer(request) {
      const text = '<!DOCTYPE html>\n<html><body><h1>Forbidden <span>(403)</span></h1>\n' +
        `<p>CSRF verification failed. Key: ${this.secret}.</p></body></html>`;
      return request.method === 'POST' ? { ...this.refuse(403), text } : this.refuse(405);
    },
  },
  'csrf': {
    mistake: "Left its framework's CSRF protection on, and returns 403 to all that has no token.",
    answer(request) {
      if (request.method === 'POST' && !request.headers['x-csrf-token']) return this.refuse(403);
      return good.answer.call(this, request);
    },
  },
  'csrf-in-layout': {
    mistake: 'Verifies with another secret, in a framework whose pages have a CSRF token.',
    isAuthentic: () => false,
    refuse(status) {
      const text = '<!DOCTYPE html><html><head><meta name="csrf-token" content="abc">' +
        '<title>Shop</title></head><body>Invalid signature</body></html>';
      return status === 401 ? { ...good.refuse(status), text } : good.refuse(status);
    },
  },
  'django-page': {
    mistake: 'Verifies with another secret, and raises BadRequest in Django.',
    isAuthentic: () => false,
    refuse(status) {
      const text = '<!doctype html><html lang="en"><head><title>Bad Request (400)</title></head>' +
        '<body><h1>Bad Request (400)</h1><p></p></body></html>';
      return status === 401 ? { ...good.refuse(400), text } : good.refuse(status);
    },
  },
  'one-at-a-time': {
    mistake: 'Reads one request after the other, as a server with a single thread does.',
    ...workers(1),
  },
  'eight-workers': {
    mistake: 'Has a worker for each of eight requests, and none with a limit for their bodies.',
    ...workers(8),
  },
  'one-buffer': {
    mistake: 'Collects the bodies of all requests in one variable.',
    async readBody(request) {
      this.chunks ??= [];
      for await (const chunk of request) this.chunks.push(chunk);
      const body = Buffer.concat(this.chunks);
      this.chunks = [];
      return body;
    },
  },
  'more-workers': {
    mistake: 'None: has a worker for each of eight requests, and soon more if that is too few.',
    ...growing(8),
  },
};
