// A handler of Slotflow's events: it verifies each signature, and does the work once per event.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

function isFromSlotflow(body, header, secret) {
  const pairs = (header ?? '').split(',').map((pair) => pair.split('='));
  const time = pairs.find(([name]) => name === 't')?.[1];
  if (!/^[0-9]{1,12}$/.test(time ?? '')) return false;
  if (Math.abs(Date.now() / 1000 - Number(time)) > 300) return false;
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
  return pairs.some(([name, value = '']) => {
    const given = Buffer.from(value, 'hex');
    return name === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

async function read(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

// `work` is called with each event, once. In production, `seen` is a unique key in the database.
export function createHandler({ secret, work }) {
  const seen = new Set();
  return createServer(async (request, response) => {
    const body = await read(request);
    if (!isFromSlotflow(body, request.headers['x-slotflow-signature'], secret)) {
      return response.writeHead(401).end();
    }
    const event = JSON.parse(body);
    response.writeHead(200).end();
    const key = `${event.event} ${event.data.id}`;
    if (seen.has(key)) return;
    seen.add(key);
    work(event);
  });
}

// Starts the handler on a free port, and resolves to its URL.
export async function start(handler) {
  await new Promise((resolve) => handler.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${handler.address().port}/webhooks/slotflow`;
}
