// Mistakes that somebody who does not know the secret can exploit: replays, and requests of another
// form.
'use strict';

const { isUtf8 } = require('node:buffer');
const { setTimeout: sleep } = require('node:timers/promises');
const zlib = require('node:zlib');

const { good } = require('../node/good.js');

// Two readers of the header that do not agree on t: `signed` is for the HMAC, `compared` for the
// clock.
function twoReaders(signed, compared) {
  return {
    isAuthentic(header, body) {
      const times = [...(header ?? '').matchAll(/(?:^|,\s*)t=([0-9]+)/g)].map(([, t]) => t);
      const v1 = [...(header ?? '').matchAll(/(?:^|,)v1=([^,]*)/g)].map(([, digits]) => digits);
      if (times.length === 0 || !good.parseSignature(header.replaceAll(' ', ''))) return false;
      return this.isFresh(times.at(compared)) && this.matches({ t: times.at(signed), v1 }, body);
    },
  };
}

// As an error in a callback of Node's, which nothing catches.
function orEnd(run) {
  try {
    return run();
  } catch {
    return process.exit(1);
  }
}

module.exports = {
  'first-t-signed': {
    mistake: 'Verifies the first t, and compares the last one with the clock.',
    ...twoReaders(0, -1),
  },
  'last-t-signed': {
    mistake: 'Verifies the last t, and compares the first one with the clock.',
    ...twoReaders(-1, 0),
  },
  'first-header-signed': {
    mistake: 'Verifies the first signature header, and compares the t of the last one.',
    async answer(request) {
      const values = request.headersDistinct['x-slotflow-signature'] ?? [''];
      this.last = this.parseSignature(values.at(-1));
      request.headers['x-slotflow-signature'] = values[0];
      return good.answer.call(this, request);
    },
    isFresh() {
      return this.last !== undefined && good.isFresh.call(this, this.last.t);
    },
  },
  'days-ignored': {
    mistake: "Compares the seconds of the day, as Python's timedelta.seconds has them.",
    age(t) {
      return good.age(t) % 86_400;
    },
  },
  'not-a-number': {
    mistake: 'Reads t with parseInt to verify it, and with Number, which can be NaN, for the age.',
    parseSignature(header) {
      const t = /^t=([0-9][^,]*)/.exec(header)?.[1];
      const signature = good.parseSignature(header.replace(/^t=[^,]*/, 't=0'));
      return signature && t ? { ...signature, t } : good.parseSignature(header);
    },
    isFresh(t) {
      return !(Math.abs(this.age(t)) > 300);
    },
    sign(t, body) {
      return good.sign.call(this, Number.parseInt(t, 10), body);
    },
  },
  'puts-unverified': {
    mistake: 'Verifies POST only, and processes PUT and PATCH, too.',
    async answer(request) {
      if (!['PUT', 'PATCH'].includes(request.method)) return good.answer.call(this, request);
      await this.readBody(request);
      return { status: 200 };
    },
  },
  'chunks-unverified': {
    mistake: 'Verifies as many bytes as Content-Length says, and nothing without it.',
    async answer(request) {
      if (request.headers['content-length']) return good.answer.call(this, request);
      if (request.method !== 'POST') return this.refuse(405);
      await this.readBody(request);
      return { status: 200 };
    },
  },
  'typeless-unverified': {
    mistake: 'Has no raw body without a Content-Type, and verifies none then.',
    async answer(request) {
      const isVerified = request.headers['content-type'] || request.method !== 'POST';
      return isVerified ? good.answer.call(this, request) : { status: 200 };
    },
  },
  'debug-unverified': {
    mistake: 'Skips the verification with ?debug=1, which was for the developers.',
    async answer(request) {
      this.debug = request.url.includes('debug=1');
      return good.answer.call(this, request);
    },
    isAuthentic(header, body) {
      return this.debug || good.isAuthentic.call(this, header, body);
    },
  },
  'proxied-unverified': {
    mistake: 'Trusts requests from this machine, and X-Forwarded-For about where they come from.',
    async answer(request) {
      this.local = request.headers['x-forwarded-for'] === '127.0.0.1';
      return good.answer.call(this, request);
    },
    isAuthentic(header, body) {
      return this.local || good.isAuthentic.call(this, header, body);
    },
  },
  'garbage-unverified': {
    mistake: 'Parses first, and returns 200 to what is not JSON, so that nobody sends it again.',
    isAuthentic(header, body) {
      return /^[a-z]/.test(body.toString()) || good.isAuthentic.call(this, header, body);
    },
    parse(body) {
      return /^[a-z]/.test(body.toString()) ? { event: 'garbage' } : good.parse.call(this, body);
    },
  },
  'connection-verified': {
    mistake: 'Verifies the first request of a connection, and trusts the others there.',
    async answer(request) {
      this.trusted = request.socket.trusted;
      const answer = await good.answer.call(this, request);
      if (answer.status === 200) request.socket.trusted = true;
      return answer;
    },
    isAuthentic(header, body) {
      return this.trusted || good.isAuthentic.call(this, header, body);
    },
  },
  'compares-text': {
    mistake: "Throws at a v1 that is not ASCII, as Python's compare_digest does: 500.",
    isSame(given, expected) {
      if (/[^\0-\x7f]/.test(given)) throw new TypeError('expected ASCII');
      return good.isSame(given, expected);
    },
  },
  'compares-text-and-catches': {
    mistake: 'Throws at a v1 that is not ASCII: 500. Returns 200 for a t without an end in years.',
    parseSignature(header) {
      this.endless = header.includes(`t=${'9'.repeat(400)}`);
      return good.parseSignature.call(this, header);
    },
    isAuthentic(header, body) {
      if (/[^\0-\x7f]/.test(header ?? '')) throw new TypeError('expected ASCII');
      return good.isAuthentic.call(this, header, body) || this.endless;
    },
  },
  'ends-on-odd-byte': {
    mistake: 'Ends its process at a v1 that is not UTF-8.',
    isSame(given, expected) {
      if (given.endsWith('\xe9')) process.exit(1);
      return good.isSame(given, expected);
    },
  },
  'ends-on-chunks': {
    mistake: 'Ends its process at a body in chunks.',
    async answer(request) {
      if (request.headers['transfer-encoding']) process.exit(1);
      return good.answer.call(this, request);
    },
  },
  'silent-after-valid': {
    mistake: 'Never rejects what comes after a valid event on its connection: no response.',
    async answer(request) {
      const answer = await good.answer.call(this, request);
      if (answer.status === 200) request.socket.known = true;
      return answer.status === 401 && request.socket.known ? new Promise(() => {}) : answer;
    },
  },
  'big-t-500': {
    mistake: 'Converts t to a date and back, which throws where there is no such date: 500.',
    parseSignature(header) {
      const t = /(?:^|,)t=([^,]*)/.exec(header)?.[1];
      if (/^[0-9]+$/.test(t ?? '')) new Date(Number(t) * 1000).toISOString();
      return good.parseSignature.call(this, header);
    },
  },
  'decodes-nothing': {
    mistake: 'Decodes v1 from hex, and compares as many bytes as that gives: none, if it is not hex.',
    isSame(given, expected) {
      const bytes = Buffer.from(given, 'hex');
      const same = bytes.equals(Buffer.from(expected, 'hex').subarray(0, bytes.length));
      return given.length === expected.length && same;
    },
  },
  'object-members': {
    mistake: 'Collects the parts in an object that has members already, and calls one: 500.',
    parseSignature(header) {
      const parts = Object.fromEntries(header.split(',').map((pair) => pair.split('=')));
      `${Object.assign({ value: parts }, parts)}`;
      return good.parseSignature.call(this, header);
    },
  },
  'ends-with': {
    mistake: 'Asks whether the expected digits end with v1, so the last few are enough.',
    isSame(given, expected) {
      return given !== '' && expected.endsWith(given);
    },
  },
  'first-line': {
    mistake: 'Verifies the body up to its first line break.',
    sign(t, body) {
      const end = body.indexOf('\n{');
      return good.sign.call(this, t, end < 0 ? body : body.subarray(0, end));
    },
    parse(body) {
      return good.parse.call(this, Buffer.from(body.toString().split('\n{')[0]));
    },
  },
  'placeholder-key': {
    mistake: 'Has the secret of the example as its default, and still tries it.',
    matches(signature, body) {
      const example = Object.create(this, { secret: { value: 'your_webhook_secret' } });
      return [this, example].some((handler) => good.matches.call(handler, signature, body));
    },
  },
  'header-list': {
    mistake: 'Expects text in the header, and does not verify the list that two of them make.',
    async answer(request) {
      this.isList = request.headersDistinct['x-slotflow-signature']?.length > 1;
      return good.answer.call(this, request);
    },
    isAuthentic(header, body) {
      return this.isList || good.isAuthentic.call(this, header, body);
    },
  },
  'test-events': {
    mistake: 'Skips the verification of events that say of themselves that they are tests.',
    isAuthentic(header, body) {
      return body.includes('"test":true') || good.isAuthentic.call(this, header, body);
    },
  },
  'catches-all': {
    mistake: 'Returns 200 whenever something throws, as a t without an end in years does.',
    parseSignature(header) {
      const t = /(?:^|,)t=([0-9]+)/.exec(header)?.[1];
      if (t && !Number.isFinite(Number(t))) throw new RangeError('expected a time');
      return good.parseSignature.call(this, header);
    },
    async answer(request) {
      try {
        return await good.answer.call(this, request);
      } catch {
        return { status: 200 };
      }
    },
  },
  'prefixed-t': {
    mistake: 'Takes what follows the first "t=" for t, be it in next=, and compares that.',
    answer(request) {
      this.loose = /t=([0-9]+)/.exec(request.headers['x-slotflow-signature'] ?? '')?.[1];
      return good.answer.call(this, request);
    },
    isFresh() {
      return this.loose !== undefined && good.isFresh.call(this, this.loose);
    },
  },
  'date-header': {
    mistake: 'Compares the Date header with the clock where there is one, which nobody signed.',
    answer(request) {
      this.date = Date.parse(request.headers.date ?? '') / 1000;
      return good.answer.call(this, request);
    },
    isFresh(t) {
      return good.isFresh.call(this, Number.isNaN(this.date) ? t : this.date);
    },
  },
  'half-days': {
    mistake: 'Compares the time on a clock face, which is the same twelve hours later.',
    age(t) {
      return good.age(t) % 43_200;
    },
  },
  'overflowing-age': {
    mistake: 'Computes the age in milliseconds, in 32 bits.',
    age(t) {
      return ((good.age(t) * 1000) >> 0) / 1000;
    },
  },
  'too-large-to-verify': {
    mistake: 'Verifies no body beyond 100 KB, which its parser does not keep raw.',
    isAuthentic(header, body) {
      return body.length > 100_000 || good.isAuthentic.call(this, header, body);
    },
  },
  'charset-unverified': {
    mistake: 'Keeps the raw body of application/json only, and verifies nothing else.',
    async answer(request) {
      const type = request.headers['content-type'] ?? '';
      this.hasRaw = type === 'application/json' || !this.isJson(type);
      return good.answer.call(this, request);
    },
    isAuthentic(header, body) {
      return !this.hasRaw || good.isAuthentic.call(this, header, body);
    },
  },
  'gzip-unverified': {
    mistake: 'Has no raw body where its parser inflates one, and verifies none then.',
    async readBody(request) {
      const body = await good.readBody.call(this, request);
      this.inflated = request.headers['content-encoding'] === 'gzip';
      return this.inflated ? zlib.gunzipSync(body) : body;
    },
    isAuthentic(header, body) {
      return this.inflated || good.isAuthentic.call(this, header, body);
    },
  },
  'inflates-first': {
    mistake: 'Inflates a body before it verifies it, and an error there ends the process.',
    async readBody(request) {
      const body = await good.readBody.call(this, request);
      const isCompressed = request.headers['content-encoding'] === 'gzip';
      return isCompressed ? orEnd(() => zlib.gunzipSync(body)) : body;
    },
  },
  'decodes-query': {
    mistake: 'Decodes the query before it verifies the event, and an error there ends the process.',
    answer(request) {
      orEnd(() => decodeURIComponent(request.url));
      return good.answer.call(this, request);
    },
  },
  'recursive-parser': {
    mistake: 'Has a recursive parser before it verifies, and the end of its stack ends the process.',
    async readBody(request) {
      const body = await good.readBody.call(this, request);
      const depth = (at) => (body?.[at] === 0x5b ? 1 + depth(at + 1) : 0);
      orEnd(() => depth(0));
      return body;
    },
  },
  'not-utf8-unverified': {
    mistake: 'Returns 200 if a body cannot be decoded, before it verifies it.',
    isAuthentic(header, body) {
      this.broken = !isUtf8(body);
      return this.broken || good.isAuthentic.call(this, header, body);
    },
  },
  'example-unverified': {
    mistake: 'Lets the example of the guide pass, which its developers tried first.',
    isAuthentic(header, body) {
      const isExample = body.includes('b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b');
      return isExample || good.isAuthentic.call(this, header, body);
    },
  },
  'past-unverified': {
    mistake: 'Returns 200 for a booking in the past before it verifies it: nothing is to be done.',
    isAuthentic(header, body) {
      const end = this.parse(body)?.data?.ends_at;
      return Date.parse(end) < Date.now() || good.isAuthentic.call(this, header, body);
    },
  },
  'real-ip-unverified': {
    mistake: 'Trusts X-Real-IP about where a request comes from.',
    async answer(request) {
      this.local = request.headers['x-real-ip'] === '127.0.0.1';
      return good.answer.call(this, request);
    },
    isAuthentic(header, body) {
      return this.local || good.isAuthentic.call(this, header, body);
    },
  },
  'shared-verdict': {
    mistake: 'Keeps whether a signature is valid where the next request overwrites it.',
    isAuthentic(header, body) {
      this.valid = good.isAuthentic.call(this, header, body);
      return true;
    },
    async accept(payload, body) {
      await sleep(200);
      return this.valid ? good.accept.call(this, payload, body) : this.refuse(401);
    },
  },
  'open-under-load': {
    mistake: 'Lets events pass if it cannot look up its secret, as when many arrive at once.',
    busy: 0,
    async answer(request) {
      this.busy += 1;
      const overloaded = this.busy > 4;
      await sleep(200);
      this.busy -= 1;
      if (!overloaded) return good.answer.call(this, request);
      await this.readBody(request);
      return { status: 200 };
    },
  },
  'get-with-body': {
    mistake: 'Takes a GET with a body for an event, and verifies POST only.',
    async answer(request) {
      const isBare = request.method !== 'GET' || !(Number(request.headers['content-length']) > 0);
      if (isBare) return good.answer.call(this, request);
      await this.readBody(request);
      return { status: 200 };
    },
  },
};
