// What an agent does, with a client as Slotflow's Node SDK: scenario.mjs URL HANDLER_URL
import assert from 'node:assert/strict';

import {ConflictError, NotFoundError, PaymentRequiredError, SlotflowClient, SlotflowError,
        UnprocessableEntityError} from './slotflow_client.mjs';

const [baseUrl, handler] = process.argv.slice(2);
const slotflow = new SlotflowClient({token: 'sk_live_node', baseUrl});
const emulator = (method, path, body) => fetch(`${baseUrl}/_emulator/${path}`, {method, body});
const code = (expected) => (error) => error.body.error.code === expected;
const raises = async (kind, call, expected) => {
  await assert.rejects(call, kind);
  await assert.rejects(call, code(expected));
};

const hook = await slotflow.call('POST', ['v1', 'webhooks'],
                                 {body: {url: handler, events: ['booking.confirmed']}});
const human = await slotflow.call('POST', ['v1', 'humans'],
                                  {body: {name: 'Ada', timezone: 'UTC'}});
await slotflow.call('PUT', ['v1', 'humans', human.id, 'availability'],
                    {body: {working_days: [1], work_start: '09:00', work_end: '11:00',
                            meeting_durations: [60]}});
const query = {date_from: '2026-03-16', date_to: '2026-03-22', duration: 60};
const slots = await slotflow.call('GET', ['v1', 'humans', human.id, 'slots'], {query});
assert.deepEqual(slots.slots.map((slot) => slot.starts_at),
                 ['2026-03-16T09:00:00.000Z', '2026-03-16T10:00:00.000Z']);
const wanted = (starts_at) =>
    ({body: {human_id: human.id, starts_at, duration: 60, attendee_name: 'Sam'}});
const book = (starts_at) => slotflow.call('POST', ['v1', 'bookings'], wanted(starts_at));

// The SDK repeats a POST whose response was a 500, and meets its own booking.
await emulator('PUT', 'faults', '["POST /v1/bookings commit-then-500*1"]');
await raises(ConflictError, () => book(slots.slots[0].starts_at), 'SLOT_UNAVAILABLE');
// One that was not carried out succeeds the second time.
await emulator('PUT', 'faults', '["POST /v1/bookings 503*1"]');
const booking = await book(slots.slots[1].starts_at);
const listed = await slotflow.call('GET', ['v1', 'bookings'], {query: {human_id: human.id}});
assert.equal(listed.total, 2);
assert.deepEqual(listed.bookings[0], booking);

await raises(UnprocessableEntityError, () => book(undefined), 'VALIDATION_ERROR');
await raises(PaymentRequiredError, () => slotflow.call('POST', ['v1', 'humans'], {
  body: {name: 'Bo', timezone: 'UTC'}}), 'LIMIT_REACHED');
await raises(NotFoundError, () => slotflow.call('GET', ['v1', 'humans', 'a b/c?']), 'NOT_FOUND');
const stranger = new SlotflowClient({token: 'wrong', baseUrl});
await assert.rejects(() => stranger.call('GET', ['v1', 'humans']),
                     (error) => error instanceof SlotflowError && error.statusCode === 401 &&
                                error.body.error.code === 'UNAUTHORIZED');
assert.deepEqual(await slotflow.call('DELETE', ['v1', 'webhooks', hook.id]),
                 {deleted: true, id: hook.id});
