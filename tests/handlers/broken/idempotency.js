// Mistakes with events that arrive twice, or in another order.
'use strict';

const { setTimeout: sleep } = require('node:timers/promises');
const { good, EVENTS } = require('../node/good.js');

// Returns `status` to a confirmation for which `key` is that of another booking. Once that one is
// cancelled, its key can be used again if `freed`.
function unique(key, { status = 500, freed = false } = {}) {
  return {
    owners: new Map(),
    accept(payload, body) {
      const { event, data } = payload;
      const value = EVENTS.includes(event) ? key(payload) : undefined;
      if (typeof value !== 'string') return good.accept.call(this, payload, body);
      if (event === EVENTS[0]) {
        const owner = this.owners.get(value) ?? data.id;
        if (owner !== data.id) return this.refuse(status);
        this.owners.set(value, owner);
      } else if (freed) {
        this.owners.delete(value);
      }
      return good.accept.call(this, payload, body);
    },
  };
}

module.exports = {
  'human-key': {
    mistake: 'Has a unique key on human_id, and returns 500 to the second booking of a human.',
    ...unique(({ data }) => data.human_id, { freed: true }),
  },
  'slot-key': {
    mistake: 'Keeps the slot of a cancelled booking, and returns 409 to whoever books it again.',
    ...unique(({ data }) => `${data.human_id} ${data.starts_at}`, { status: 409 }),
  },
  'slot-key-freed': {
    mistake: 'None: a slot has one booking at a time.',
    ...unique(({ data }) => `${data.human_id} ${data.starts_at}`, { status: 409, freed: true }),
  },
  'email-key': {
    mistake: 'Takes attendee_email for the id of a booking, and returns 409 to the second one.',
    ...unique(({ data }) => data.attendee_email, { status: 409 }),
  },
  'lead-key': {
    mistake: "Takes metadata's lead_id for the id of a booking, and returns 500 to the second one.",
    ...unique(({ data }) => data.metadata?.lead_id),
  },
  'created-at-key': {
    mistake: 'Takes created_at for the id of an event, and returns 500 to the second one.',
    ...unique(({ created_at: createdAt }) => createdAt),
  },
  'human-lock': {
    mistake: 'Locks a human while it works on a booking, and returns 423 to another one meanwhile.',
    locked: new Map(),
    async accept(payload, body) {
      const { human_id: human, id } = payload.data ?? {};
      if ((this.locked.get(human) ?? id) !== id) return this.refuse(423);
      this.locked.set(human, id);
      await sleep(200);
      this.locked.delete(human);
      return good.accept.call(this, payload, body);
    },
  },
  'short-id': {
    mistake: 'Cuts data.id to 8 characters, and returns 500 to another id that begins so.',
    ...unique(({ data }) => data.id.slice(0, 8)),
  },
  'duplicate-500': {
    mistake: 'Inserts the event under a unique key, and returns 500 the second time.',
    accept(payload, body) {
      if (this.seen.has(this.key(payload))) throw new Error('duplicate key');
      return good.accept.call(this, payload, body);
    },
  },
  'silent-about-duplicates': {
    mistake: 'Drops an event that it already has, and forgets to respond.',
    accept(payload, body) {
      if (this.seen.has(this.key(payload))) return new Promise(() => {});
      return good.accept.call(this, payload, body);
    },
  },
  'cancelled-again': {
    mistake: 'Deletes a cancelled booking, and returns 404 to a second copy of the cancellation.',
    accept(payload, body) {
      const { event } = payload;
      if (event === EVENTS[1] && this.seen.has(this.key(payload))) return this.refuse(404);
      return good.accept.call(this, payload, body);
    },
  },
  'cancellation-race': {
    mistake: 'Locks a booking while it is cancelled, and returns 500 to a copy meanwhile.',
    locked: new Set(),
    async accept(payload, body) {
      const { event, data } = payload;
      if (event !== EVENTS[1]) return good.accept.call(this, payload, body);
      if (this.locked.has(data.id)) throw new Error('could not obtain lock on row');
      this.locked.add(data.id);
      await sleep(100);
      this.locked.delete(data.id);
      return good.accept.call(this, payload, body);
    },
  },
  'replay-guard': {
    mistake: 'None: rejects a signature that it has seen, and each attempt has a new one.',
    signatures: new Set(),
    isAuthentic(header, body) {
      if (!good.isAuthentic.call(this, header, body) || this.signatures.has(header)) return false;
      this.signatures.add(header);
      return true;
    },
  },
  'duplicate-409': {
    mistake: 'Returns 409 to an event it has already, which is then sent again and again.',
    accept(payload, body) {
      if (this.seen.has(this.key(payload))) return this.refuse(409);
      return good.accept.call(this, payload, body);
    },
  },
  'duplicate-race': {
    mistake: 'Looks for the event before it inserts it: 500 to all but one of equal ones at once.',
    async accept(payload, body) {
      if (this.seen.has(this.key(payload))) return good.accept.call(this, payload, body);
      await sleep(100);
      if (this.seen.has(this.key(payload))) throw new Error('duplicate key');
      return good.accept.call(this, payload, body);
    },
  },
  // The work ends when the sender hangs up, as it does in frameworks that cancel it.
  'lost-response': {
    mistake: 'Keeps the failure of an event whose sender hung up, and returns 500 to its retries.',
    pending: new Map(),
    async accept(payload, body, request) {
      const key = this.key(payload);
      if (!this.pending.has(key)) this.pending.set(key, workWhileConnected(request.socket));
      await this.pending.get(key);
      return good.accept.call(this, payload, body);
    },
  },
  'dedup-by-id': {
    mistake: 'Has only data.id as unique key, and returns 500 to the other event of a booking.',
    events: new Map(),
    accept(payload, body) {
      const { event, data } = payload;
      if (EVENTS.includes(event)) {
        const known = this.events.get(data.id) ?? event;
        if (known !== event) throw new Error('duplicate key');
        this.events.set(data.id, event);
      }
      return good.accept.call(this, payload, body);
    },
  },
  'ends-when-left': {
    mistake: 'Returns 409 to a duplicate, and ends the process if the sender disconnects.',
    async answer(request) {
      let done = false;
      request.socket.once('close', () => done || process.exit(1));
      const answer = await good.answer.call(this, request);
      if (answer.status === 200) await sleep(20);
      done = true;
      return answer;
    },
    accept(payload, body) {
      if (this.seen.has(this.key(payload))) return this.refuse(409);
      return good.accept.call(this, payload, body);
    },
  },
  'cancel-before-confirm': {
    mistake: 'Returns 500 to the cancellation of a booking it has not heard of yet.',
    accept(payload, body) {
      const { event, data } = payload;
      const confirmed = this.seen.has(this.key({ event: EVENTS[0], data }));
      if (event === EVENTS[1] && !confirmed) throw new Error('no such booking');
      return good.accept.call(this, payload, body);
    },
  },
  'confirm-after-cancel': {
    mistake: 'Returns 409 to the confirmation of a booking that it knows as cancelled.',
    accept(payload, body) {
      const { event, data } = payload;
      const confirmed = this.seen.has(this.key(payload));
      const cancelled = this.seen.has(this.key({ event: EVENTS[1], data }));
      if (event === EVENTS[0] && cancelled && !confirmed) return this.refuse(409);
      return good.accept.call(this, payload, body);
    },
  },
};

async function workWhileConnected(socket) {
  await sleep(200);
  if (socket.destroyed || socket.readableEnded) throw new Error('the work was cancelled');
}
