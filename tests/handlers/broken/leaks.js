// Responses that reveal too much.
'use strict';

const crypto = require('node:crypto');
const { good, EVENTS } = require('../node/good.js');

module.exports = {
  'leaks-secret': {
    mistake: 'Includes its secret in the response to a wrong signature.',
    refuse(status) {
      if (status !== 401) return good.refuse(status);
      return { ...good.refuse(status), text: `does not fit the secret ${this.secret}\n` };
    },
  },
  'leaks-half-secret': {
    mistake: 'Writes its secret, without the prefix, into a header of each response.',
    async answer(request) {
      const answer = await good.answer.call(this, request);
      return { ...answer, headers: { ...answer.headers, 'X-Key': this.secret.slice(6) } };
    },
  },
  'leaks-when-accepted': {
    mistake: 'Returns its whole state, including the secret, for an accepted event.',
    async answer(request) {
      const answer = await good.answer.call(this, request);
      return answer.status === 200 ? { ...answer, text: JSON.stringify(this) } : answer;
    },
  },
  'fails-with-key': {
    mistake: 'Returns 500 for a wrong signature, with its key as a Buffer in JSON: a list of numbers.',
    refuse(status) {
      if (status !== 401) return good.refuse(status);
      const text = JSON.stringify({ key: Buffer.from(this.secret) });
      return { ...good.refuse(500), text };
    },
  },
  'fails-with-expected': {
    mistake: 'Returns 500 for a wrong signature, with the digest that it expected, in two forms.',
    refuse(status, header, body) {
      const signature = status === 401 && this.parseSignature(header ?? '');
      if (!signature) return good.refuse(status);
      const digest = Buffer.from(this.sign(signature.t, body), 'hex');
      return { ...good.refuse(500), text: `expected ${digest.toString('base64url')} ${[...digest]}` };
    },
  },
  'echoes-expected': {
    mistake: 'Returns the expected signature for a wrong one; the caller can then send it.',
    refuse(status, header, body) {
      const signature = status === 401 && this.parseSignature(header ?? '');
      if (!signature) return good.refuse(status);
      return { ...good.refuse(status), text: `expected v1=${this.sign(signature.t, body)}\n` };
    },
  },
  'echoes-expected-in-capitals': {
    mistake: 'Returns the expected signature for a wrong one, in capitals.',
    refuse(status, header, body) {
      const signature = status === 401 && this.parseSignature(header ?? '');
      if (!signature) return good.refuse(status);
      return { ...good.refuse(status), text: this.sign(signature.t, body).toUpperCase() };
    },
  },
  'echoes-request': {
    mistake: 'None: returns the signature header of a rejected request, which the sender knows.',
    async answer(request) {
      const answer = await good.answer.call(this, request);
      const text = request.headers['x-slotflow-signature'];
      return answer.status === 400 ? { ...answer, text } : answer;
    },
  },
  'long-refusals': {
    mistake: 'Rejects with more than is searched, and a stack trace behind it.',
    refuse(status) {
      return { ...good.refuse(status), text: '.'.repeat(70_000) + new Error('rejected').stack };
    },
  },
  'drops-get': {
    mistake: 'Closes the connection of a GET without a response.',
    answer(request) {
      if (request.method !== 'GET') return good.answer.call(this, request);
      request.socket.destroy();
      return new Promise(() => {});
    },
  },
  'lists-bookings': {
    mistake: 'Shows its bookings at the same URL, to everyone.',
    addresses: [],
    answer(request) {
      if (request.method !== 'GET') return good.answer.call(this, request);
      return { status: 200, text: `<ul><li>${this.addresses.join('<li>')}</ul>` };
    },
    accept(payload, body) {
      if (payload.data?.attendee_email) this.addresses.push(payload.data.attendee_email);
      return good.accept.call(this, payload, body);
    },
  },
  'tells-known-bookings': {
    mistake: 'Returns 403 for a forged event of a booking that it has, and 401 for another one.',
    refuse(status, header, body) {
      const payload = status === 401 && this.parse(body);
      return good.refuse(payload && this.seen.has(this.key(payload)) ? 403 : status);
    },
  },
  'stack-trace': {
    mistake: 'Returns a stack trace for every rejected request.',
    refuse(status) {
      return { ...good.refuse(status), text: new Error('rejected').stack };
    },
  },
  'leaks-elsewhere': {
    mistake: 'Returns its settings, in base64, for an event that it does not know.',
    async answer(request) {
      const answer = await good.answer.call(this, request);
      const text = Buffer.from(`{"key":"${this.secret}"}`).toString('base64url');
      return this.unknown ? { ...answer, text } : answer;
    },
    accept(payload, body) {
      this.unknown = !EVENTS.includes(payload.event);
      return good.accept.call(this, payload, body);
    },
  },
  'leaks-in-hex': {
    mistake: 'Shows the bytes of its key, in hex, if t is in the future.',
    refuse(status, header) {
      const t = this.parseSignature(header ?? '')?.t;
      if (status !== 401 || !t || this.age(t) >= 0) return good.refuse(status);
      return { ...good.refuse(status), text: `key ${Buffer.from(this.secret).toString('hex')}` };
    },
  },
  'echoes-expected-in-base64': {
    mistake: 'Returns the digest that it expected for a cancellation, in base64.',
    refuse(status, header, body) {
      const signature = status === 401 && this.parseSignature(header ?? '');
      if (!signature || !body.includes('"booking.cancelled"')) return good.refuse(status);
      const digest = Buffer.from(this.sign(signature.t, body), 'hex').toString('base64');
      return { ...good.refuse(status), text: `expected ${digest}` };
    },
  },
  'python-trace': {
    mistake: 'Returns the error page of the framework for a body in another format.',
    refuse(status) {
      if (status !== 415) return good.refuse(status);
      return { ...good.refuse(status), text: '<p>File &quot;app.py&quot;, line 12, in hook</p>' };
    },
  },
  'source-path': {
    mistake: 'Returns the warning of the language for a body that is too large, with its own path.',
    refuse(status) {
      if (status !== 413) return good.refuse(status);
      const text = '<b>Warning</b>: too many bytes in <b>/var/www/shop/hook.php</b>';
      return { ...good.refuse(status), text };
    },
  },
  'missing-module': {
    mistake: 'Returns the message of a module that is missing, with the path that it has in a container.',
    refuse(status) {
      if (status !== 401) return good.refuse(status);
      return { ...good.refuse(status), text: "Cannot find module '/app/lib/verify.js'" };
    },
  },
  'tells-position': {
    mistake: 'Says where v1 differs from what it expected, so that it can be found digit by digit.',
    refuse(status, header, body) {
      const signature = status === 401 && this.parseSignature(header ?? '');
      if (!signature) return good.refuse(status);
      const expected = this.sign(signature.t, body);
      const at = [...expected].findIndex((digit, i) => signature.v1[0]?.[i] !== digit);
      return { ...good.refuse(status), text: `{"error":"v1 differs at ${at}","n":${Math.random()}}` };
    },
  },
  'tells-digit-in-russian': {
    mistake: 'Says whether the first digit of v1 is wrong or another one, in another script.',
    refuse(status, header, body) {
      const signature = status === 401 && this.parseSignature(header ?? '');
      if (!signature) return good.refuse(status);
      const isFirst = signature.v1[0]?.[0] !== this.sign(signature.t, body)[0];
      return { ...good.refuse(status), text: `неверная ${isFirst ? 'первая' : 'другая'} цифра\n` };
    },
  },
  'tells-by-mark': {
    mistake: 'Ends its message with another mark if the first digit of v1 is wrong.',
    refuse(status, header, body) {
      const signature = status === 401 && this.parseSignature(header ?? '');
      if (!signature) return good.refuse(status);
      const isFirst = signature.v1[0]?.[0] !== this.sign(signature.t, body)[0];
      return { ...good.refuse(status), text: `bad signature${isFirst ? '!' : '?'}\n` };
    },
  },
  'echoes-beginning': {
    mistake: 'None: returns the first digits of a wrong v1, which the sender knows.',
    refuse(status, header) {
      const digits = status === 401 && /v1=([0-9a-f]{8})/.exec(header ?? '')?.[1];
      if (!digits) return good.refuse(status);
      return { ...good.refuse(status), text: `signature ${digits}... does not match\n` };
    },
  },
  'looks-like-source': {
    mistake: 'None: links, hosts and times that look like paths and stack frames.',
    refuse(status) {
      const text = 'rejected\n    at 10:15 UTC; see https://example.ru:8080/gems/rubies\n';
      return { ...good.refuse(status), text: text + '[/opt/'.repeat(10_000) };
    },
  },
  'tells-half': {
    mistake: 'Looks up the first half of v1 to find the sender, and returns 403 if there is none.',
    refuse(status, header, body) {
      const signature = status === 401 && this.parseSignature(header ?? '');
      if (!signature) return good.refuse(status);
      const half = this.sign(signature.t, body).slice(0, 32);
      return good.refuse(signature.v1[0]?.startsWith(half) ? 401 : 403);
    },
  },
  'tells-in-header': {
    mistake: 'Has a header for developers that says whether v1 begins as it should.',
    async answer(request) {
      this.near = 'no';
      const answer = await good.answer.call(this, request);
      return { ...answer, headers: { ...answer.headers, 'X-Debug': `near: ${this.near}` } };
    },
    isSame(given, expected) {
      this.near = given[0] === expected[0] ? 'yes' : 'no';
      return good.isSame(given, expected);
    },
  },
  'tells-number': {
    mistake: 'Has a header for developers with the number of digits of v1 that are as they should be.',
    async answer(request) {
      this.right = 0;
      const answer = await good.answer.call(this, request);
      return { ...answer, headers: { ...answer.headers, 'X-Right': `${this.right}` } };
    },
    isSame(given, expected) {
      this.right = [...expected, '!'].findIndex((digit, i) => given[i] !== digit);
      return good.isSame(given, expected);
    },
  },
  'echoes-parts': {
    mistake: 'None: returns the beginning of v1, and a hash and capitals of the header, for its log.',
    refuse(status, header) {
      const v1 = status === 401 && this.parseSignature(header ?? '')?.v1[0];
      if (!v1) return good.refuse(status);
      const hash = crypto.createHash('sha256').update(header).digest('hex');
      const headers = { 'X-Received': `${v1.slice(0, 8)}...`, 'X-Hash': hash };
      const text = `received ${v1.slice(0, 8)}, ${hash}, ${header.toUpperCase()}\n`;
      return { ...good.refuse(status), headers, text };
    },
  },
  'request-ids': {
    mistake: 'None: each response has an id, a time, a counter, and the worker that it came from.',
    count: 0,
    async answer(request) {
      const answer = await good.answer.call(this, request);
      const [id, worker] = [crypto.randomUUID(), 'ab'[(this.count += 1) % 2]];
      const headers = { ...answer.headers, 'X-Request-Id': id, 'X-Worker': worker,
        'X-Runtime': `${process.uptime()}`, 'X-RateLimit-Remaining': `${10_000 - this.count}` };
      const text = `{"id":"${id}","time":"${new Date().toISOString()}","n":${this.count}}`;
      return { ...answer, headers, text };
    },
  },
  'echoes-everything': {
    mistake: 'None: returns the whole of a rejected request, which the sender knows.',
    async readBody(request) {
      this.body = await good.readBody.call(this, request);
      return this.body;
    },
    async answer(request) {
      this.body = '';
      const answer = await good.answer.call(this, request);
      if (answer.status === 200) return answer;
      const text = `${request.method} ${request.url}\n${request.rawHeaders.join('\n')}\n${this.body}`;
      return { ...answer, text };
    },
  },
  'echoes-expected-bytes': {
    mistake: 'Returns the digest that it expected as a Buffer in JSON: a list of numbers.',
    refuse(status, header, body) {
      const signature = status === 401 && this.parseSignature(header ?? '');
      if (!signature) return good.refuse(status);
      const expected = Buffer.from(this.sign(signature.t, body), 'hex');
      return { ...good.refuse(status), text: JSON.stringify({ expected }, null, 2) };
    },
  },
  'echoes-shortened': {
    mistake: 'Returns the first 20 digits of the signature that it expected.',
    refuse(status, header, body) {
      const signature = status === 401 && this.parseSignature(header ?? '');
      if (!signature) return good.refuse(status);
      const digits = this.sign(signature.t, body).slice(0, 20);
      return { ...good.refuse(status), text: `expected ${digits}...\n` };
    },
  },
};
