#!/usr/bin/python3
"""`deliveries resend`: which deliveries are sent again, what is asked before, and what is refused.

deliveries_resend_test.py BINARY [-k NAME]
"""

import json
import os

from histories import ERROR, OK, HistoryTest
from peers import BINARY
from support import run_tests
from terminals import Terminal

SECRET = "whsec_Kp7Zq2Vx9Rb4Tn6Wm1"
ERROR_LINE = "slotflow-hooks: error: "


class Resend(HistoryTest):
    def resend(self, *args, code=0):
        """The attempts that it makes, and standard error."""
        ended, out, err = self.run_to_end("deliveries", "resend", "--json", *args)
        self.assertEqual(ended, code, err)
        lines = [json.loads(line) for line in out.splitlines()]
        return [line for line in lines if line["type"] == "attempt"], err

    def refused(self, code, *args):
        """Standard error; nothing was sent, and nothing is in the history that was not."""
        before = self.lines("--limit", "0")
        ended, out, err = self.run_to_end("deliveries", "resend", *args)
        self.assertEqual((ended, out), (code, ""), err)
        self.assertEqual(self.lines("--limit", "0"), before)
        return err

    def test_a_delivery_of_its_own_that_names_the_first(self):
        server = self.answering(ERROR)
        first = self.deliver("confirmed", "--to", server.url, "--no-retry", "--header", "X-Mine: 1",
                             code=1)
        before = self.show(first)
        [attempt], err = self.resend(first[:8], code=1)  # without retries, as the first one
        self.assertEqual(err, "")
        again, *_ = self.lines()
        self.assertEqual((again["id"], again["source"], again["resends"], again["state"]),
                         (attempt["delivery_id"], "resend", first, "failed"))
        self.assertEqual((again["event"], again["booking_id"], again["url"]),
                         (before[0]["event"], before[0]["booking_id"], before[0]["url"]))
        after = self.show(first)
        self.assertEqual(after[0].pop("resent_as"), [again["id"]])
        del before[0]["resent_as"]
        self.assertEqual(after, before)
        self.assertEqual(server.requests[0], server.requests[1])
        code, out, _ = self.run_to_end("deliveries", "show", first)
        self.assertEqual(code, 0)
        self.assertIn(f"  resent as  {again['id']}", out.splitlines())

    def test_all_that_match_and_not_those_in_view(self):
        server = self.answering(ERROR)
        self.fire("confirmed", "--no-retry", "--duplicate", "25", "--to", server.url)
        good = self.deliver("confirmed", "--to", self.answering(OK).url)
        hint = "see them with --dry-run"
        self.assertEqual(self.refused(2, "--failed"),
                         f"{ERROR_LINE}deliveries resend requires --yes for more than 10 "
                         f"deliveries, and these are 25\nhint: {hint}\n")
        code, out, err = self.run_to_end("deliveries", "resend", "--failed", "--dry-run", "--json")
        listed = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((code, len(listed), err),
                         (0, 25, "slotflow-hooks: 25 deliveries would be sent again\n"))
        self.assertEqual(len(server.requests), 25)
        attempts, _ = self.resend("--failed", "--yes", code=1)
        self.assertEqual((len(attempts), len(server.requests)), (25, 50))
        self.assertEqual({line["resends"] for line in self.lines("--failed", "--limit", "25")},
                         {line["id"] for line in listed})
        self.assertNotIn(good, {line["id"] for line in listed})

    def test_a_terminal_is_asked(self):
        server = self.answering(ERROR)
        self.fire("confirmed", "--no-retry", "--duplicate", "11", "--to", server.url)
        for answer, code, sent, text in ((b"n\n", 1, 11, "nothing was sent"),
                                         (b"\n", 1, 11, "nothing was sent"),
                                         (b"\x03", 130, 11, "[y/N]"),
                                         (b"y\n", 1, 22, "11 failed")):
            terminal = Terminal(BINARY, 80, self.environment, "deliveries", "resend", "--failed")
            terminal.wait_for("Send 11 deliveries again? [y/N] ")
            terminal.type(answer)
            self.assertEqual((terminal.finish(), len(server.requests)), (code, sent))
            self.assertIn(text, terminal.text)
        code, out, _ = self.run_to_end("deliveries", "resend", "--dry-run", "--failed", "--json")
        self.assertEqual((code, len(out.splitlines())), (0, 11))  # not those that were resent

    def test_the_last_one(self):
        server = self.answering(OK)
        self.deliver("confirmed", "--to", self.answering(OK).url)
        self.deliver("confirmed", "--to", server.url)
        self.assertEqual(len(self.resend("--last")[0]), 1)
        self.assertEqual(len(server.requests), 2)

    def test_another_payload(self):
        server = self.answering(OK)
        first = self.deliver("confirmed", "--to", server.url, "--secret", SECRET)
        self.resend(first, "--secret", SECRET, "--set", "attendee_name=Ada", "--set", "n.m=[1]")
        bodies = [request.split(b"\r\n\r\n", 1)[1] for request in server.requests]
        changed = json.loads(bodies[0])
        changed["data"]["attendee_name"] = "Ada"
        changed["data"]["n"] = {"m": [1]}
        self.assertEqual(json.loads(bodies[1]), changed)
        self.assertEqual(self.show(first)[0]["payload"].encode(), bodies[0])
        [again] = self.lines("--limit", "1")
        process = self.start("deliveries", "show", "--payload", again["id"])
        self.assertEqual(process.communicate()[0], bodies[1])

    def test_a_payload_that_cannot_be_changed(self):
        with open(self.path("payload"), "wb") as file:
            file.write(b"[]")
        id = self.deliver("confirmed", "--payload", self.path("payload"), "--to",
                          self.answering(OK).url)
        self.assertEqual(self.refused(2, id, "--set", "a=1"),
                         f"{ERROR_LINE}--set: the payload of delivery {id} is not a JSON object\n")

    def test_a_pending_one(self):
        server = self.answering(ERROR)
        id = self.interrupt("confirmed", "--to", server.url)
        self.assertEqual(self.refused(1, id),
                         f"{ERROR_LINE}delivery {id} is pending: it has attempts to come\nhint: "
                         "wait for its end, or make them with slotflow-hooks deliveries resume\n")
        self.assertEqual(len(server.requests), 1)

    def test_a_webhook_that_is_gone(self):
        old, new = self.answering(OK), self.answering(OK)
        code, out, _ = self.run_to_end("register", old.url, "--json")
        self.assertEqual(code, 0)
        webhook = json.loads(out)["id"]
        id = self.deliver("confirmed")
        os.remove(self.path("store.json"))
        err = self.refused(1, id)
        self.assertIn(f"{ERROR_LINE}delivery {id}: its webhook {webhook} is not in the store any "
                      "more\nhint: ", err)
        self.assertIn("--to URL", err)
        self.resend(id, "--to", new.url)
        self.assertEqual((len(old.requests), len(new.requests)), (1, 1))
        [again] = self.lines("--limit", "1")
        self.assertEqual((again["url"], again["webhook_id"], again["resends"]), (new.url, None, id))
        self.assertNotIn(b"X-Slotflow-Signature", new.requests[0])

    def test_a_secret_that_is_not_kept(self):
        server = self.answering(OK)
        id = self.deliver("confirmed", "--to", server.url, "--secret", SECRET)
        self.assertEqual(self.refused(2, id),
                         f"{ERROR_LINE}delivery {id} was signed with the secret of an option, "
                         "which is not kept\nhint: give it again with --secret, --secret-file or "
                         "SLOTFLOW_WEBHOOK_SECRET\n")
        self.resend(id, "--secret", SECRET)
        self.assertIn(b"X-Slotflow-Signature", server.requests[1])
        with open(self.path("store.db"), "rb") as file:
            self.assertNotIn(SECRET[6:].encode(), file.read())

    def test_a_header_that_is_not_kept(self):
        server = self.answering(OK)
        id = self.deliver("confirmed", "--to", server.url, "--header", "X-Api-Key: ak_live_5511")
        self.assertEqual(self.refused(2, id),
                         f"{ERROR_LINE}delivery {id} had a header X-Api-Key, whose value is not "
                         "kept\nhint: give it again with --header 'X-Api-Key: VALUE'\n")
        self.resend(id, "--header", "X-Api-Key: ak_live_6622")
        self.assertIn(b"X-Api-Key: ak_live_6622\r\n", server.requests[1])
        with open(self.path("store.db"), "rb") as file:
            self.assertNotIn(b"ak_live", file.read())

    def test_nothing_is_sent_if_one_is_refused(self):
        server = self.answering(ERROR)
        good = self.deliver("confirmed", "--to", server.url, "--no-retry", code=1)
        pending = self.interrupt("confirmed", "--to", server.url)
        for args in ((good, pending), (pending, good), ("--to", server.url)):
            self.refused(1 if args[0] != "--to" else 2, *args)
        self.refused(1, "--booking", self.show(pending)[0]["booking_id"])
        self.refused(1, good, "zzzz")
        self.assertEqual(len(server.requests), 2)

    def test_usage(self):
        self.assertEqual(self.refused(2),
                         f"{ERROR_LINE}deliveries resend requires an ID, a filter or --last\nhint: "
                         "for example slotflow-hooks deliveries resend --failed --since 1h\n")
        self.assertEqual(self.refused(2, "abcd", "--failed"),
                         f"{ERROR_LINE}deliveries resend takes ids or filters, not both\n")
        self.assertEqual(self.refused(2, "abcd", "--limit", "1"),
                         f"{ERROR_LINE}--limit cannot be combined with the action resend\n")
        self.assertEqual(self.refused(1, "--failed"),
                         "slotflow-hooks: no delivery matches that was not resent already\n")


if __name__ == "__main__":
    run_tests()
