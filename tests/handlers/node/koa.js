// A handler for Slotflow webhooks in Koa.
//   SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
//   PORT                      0: any free port
// Prints {"port"} on stdout when it listens, then a JSON line for each event.
'use strict';

const Koa = require('koa');
const { good, PATH } = require('./good.js');

const app = new Koa();

app.use(async (ctx) => {
  if (ctx.path !== PATH) ctx.throw(404);
  if (ctx.method !== 'POST') {
    ctx.set('Allow', 'POST');
    ctx.throw(405);
  }
  // The signature covers the raw body, which koa-bodyparser does not keep.
  const body = await good.readBody(ctx.req);
  if (!body) ctx.throw(413);
  if (!ctx.is('application/json')) ctx.throw(415);
  if (!good.isAuthentic(ctx.get('X-Slotflow-Signature'), body)) ctx.throw(401);
  const payload = good.parse(body);
  if (!payload) ctx.throw(400);
  const { status, later } = good.accept(payload, body);
  ctx.status = status;
  setImmediate(later);
});

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(JSON.stringify({ port: server.address().port }));
});
