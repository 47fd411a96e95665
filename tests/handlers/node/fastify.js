// A handler for Slotflow webhooks in Fastify.
//   SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
//   PORT                      0 takes a free one
// Prints {"port"} on stdout once it can be reached, then a JSON line for each event.
'use strict';

const fastify = require('fastify')();
const { good, PATH } = require('./good.js');

// The signature is over the bytes as they came: Fastify's own parser would leave only what they
// mean. https://fastify.dev/docs/latest/Reference/ContentTypeParser/
fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
  done(null, body);
});

fastify.post(PATH, async (request, reply) => {
  const header = request.headers['x-slotflow-signature'];
  // Without a Content-Type and a body, Fastify parses nothing.
  const body = request.body ?? Buffer.alloc(0);
  if (!good.isAuthentic(header, body)) return reply.code(401).send();
  const payload = good.parse(body);
  if (!payload) return reply.code(400).send();
  const { status, later } = good.accept(payload, body);
  setImmediate(later);
  return reply.code(status).send();
});

// Fastify's own tells the caller the error's message.
fastify.setErrorHandler((error, request, reply) => {
  if (!(error.statusCode < 500)) console.error(error);
  reply.code(error.statusCode ?? 500).send();
});

fastify.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 0) }).then(() => {
  console.log(JSON.stringify({ port: fastify.server.address().port }));
});
