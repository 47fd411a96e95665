// The whole way: an agent books with Slotflow's API, and the handler gets the event.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from 'slotflow-hooks';
import { createHandler, start } from '../handler.js';

const secret = 'whsec_for_tests_only_0123';
const work = [];
const handler = createHandler({ secret, work: (event) => work.push(event) });
let slotflow;

beforeAll(async () => {
  slotflow = await serve({
    load: {
      webhooks: [{ url: await start(handler), signing_secret: secret }],
      humans: [{
        id: 'ada', name: 'Ada', timezone: 'Europe/Berlin',
        availability_rules: {
          working_days: [1, 2, 3, 4, 5], work_start: '09:00', work_end: '17:00',
          meeting_durations: [30, 60],
        },
      }],
    },
  });
});

afterAll(async () => {
  await slotflow.stop();
  handler.close();
});

async function call(method, path, body) {
  const headers = { Authorization: 'Bearer sk_live_test', 'Content-Type': 'application/json' };
  const response = await fetch(slotflow.url + path, { method, headers, body: JSON.stringify(body) });
  return response.json();
}

test('the handler gets the booking, and its cancellation', async () => {
  const booking = await call('POST', '/v1/bookings', {
    human_id: 'ada', starts_at: '2026-03-16T08:00:00Z', duration: 60, attendee_name: 'Sam Doe',
  });
  expect((await slotflow.next('attempt')).outcome).toBe('delivered');
  expect(work.at(-1)).toMatchObject({ event: 'booking.confirmed', data: { id: booking.id } });

  await call('DELETE', `/v1/bookings/${booking.id}`);
  expect((await slotflow.next('attempt')).outcome).toBe('delivered');
  expect(work.map((each) => each.event)).toEqual(['booking.confirmed', 'booking.cancelled']);
});
