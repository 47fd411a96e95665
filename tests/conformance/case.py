"""What the tests of all files have in common."""

import unittest

import objects

NOBODY = "00000000-0000-4000-8000-000000000000"
STATUSES = {"UNAUTHORIZED": 401, "LIMIT_REACHED": 402, "NOT_FOUND": 404, "SLOT_UNAVAILABLE": 409,
            "INVALID_DURATION": 422, "OUTSIDE_WORKING_HOURS": 422, "SCHEDULE_BLOCKED": 422,
            "VALIDATION_ERROR": 422}


class Case(unittest.TestCase):
    api = None  # set before the tests run

    def expect(self, kind, value, where):
        differences = kind.differences(value, where)
        if differences:
            self.fail("\n" + "\n".join(differences[:20]))

    def accepted(self, kind, method, path, body=None, status=200):
        """The body of an answer with this status, which is of this kind."""
        reply = self.api.call(method, path, body)
        call = f"{method} {path.partition('?')[0]}"
        if reply.status != status:
            self.fail(f"{call}: expected {status}, got {reply.status} {self.code(reply)}")
        self.expect(kind, reply.body, call)
        self.assertEqual(reply.type, "application/json", call)
        return reply.body

    def refused(self, code, method, path, body=None, headers=None):
        """An error with this code, in the documented form."""
        reply = self.api.call(method, path, body, headers)
        call = f"{method} {path.partition('?')[0]}"
        self.assertEqual((reply.status, self.code(reply)), (STATUSES[code], code), call)
        self.expect(objects.ERROR, reply.body, call)
        self.assertEqual(reply.body["error"]["status"], reply.status, call)
        self.assertEqual(reply.type, "application/json", call)

    @staticmethod
    def code(reply):
        try:
            return reply.body["error"]["code"]
        except (TypeError, KeyError):
            return "without a code"
