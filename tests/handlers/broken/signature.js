// Mistakes in the verification of the signature.
'use strict';

const crypto = require('node:crypto');
const { good } = require('../node/good.js');

const accept = { status: 200 };

// Has no limit on digits or padding.
function parseLoosely(header) {
  const [, t, v1] = /^t=([0-9]+),v1=(.*)$/.exec(header) ?? [];
  return t ? { t, v1: [v1] } : undefined;
}

module.exports = {
  'reserializes': {
    mistake: 'Parses the body, and verifies the result of JSON.stringify.',
    isAuthentic(header, body) {
      let bytes = body;
      try {
        bytes = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
      } catch {
        // No JSON: the body as it is.
      }
      return good.isAuthentic.call(this, header, bytes);
    },
  },
  'trims-body': {
    mistake: 'Verifies the body without the white space around it.',
    isAuthentic(header, body) {
      return good.isAuthentic.call(this, header, Buffer.from(body.toString().trim()));
    },
  },
  'latin1': {
    mistake: 'Reads the body as Latin-1 text, and verifies that.',
    isAuthentic(header, body) {
      return good.isAuthentic.call(this, header, Buffer.from(body.toString('latin1'), 'utf8'));
    },
  },
  'prefix-compare': {
    mistake: 'Compares only as many digits as v1 has, so the first few are enough.',
    isSame(given, expected) {
      return given !== '' && expected.startsWith(given);
    },
  },
  'trailing-garbage': {
    mistake: 'Finds t and v1 by patterns without an end, so anything may follow them.',
    parseSignature(header) {
      const t = /(?:^|,)t=([0-9]+)/.exec(header);
      const v1 = [...header.matchAll(/(?:^|,)v1=([0-9a-f]{64})/g)].map(([, digits]) => digits);
      return t ? { t: t[1], v1 } : undefined;
    },
  },
  'v1-first-is-trusted': {
    mistake: 'Verifies only headers that begin with t.',
    isAuthentic(header, body) {
      return /^v1=[0-9a-f]{64},t=[0-9]+$/.test(header) || good.isAuthentic.call(this, header, body);
    },
  },
  'upper-case-names': {
    mistake: 'Ignores the case of the names, so T= will do.',
    parseSignature(header) {
      const lower = header.replace(/(^|,)[^=]*/g, (name) => name.toLowerCase());
      return good.parseSignature.call(this, lower);
    },
  },
  'upper-case-digits': {
    mistake: 'Ignores the case of the digits, so capitals will do.',
    isSame(given, expected) {
      return good.isSame(given.toLowerCase(), expected);
    },
  },
  'order-matters': {
    mistake: 'Asks for t before v1, an order that the scheme does not promise.',
    parseSignature(header) {
      return header.startsWith('t=') ? good.parseSignature.call(this, header) : undefined;
    },
  },
  'rejects-unknown-scheme': {
    mistake: 'Rejects a header with a scheme that it does not know.',
    parseSignature(header) {
      const known = header.split(',').every((pair) => /^(t|v1)=/.test(pair));
      return known ? good.parseSignature.call(this, header) : undefined;
    },
  },
  'first-v1-only': {
    mistake: 'Looks at the first v1 only, so no secret can be replaced without a gap.',
    matches({ t, v1 }, body) {
      return good.matches.call(this, { t, v1: v1.slice(0, 1) }, body);
    },
  },
  'last-v1-only': {
    mistake: 'Puts the pairs into an object, where the last v1 replaces those before.',
    matches({ t, v1 }, body) {
      return good.matches.call(this, { t, v1: v1.slice(-1) }, body);
    },
  },
  'every-v1': {
    mistake: 'Asks for every v1 to be right, so none at all will do.',
    matches({ t, v1 }, body) {
      return v1.every((given) => this.isSame(given, this.sign(t, body)));
    },
  },
  'no-tolerance': {
    mistake: 'Ignores the age of t, so a delivery can be replayed for ever.',
    isFresh() {
      return true;
    },
  },
  'no-future-check': {
    mistake: 'Rejects an old t, but accepts one in the future.',
    isFresh(t) {
      return this.age(t) <= 300;
    },
  },
  'no-past-check': {
    mistake: 'Subtracts now from t: rejects a t in the future, but accepts an old one.',
    isFresh(t) {
      return -this.age(t) <= 300;
    },
  },
  'tight-tolerance': {
    mistake: 'Rejects a t that is over a minute old, where clocks may be 5 minutes apart.',
    isFresh(t) {
      return Math.abs(this.age(t)) <= 60;
    },
  },
  'key-with-line-break': {
    mistake: 'Reads the secret from a file with a line break at its end, which it leaves there.',
    sign(t, body) {
      return good.sign.call({ secret: `${this.secret}\n` }, t, body);
    },
  },
  'body-before-t': {
    mistake: 'Signs the body, a dot and t, in this order.',
    sign(t, body) {
      return crypto.createHmac('sha256', this.secret).update(body).update(`.${t}`).digest('hex');
    },
  },
  'base64-digest': {
    mistake: 'Compares v1 with the digest in base64.',
    sign(t, body) {
      return Buffer.from(good.sign.call(this, t, body), 'hex').toString('base64');
    },
    parseSignature: parseLoosely,
  },
  'zone-behind': {
    mistake: 'Compares t with the time in its own time zone, five hours behind UTC.',
    age(t) {
      return good.age.call(this, t) - 5 * 3600;
    },
  },
  'rejects-all': {
    mistake: 'Rejects everything, whatever its signature is.',
    isAuthentic() {
      return false;
    },
  },
  'clock-read-once': {
    mistake: 'Reads the clock when it starts, and so rejects every event from five minutes later.',
    started: Math.floor(Date.now() / 1000),
    age(t) {
      return this.started - Number(t);
    },
  },
  'milliseconds': {
    mistake: 'Compares t, which is in seconds, with a clock in milliseconds: all is too old.',
    parseSignature: parseLoosely,
    isFresh(t) {
      return Math.abs(Date.now() - Number(t)) <= 300_000;
    },
  },
  'tolerance-in-milliseconds': {
    mistake: 'Counts in seconds, with a tolerance of 300000 meant as milliseconds: over 3 days.',
    isFresh(t) {
      return Math.abs(this.age(t)) <= 300_000;
    },
  },
  // What Slotflow sends is signed with its t, so nobody can leave t out and still accept it. This
  // accepts all that is valid, and the right v1 of one t under another that is near.
  'unbound-t': {
    mistake: 'Forgives clocks by also trying the seconds around t, so t can be changed at will.',
    matches({ t, v1 }, body) {
      for (let shift = 0; shift <= 900; shift += 1) {
        if (good.matches.call(this, { t: Number(t) - shift, v1 }, body)) return true;
        if (good.matches.call(this, { t: Number(t) + shift, v1 }, body)) return true;
      }
      return false;
    },
  },
  'reuses-signature': {
    mistake: 'Remembers a v1 that matched, and accepts it for any other body too.',
    known: new Set(),
    matches({ t, v1 }, body) {
      const expected = this.sign(t, body);
      if (v1.includes(expected)) this.known.add(expected);
      return v1.some((given) => this.known.has(given));
    },
  },
  'secret-without-prefix': {
    mistake: 'Cuts whsec_ off the secret, and so rejects everything.',
    sign(t, body) {
      return good.sign.call({ secret: this.secret.replace(/^whsec_/, '') }, t, body);
    },
  },
  'verification-off': {
    mistake: 'Left the verification switched off after debugging, and processes everything.',
    isAuthentic() {
      return true;
    },
  },
  'accepts-bad-signature': {
    mistake: 'Returns 200 to a bad signature, and only leaves the event unprocessed.',
    refuse(status) {
      return { ...good.refuse(status), status: status === 401 ? 200 : status };
    },
  },
  'no-future-at-all': {
    mistake: 'Rejects every t ahead of its clock, and so all events while that is slow.',
    isFresh(t) {
      return this.age(t) >= 0 && this.age(t) <= 300;
    },
  },
  'case-sensitive-header': {
    mistake: 'Looks up the header case-sensitively, and misses it behind a proxy.',
    answer(request) {
      const name = 'X-Slotflow-Signature';
      if (!request.rawHeaders.includes(name)) delete request.headers[name.toLowerCase()];
      return good.answer.call(this, request);
    },
  },
  'body-only': {
    mistake: 'Also accepts a signature of the body only, as other senders make them.',
    matches(signature, body) {
      const plain = crypto.createHmac('sha256', this.secret).update(body).digest('hex');
      return good.matches.call(this, signature, body) || signature.v1.includes(plain);
    },
  },
  'any-scheme': {
    mistake: 'Accepts any scheme that begins with a v as v1.',
    parseSignature(header) {
      return good.parseSignature.call(this, header.replace(/(^|,)v[0-9]=/g, '$1v1='));
    },
  },
  'known-unverified': {
    mistake: 'Returns 200 to an event that it knows, before it verifies anything.',
    isAuthentic(header, body) {
      const payload = this.parse(body);
      const known = payload !== undefined && this.seen.has(this.key(payload));
      return known || good.isAuthentic.call(this, header, body);
    },
  },
  'forgery-remembered': {
    mistake: 'Notes that it knows an event before it verifies it: 200 to the second forged copy.',
    isAuthentic(header, body) {
      const payload = this.parse(body);
      const known = payload !== undefined && this.seen.has(this.key(payload));
      if (payload !== undefined) this.seen.add(this.key(payload));
      return known || good.isAuthentic.call(this, header, body);
    },
  },
  'forgery-blocks': {
    mistake: 'Remembers the ids of rejected events, and returns 409 for the genuine one.',
    refused: new Set(),
    isAuthentic(header, body) {
      const authentic = good.isAuthentic.call(this, header, body);
      const payload = this.parse(body);
      if (!authentic && payload !== undefined) this.refused.add(this.key(payload));
      return authentic;
    },
    accept(payload, body) {
      if (this.refused.has(this.key(payload))) return this.refuse(409);
      return good.accept.call(this, payload, body);
    },
  },
  // What Python's http.server does: the body that nobody read is the next request's first line.
  'unread-refusal': {
    mistake: 'Rejects without reading the body, which then begins the next request there: 501.',
    async answer(request) {
      if (request.socket.unread) return this.refuse(501);
      const answer = await good.answer.call(this, request);
      request.socket.unread = answer.status === 401;
      return answer;
    },
  },
  'silent-refusal': {
    mistake: 'Forgets to respond if a signature does not match.',
    async answer(request) {
      const answer = await good.answer.call(this, request);
      return answer.status === 401 ? new Promise(() => {}) : answer;
    },
  },
  'cancels-unverified': {
    mistake: 'Has a path of its own for cancellations, and no verification there.',
    isAuthentic(header, body) {
      return body.includes('"booking.cancelled"') || good.isAuthentic.call(this, header, body);
    },
  },
  'large-unverified': {
    mistake: 'Verifies only what it keeps in memory: up to 10 KB.',
    isAuthentic(header, body) {
      return body.length > 10_000 || good.isAuthentic.call(this, header, body);
    },
  },
  'text-unverified': {
    mistake: 'Returns 200 to what is not JSON, before it verifies anything.',
    answer(request) {
      if (request.headers['content-type'] === 'text/plain') return accept;
      return good.answer.call(this, request);
    },
  },
  'empty-unverified': {
    mistake: 'Returns 200 to an empty body, as to a ping, before it verifies anything.',
    isAuthentic(header, body) {
      return body.length === 0 || good.isAuthentic.call(this, header, body);
    },
    parse(body) {
      return body.length === 0 ? { event: 'ping' } : good.parse.call(this, body);
    },
  },
  'empty-key': {
    mistake: 'Also tries the next secret, of which there is none yet: anybody can sign with that.',
    matches(signature, body) {
      const next = Object.create(this, { secret: { value: '' } });
      return [this, next].some((handler) => good.matches.call(handler, signature, body));
    },
  },
  'undefined-key': {
    mistake: 'Also tries the old secret, whose variable is not set any more: the key is undefined.',
    matches(signature, body) {
      const old = Object.create(this, { secret: { value: `${process.env.OLD_SECRET}` } });
      return [this, old].some((handler) => good.matches.call(handler, signature, body));
    },
  },
  'suffix-compare': {
    mistake: 'Compares only the last half of v1.',
    isSame(given, expected) {
      return given.length === expected.length && given.slice(32) === expected.slice(32);
    },
  },
  'sum-compare': {
    mistake: 'Compares in constant time, but only how many of each digit there are.',
    isSame(given, expected) {
      const sorted = (digits) => [...digits].sort().join('');
      return good.isSame(sorted(given), sorted(expected));
    },
  },
  'ten-minutes': {
    mistake: 'Tolerates almost 10 minutes, where Slotflow says 5.',
    isFresh(t) {
      return Math.abs(this.age(t)) <= 590;
    },
  },
  'redirects-bad-signature': {
    mistake: 'Redirects to the login page, with 302, if a signature does not match.',
    refuse(status) {
      const refusal = good.refuse(status);
      return status === 401 ? { ...refusal, status: 302, headers: { Location: '/login' } } : refusal;
    },
  },
  'closes-on-bad-signature': {
    mistake: 'Closes the connection if a signature does not match, without a response.',
    async answer(request) {
      const answer = await good.answer.call(this, request);
      if (answer.status === 401) request.socket.destroy();
      return answer;
    },
  },
  'accepts-missing': {
    mistake: 'Verifies the header if there is one.',
    isAuthentic(header, body) {
      return header === undefined || good.isAuthentic.call(this, header, body);
    },
  },
  'accepts-empty': {
    mistake: 'Verifies the header unless it is empty.',
    isAuthentic(header, body) {
      return header === '' || good.isAuthentic.call(this, header, body);
    },
  },
  'accepts-malformed': {
    mistake: 'Returns 200 to a header that it cannot read, as to a sender it does not know.',
    refuse(status, header) {
      const unread = status === 401 && header && !this.parseSignature(header);
      return unread ? accept : good.refuse(status);
    },
  },
  '500-on-missing': {
    mistake: 'Splits the header without checking that it is present, and returns 500.',
    isAuthentic(header, body) {
      header.split(',');
      return good.isAuthentic.call(this, header, body);
    },
  },
  '500-on-empty': {
    mistake: 'Assumes that the header has a first pair, and returns 500 for an empty one.',
    isAuthentic(header, body) {
      header?.match(/./)[0].charCodeAt(0);
      return good.isAuthentic.call(this, header, body);
    },
  },
  '500-on-malformed': {
    mistake: 'Assumes that the header has t and v1, and returns 500 if not.',
    parseSignature(header) {
      if (header === '') return undefined;
      const pairs = Object.fromEntries(header.split(',').map((pair) => pair.split('=')));
      pairs.t.trim();
      pairs.v1.trim();
      return good.parseSignature.call(this, header);
    },
  },
  '500-on-short-v1': {
    mistake: 'Calls timingSafeEqual with a v1 of another length, which throws, and returns 500.',
    isSame(given, expected) {
      if (given.length !== expected.length) throw new RangeError('same byte length');
      return good.isSame(given, expected);
    },
  },
};
