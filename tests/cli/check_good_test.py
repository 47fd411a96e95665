#!/usr/bin/python3
"""check against good handlers, written as people write them: they pass everything.

check_good_test.py BINARY HANDLERS_FOLDER [-k NAME]
Exits with 77 where node cannot be had; with CI=true that is a failure.
"""

import os

from check_support import (GOOD, HANDLERS, NODE, PYTHON, AtOnce, CheckTest, GoodTest, Handler,
                           run_check_tests)

COMMANDS = {
    "express": [*NODE, "express/good.js"],
    "fastify": [*NODE, "node/fastify.js"],
    "flask": [PYTHON, "flask_good.py"],
    "hapi": [*NODE, "node/hapi.js"],
    "hono": ["node", "node/hono.js"],  # uses Response
    "koa": [*NODE, "node/koa.js"],
    "node": GOOD,
    "python": [PYTHON, "python/good.py"],
    "stripe": [*NODE, "express/stripe.js"],
}


class Good(GoodTest):
    @property
    def closes(self):
        return self.name == "flask"  # Flask's own server has HTTP/1.0

    def handler(self):
        return Handler(COMMANDS[self.name])


class Manual(CheckTest):
    def test_the_code_in_the_manual_verifies_as_it_should(self):
        page = os.path.join(HANDLERS, "..", "..", "man", "slotflow-webhooks.7.in")
        with open(page, encoding="utf-8") as file:
            blocks = [block.split(".Ed\n")[0].partition("\n")[2].replace("\\e", "\\")
                      for block in file.read().split(".Bd -literal")[1:]]
        node = next(block for block in blocks if "function isFromSlotflow" in block)
        python = next(block for block in blocks if "def is_from_slotflow" in block)
        with open(self.path("handler.js"), "w", encoding="utf-8") as file:
            file.write(node + """
const server = require("node:http").createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const header = request.headers["x-slotflow-signature"];
  const good = isFromSlotflow(Buffer.concat(chunks), header, process.env.SLOTFLOW_WEBHOOK_SECRET);
  response.writeHead(good ? 200 : 401).end();
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
""")
        with open(self.path("handler.py"), "w", encoding="utf-8") as file:
            file.write(python + """
import http.server, json, os

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        good = is_from_slotflow(body, self.headers["X-Slotflow-Signature"],
                                os.environ["SLOTFLOW_WEBHOOK_SECRET"])
        self.send_response(200 if good else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(json.dumps({"port": server.server_port}), flush=True)
server.serve_forever()
""")
        for command in ([*NODE, self.path("handler.js")], [PYTHON, self.path("handler.py")]):
            with self.subTest(command[0]), Handler(command) as handler:
                code, results, _ = self.results(handler.url, "--strict", "--only", "signature")
                failed = {id: line["observed"] for id, line in results.items()
                          if line["result"] != "passed"}
                self.assertEqual((failed, code), ({}, 0))


def load_tests(loader, _tests, _pattern):
    """The protocol of unittest: a test for each handler, and those of the manual."""
    case = type("good", (Good,), {f"test_{name}": Good.judge for name in COMMANDS})
    return AtOnce([*loader.loadTestsFromTestCase(case), *loader.loadTestsFromTestCase(Manual)])


if __name__ == "__main__":
    run_check_tests()
