// A handler for Slotflow webhooks in Fastify.
//   SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
//   PORT                      0: any free port
// Prints {"port"} on stdout when it listens, then a JSON line for each event.
'use strict';

const fastify = require('fastify')();
const { good, PATH } = require('./good.js');

// The signature covers the raw body, which Fastify's own parser does not keep:
// https://fastify.dev/docs/latest/Reference/ContentTypeParser/
fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
  done(null, body);
});

fastify.post(PATH, async (request, reply) => {
  const header = request.headers['x-slotflow-signature'];
  // Without a body and a Content-Type, no parser is called.
  const body = request.body ?? Buffer.alloc(0);
  if (!good.isAuthentic(header, body)) return reply.code(401).send();
  const payload = good.parse(body);
  if (!payload) return reply.code(400).send();
  const { status, later } = good.accept(payload, body);
  setImmediate(later);
  return reply.code(status).send();
});

// Fastify's own handler sends the message of the error to the sender.
fastify.setErrorHandler((error, request, reply) => {
  if (!(error.statusCode < 500)) console.error(error);
  reply.code(error.statusCode ?? 500).send();
});

fastify.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 0) }).then(() => {
  console.log(JSON.stringify({ port: fastify.server.address().port }));
});
