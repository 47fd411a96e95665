import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { fire, listen } from 'slotflow-hooks';
import { createHandler, start } from '../handler.js';

const secret = 'whsec_for_tests_only_0123';
const work = [];
const handler = createHandler({ secret, work: (event) => work.push(event) });
let to;

before(async () => (to = await start(handler)));
beforeEach(() => work.splice(0));
after(() => handler.close());

test('works on an event', async () => {
  const result = await fire({ to, secret, event: 'confirmed', set: { attendee_name: 'Zoe' } });
  assert.equal(result.ok, true);
  assert.equal(work[0].event, 'booking.confirmed');
  assert.equal(work[0].data.attendee_name, 'Zoe');
});

test('works once on an event that arrives three times', async () => {
  const result = await fire({ to, secret, event: 'cancelled', duplicate: 3 });
  assert.equal(result.summary.delivered, 3);
  assert.equal(work.length, 1);
});

test('rejects a forged event and an old one', async () => {
  for (const wrong of [{ tamper: 'body' }, { skew: '-10m' }]) {
    const result = await fire({ to, secret, ...wrong, expectStatus: '4xx' });
    assert.equal(result.ok, true);
  }
  assert.equal(work.length, 0);
});

test('works once although the first response is lost', async () => {
  // The receiver passes each request on, and replaces the first response by a 500.
  const receiver = await listen({ forwardTo: to, failFirst: 1 });
  const result = await fire({ to: receiver.url, secret, speed: 3000 });
  await receiver.stop();
  assert.deepEqual(result.attempts.map((each) => each.outcome), ['retrying', 'delivered']);
  assert.equal(work.length, 1);
});
