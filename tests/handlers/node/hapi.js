// A handler for Slotflow webhooks in hapi.
//   SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
//   PORT                      0: any free port
// Prints {"port"} on stdout when it listens, then a JSON line for each event.
'use strict';

const Hapi = require('@hapi/hapi');
const { good, PATH } = require('./good.js');

const server = Hapi.server({ host: '127.0.0.1', port: Number(process.env.PORT ?? 0) });

server.route({
  method: 'POST',
  path: PATH,
  options: {
    // The signature covers the raw body, not the parsed payload.
    payload: { parse: false, output: 'data', allow: 'application/json' },
  },
  handler(request, h) {
    const body = request.payload;
    if (!good.isAuthentic(request.headers['x-slotflow-signature'], body)) {
      return h.response().code(401);
    }
    const payload = good.parse(body);
    if (!payload) return h.response().code(400);
    const { status, later } = good.accept(payload, body);
    setImmediate(later);
    return h.response().code(status);
  },
});

server.start().then(() => console.log(JSON.stringify({ port: server.info.port })));
