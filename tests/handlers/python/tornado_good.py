"""A handler for Slotflow webhooks in Tornado.

SLOTFLOW_WEBHOOK_SECRET   the webhook's signing_secret, as issued
PORT                      0: any free port
Prints {"port"} on stdout when it listens.
"""

import asyncio
import json
import os
import time

import tornado.web
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from good import PATH, is_authentic, parse_event, report


class Receiver(tornado.web.RequestHandler):
    def post(self):
        # The signature covers the raw body, which is request.body.
        body = self.request.body
        header = self.request.headers.get("X-Slotflow-Signature", "")
        if not is_authentic(header, body, time.time()):
            raise tornado.web.HTTPError(401)
        received = parse_event(body)
        if received is None:
            raise tornado.web.HTTPError(400)
        print(json.dumps(report(*received, body)))  # the work


async def main():
    app = tornado.web.Application([(PATH, Receiver)])
    sockets = bind_sockets(int(os.environ.get("PORT", "0")), "127.0.0.1")
    HTTPServer(app).add_sockets(sockets)
    print(json.dumps({"port": sockets[0].getsockname()[1]}), flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
