// Mistakes over the lifetime of a handler, and in the servers in front of it.
'use strict';

const { setTimeout: sleep } = require('node:timers/promises');
const { good } = require('../node/good.js');

// 429 to what is more than `most` requests in a window of so many milliseconds.
function limited(most, milliseconds, retryAfter) {
  const times = [];
  return async function answer(request) {
    const now = Date.now();
    while (times.length && now - times[0] >= milliseconds) times.shift();
    if (times.length < most) {
      times.push(now);
      return good.answer.call(this, request);
    }
    return { ...this.refuse(429), headers: { 'Retry-After': retryAfter } };
  };
}

// 403 to everything for so many milliseconds after a bad signature.
function banning(milliseconds) {
  return {
    until: 0,
    answer(request) {
      return Date.now() < this.until ? this.refuse(403) : good.answer.call(this, request);
    },
    isAuthentic(header, body) {
      const isAuthentic = good.isAuthentic.call(this, header, body);
      if (!isAuthentic) this.until = Date.now() + milliseconds;
      return isAuthentic;
    },
  };
}

// Does this at each tenth request.
function tenth(fail) {
  let count = 0;
  return function answer(request) {
    count += 1;
    return count % 10 === 0 ? fail.call(this, request) : good.answer.call(this, request);
  };
}

module.exports = {
  'tenth-500': {
    mistake: 'Returns 500 to each tenth request, whatever it is.',
    answer: tenth(function fail() {
      return { ...this.refuse(500), text: 'pool exhausted\n' };
    }),
  },
  'tenth-hangs': {
    mistake: 'Never responds to each tenth request, whatever it is.',
    answer: tenth(() => new Promise(() => {})),
  },
  'tenth-resets': {
    mistake: 'Resets the connection of each tenth request, whatever it is.',
    answer: tenth((request) => {
      request.socket.resetAndDestroy();
      return new Promise(() => {});
    }),
  },
  'bans-for-a-moment': {
    mistake: 'Returns 403 to everything for 300 ms after a bad signature.',
    ...banning(300),
  },
  'bans-after-the-last': {
    mistake: 'Returns 403 to everything for 300 ms after a bad signature, the last one, too.',
    ...banning(300),
  },
  'holds-up': {
    mistake: 'Responds to nothing for 1.5 seconds after a bad signature.',
    until: 0,
    async answer(request) {
      if (Date.now() < this.until) await sleep(this.until - Date.now());
      return good.answer.call(this, request);
    },
    isAuthentic(header, body) {
      const isAuthentic = good.isAuthentic.call(this, header, body);
      if (!isAuthentic) this.until = Date.now() + 1_500;
      return isAuthentic;
    },
  },
  'crashes-on-malformed': {
    mistake: 'Ends the process if it cannot parse the body.',
    parse(body) {
      const payload = good.parse(body);
      if (!payload) process.exit(1);
      return payload;
    },
  },
  'crashes-after-malformed': {
    mistake: 'Returns 400 if it cannot parse the body, and crashes by an unhandled rejection.',
    refuse(status) {
      return status === 400 ? { status, later: () => process.exit(1) } : good.refuse(status);
    },
  },
  'crashes-later': {
    mistake: 'Returns 400 if it cannot parse the body, and crashes when it logs that later.',
    refuse(status) {
      if (status !== 400) return good.refuse(status);
      return { status, later: () => setTimeout(() => process.exit(1), 200) };
    },
  },
  'crashes-after-null': {
    mistake: 'Returns 200, and ends in the work that comes after it where metadata is null.',
    work(event, data, duplicate, body) {
      if (data.metadata === null) setTimeout(() => process.exit(1), 100);
      else good.work.call(this, event, data, duplicate, body);
    },
  },
  'crashes-on-get': {
    mistake: 'Ends when it gets a GET, which has no body to read.',
    answer(request) {
      if (request.method === 'GET') process.exit(1);
      return good.answer.call(this, request);
    },
  },
  'crashes-on-cancellation': {
    mistake: 'Ends when a booking is cancelled.',
    accept(payload, body) {
      if (payload.event === 'booking.cancelled') process.exit(1);
      return good.accept.call(this, payload, body);
    },
  },
  'rate-limit': {
    mistake: 'Accepts 30 requests an hour, and returns 429 to all others.',
    answer: limited(30, 3_600_000, '3600'),
  },
  'short-rate-limit': {
    mistake: 'Accepts 30 requests a second, and returns 429 to all others.',
    answer: limited(30, 1_000, '1'),
  },
  'bans': {
    mistake: 'Returns 403 to everything from an address that once sent a bad signature.',
    banned: false,
    answer(request) {
      return this.banned ? this.refuse(403) : good.answer.call(this, request);
    },
    isAuthentic(header, body) {
      this.banned ||= !good.isAuthentic.call(this, header, body);
      return !this.banned;
    },
  },
  'login': {
    mistake: 'Stands behind a login that Slotflow cannot give.',
    answer() {
      return { ...this.refuse(401), headers: { 'WWW-Authenticate': 'Basic realm="staging"' } };
    },
  },
};
