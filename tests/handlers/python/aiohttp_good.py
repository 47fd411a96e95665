"""A handler for Slotflow webhooks in aiohttp.

SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
PORT                      0: any free port
Prints its URL on stdout when it listens.
"""

import json
import os
import socket
import time

from aiohttp import web

from good import PATH, is_authentic, parse_event, report

routes = web.RouteTableDef()


@routes.post(PATH)
async def receive(request):
    # The signature covers the raw body, not what request.json() returns.
    body = await request.read()
    if not is_authentic(request.headers.get("X-Slotflow-Signature", ""), body, time.time()):
        raise web.HTTPUnauthorized
    received = parse_event(body)
    if received is None:
        raise web.HTTPBadRequest
    print(json.dumps(report(*received, body)))  # the work
    return web.Response()


app = web.Application()
app.add_routes(routes)
# With port=0, the server would print port 0 instead of the real one.
web.run_app(app, sock=socket.create_server(("127.0.0.1", int(os.environ.get("PORT", "0")))))
