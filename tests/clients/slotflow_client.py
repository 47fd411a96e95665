"""A small client that calls as Slotflow's Python SDK does, on httpx.

The same headers (a JSON Content-Type on every request), ids as they are in paths, no retries, and a
class for each documented error. Any other status is an error that a user of the SDK cannot read.
"""

import httpx


class SlotflowError(Exception):
    def __init__(self, status_code, code, message, body):
        super().__init__(message)
        self.status_code, self.code, self.message, self.body = status_code, code, message, body


class AuthenticationError(SlotflowError):
    pass


class PaymentRequiredError(SlotflowError):
    pass


class NotFoundError(SlotflowError):
    pass


class ConflictError(SlotflowError):
    pass


class ValidationError(SlotflowError):
    pass


ERRORS = {401: AuthenticationError, 402: PaymentRequiredError, 404: NotFoundError,
          409: ConflictError, 422: ValidationError}


class Slotflow:
    def __init__(self, api_key, *, base_url):
        self.http = httpx.Client(base_url=base_url, timeout=30, headers={
            "Authorization": f"Bearer {api_key}", "User-Agent": "slotflow-python",
            "Content-Type": "application/json"})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.close()

    def call(self, method, path, json=None, **query):
        given = {name: value for name, value in query.items() if value is not None}
        response = self.http.request(method, path, json=json, params=given or None)
        if 200 <= response.status_code < 300:
            return None if response.status_code == 204 else response.json()
        body = response.json()
        error = body["error"]
        raise ERRORS[response.status_code](error["status"], error["code"], error["message"], body)
