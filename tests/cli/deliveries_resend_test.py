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

    def test_options_that_no_delivery_needs(self):
        server = self.answering(OK)
        id = self.deliver("confirmed", "--to", server.url, "--header", "X-Mine: 1")
        err = "".join(f"slotflow-hooks: warning: {text}\n" for text in (
            "--secret is not used: none of the deliveries was signed with the secret of an option",
            "--header X-Other is not used: none of the deliveries had this header",
            "--header x-mine is not used: the header is sent with the value that the history has"))
        args = ["--secret", SECRET, "--header", "X-Other: 2", "--header", "x-mine: 2"]
        self.assertEqual(self.resend(id, *args)[1], err)
        self.assertIn(b"\r\nX-Mine: 1\r\n", server.requests[1])
        for other in (b"X-Other", b"x-mine", b"X-Slotflow-Signature"):
            self.assertNotIn(other, server.requests[1])
        code, _, shown = self.run_to_end("deliveries", "show", "--curl", id, *args)
        self.assertEqual((code, shown), (0, err))
        with open(self.path("secret"), "w", encoding="utf-8") as file:
            file.write(SECRET)
        self.assertEqual(
            self.resend(id, "--secret-file", self.path("secret"))[1],
            "slotflow-hooks: warning: --secret-file is not used: none of the deliveries was signed "
            "with the secret of an option\n")

    def test_settings_that_no_delivery_needs(self):
        id = self.deliver("confirmed", "--to", self.answering(OK).url)
        with open(self.path("config"), "w", encoding="utf-8") as file:
            file.write(f'[deliveries]\nsecret = "{SECRET}"\nheader = "X-Other: 2"\n')
        self.assertEqual(self.resend(id, "--config", self.path("config"))[1], "")

    def test_where_a_secret_is_from_that_no_option_gives(self):
        server = self.answering(OK)
        unsigned = self.deliver("confirmed", "--to", server.url)
        signed = self.deliver("confirmed", "--to", server.url, "--secret", SECRET)
        self.environment["SLOTFLOW_WEBHOOK_SECRET"] = SECRET
        told = "slotflow-hooks: signed with the secret of SLOTFLOW_WEBHOOK_SECRET"
        self.assertEqual(self.resend(unsigned)[1], "")
        self.assertEqual(self.resend(signed)[1], told + "\n")
        self.assertEqual(self.resend(unsigned, signed)[1], told + " (1 of 2 deliveries)\n")
        self.assertEqual(self.resend(unsigned, "--to", server.url)[1], told + "\n")
        self.assertEqual(self.resend(unsigned, "--to", server.url, "--secret", SECRET)[1], "")
        code, _, err = self.run_to_end("fire", "confirmed", "--seed", "1", "--to", server.url)
        self.assertEqual((code, err), (0, told + "\n"))
        del self.environment["SLOTFLOW_WEBHOOK_SECRET"]
        code, out, _ = self.run_to_end("register", server.url, "--json")
        self.assertEqual(code, 0)
        told = (f"slotflow-hooks: signed with the secret of {json.loads(out)['id']}, which is "
                f"registered with {server.url}\n")
        self.assertEqual(self.resend(unsigned, "--to", server.url)[1], told)
        code, _, err = self.run_to_end("fire", "confirmed", "--seed", "1", "--to", server.url)
        self.assertEqual((code, err), (0, told))

    def test_what_a_dry_run_shows(self):
        server = self.answering(OK)
        id = self.deliver("confirmed", "--to", server.url)
        again = ["deliveries", "resend", id, "--dry-run"]
        unsigned = "slotflow-hooks: the deliveries to --to are not signed: give --secret\n"
        would = "slotflow-hooks: 1 delivery would be sent again"
        code, plain, err = self.run_to_end(*again)
        self.assertEqual((code, err), (0, would + "\n"))
        self.assertEqual(plain.splitlines()[0].split()[-1], "URL")
        code, out, err = self.run_to_end(*again, "--to", "localhost:3000/hook",
                                          "--set", "attendee_name=Ada")
        url = "http://localhost:3000/hook"
        self.assertEqual((code, err),
                         (0, f"{unsigned}{would} to {url}, with a changed payload\n"))
        titles, row = out.splitlines()
        self.assertEqual(titles.split()[-3:], ["URL", "TO", "PAYLOAD"])
        self.assertEqual(row.split()[-3:], [server.url, url, "changed"])
        for args, expected in (([], (server.url, False)), (["--set", "a=1"], (server.url, True)),
                               (["--to", url], (url, False))):
            code, out, _ = self.run_to_end(*again, "--json", *args)
            line = json.loads(out)
            self.assertEqual((code, line["id"], line["url"]), (0, id, server.url))
            self.assertEqual((line["resend_url"], line["payload_changed"]), expected)
        self.assertEqual(len(server.requests), 1)

    def test_what_is_invalid_on_purpose(self):
        server = self.answering(OK)
        args = ["--to", server.url, "--secret", SECRET]
        code, _, err = self.run_to_end("fire", "confirmed", "--seed", "1", "--tamper", "body",
                                       *args)
        told, accepted = err.splitlines()
        told = told.removesuffix(" (to exit with 0 then, give --expect-status 4xx)")
        self.assertEqual((code, told),
                         (0, "slotflow-hooks: invalid on purpose: the body differs from the signed "
                             "body in one character; a good handler rejects it with a 4xx status"))
        [tampered] = self.lines("--limit", "1")
        good = self.deliver("confirmed", *args)
        self.assertEqual(self.resend(tampered["id"], "--secret", SECRET)[1],
                         f"{told}\n{accepted}\n")
        self.assertEqual(self.resend(good, tampered["id"], "--secret", SECRET)[1],
                         f"{told} (1 of 2 deliveries)\n{accepted}\n")
        self.assertEqual(
            self.refused(2, tampered["id"], "--to", server.url),
            f"{ERROR_LINE}delivery {tampered['id']} was made with --tamper or --skew, which "
            "require a secret when used with --to\nhint: give --secret or --secret-file, set "
            "SLOTFLOW_WEBHOOK_SECRET, or register the URL\n")
        self.fire("confirmed", "--tamper", "missing", "--to", server.url)
        [unsigned] = self.lines("--limit", "1")
        told = ("slotflow-hooks: invalid on purpose: there is no signature header; a good handler "
                f"rejects it with a 4xx status\n{accepted}\n")
        self.assertEqual(self.resend(unsigned["id"], "--to", server.url)[1], told)
        self.assertEqual(self.run_to_end("register", server.url)[0], 0)
        self.assertEqual(self.resend(unsigned["id"], "--to", server.url)[1], told)

    def test_several_that_are_refused(self):
        server = self.answering(OK)
        ids = [self.deliver("confirmed", "--to", server.url, "--secret", SECRET) for _ in range(6)]
        ids.append(self.deliver("confirmed", "--to", server.url, "--header", "X-Api-Key: 12345678"))
        good = self.deliver("confirmed", "--to", server.url)
        warning = "slotflow-hooks: warning: "
        hint = "give it again with --secret, --secret-file or SLOTFLOW_WEBHOOK_SECRET"
        unsigned = "was signed with the secret of an option, which is not kept\n"
        self.assertEqual(
            self.refused(2, *ids[:2], good),
            "".join(f"{warning}delivery {id} {unsigned}" for id in ids[:2]) +
            f"{ERROR_LINE}2 of 3 deliveries cannot be sent again: nothing is sent\nhint: {hint}\n")
        self.assertEqual(
            self.refused(2, *ids, good),
            "".join(f"{warning}delivery {id} {unsigned}" for id in ids[:5]) +
            f"{warning}and 2 more\n"
            f"{ERROR_LINE}7 of 8 deliveries cannot be sent again: nothing is sent\nhint: {hint}; "
            "give it again with --header 'X-Api-Key: VALUE'\n")
        # What is wrong with all of them is said once.
        err = self.refused(2, ids[0], good, "--secret", SECRET, "--set", "nothing")
        self.assertEqual(len([line for line in err.splitlines() if "--set" in line]), 1, err)
        self.assertNotIn("warning", err)

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
