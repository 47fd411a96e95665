"""Calls of Slotflow's API, or of `serve`, with what a test wants to know of each answer."""

import collections
import http.client
import json
import time
import urllib.parse

Reply = collections.namedtuple("Reply", "status type body")
TIMEOUT = 30  # seconds, as the Python SDK waits
LONGEST_WAIT = 60  # seconds, after a 429


class Api:
    """One organisation. Only GET leaves unless it `writes`. Certificates are always verified."""

    def __init__(self, url, key, writes=False):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError(f"expected a URL such as https://api.slotflow.dev, got '{url}'")
        if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("the key is sent over https only, except to this machine")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.connect = lambda: kind(parts.hostname, parts.port, timeout=TIMEOUT)
        self.key = key
        self.writes = writes

    def call(self, method, path, body=None, headers=None):
        """`headers` replace the one with the key."""
        if method != "GET" and not self.writes:
            raise RuntimeError(f"{method} is a write")
        if headers is None:
            headers = {"Authorization": f"Bearer {self.key}"}
        if body is not None:
            headers = {**headers, "Content-Type": "application/json"}
        for _ in range(3):
            reply, wait = self._send(method, path, None if body is None else json.dumps(body), headers)
            if reply.status != 429:
                break
            time.sleep(wait)
        return reply

    def _send(self, method, path, content, headers):
        connection = self.connect()
        try:
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            text = response.read()
            wait = response.getheader("Retry-After", "1")
            wait = min(int(wait), LONGEST_WAIT) if wait.isdecimal() else 1
            kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
            try:
                body = json.loads(text)
            except ValueError:
                body = None
            return Reply(response.status, kind, body), wait
        finally:
            connection.close()
