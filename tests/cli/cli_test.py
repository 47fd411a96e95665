"""The other commands of the built binary as scripts see them: exact bytes and exit codes.

Usage: cli_test.py BINARY [-k NAME]
"""

import json
import os

from support import CommandTest, run_tests, take_arguments

[BINARY] = take_arguments(1)
SECRET = "whsec_k8J2mN4pQ7rS1tU5vW9xY3zA6bC0dE2f"


class CliTest(CommandTest):
    binary = BINARY

    def test_version_and_help(self):
        code, out, err = self.run_it("--version")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, r"^slotflow-hooks \d+\.\d+\.\d+\n$")
        info = json.loads(self.run_it("--version", "--json")[1])
        self.assertEqual("slotflow-hooks " + info["version"] + "\n", out)
        self.assertEqual(info, json.loads(self.run_it("version", "--json")[1]))
        self.assertRegex(info["commit"] or "0" * 40, "^[0-9a-f]{40}$")
        self.assertEqual(list(info["libraries"]), ["asio", "chart.js", "cli11", "cpp-httplib",
                                                   "nlohmann-json", "openssl", "sqlite"])
        for name, version in info["libraries"].items():
            if name != "chart.js" or version is not None:
                self.assertRegex(version, r"^\d+\.\d+\.\d+", name)
        for args in (["--help"], ["fire", "--help"], ["help"]):
            code, out, err = self.run_it(*args)
            self.assertEqual((code, err), (0, ""))
            self.assertIn("Usage: slotflow-hooks", out)

    def test_register_list_delete(self):
        code, out, _ = self.run_it("register", "--url", "localhost:3000/hook", "--events",
                                   "confirmed", "--json")
        webhook = json.loads(out)
        self.assertEqual(code, 0)
        self.assertEqual(list(webhook), ["id", "url", "events", "signing_secret", "active",
                                         "created_at"])
        self.assertEqual(webhook["url"], "http://localhost:3000/hook")
        self.assertEqual(webhook["events"], ["booking.confirmed"])
        self.assertRegex(webhook["signing_secret"], r"^whsec_[A-Za-z0-9]{32}$")
        code, out, _ = self.run_it("list", "--json")
        self.assertNotIn(webhook["signing_secret"], out)
        self.assertEqual(json.loads(out)["total"], 1)
        self.assertIn(webhook["signing_secret"], self.run_it("list", "--show-secrets")[1])
        self.assertEqual(json.loads(self.run_it("list", "--event", "cancelled", "--json")[1]),
                         {"webhooks": [], "total": 0})
        code, out, _ = self.run_it("delete", webhook["id"][:4], "--json")
        self.assertEqual((code, json.loads(out)), (0, {"deleted": True, "id": webhook["id"]}))

    def test_delete_deletes_all_or_none(self):
        self.run_it("register", "--url", "3000")
        self.assertEqual(self.run_it("delete", "3000", "3001")[0], 1)
        self.assertEqual(json.loads(self.run_it("list", "--json")[1])["total"], 1)
        self.assertEqual(self.run_it("delete", "--all", "--yes")[0], 0)
        self.assertEqual(json.loads(self.run_it("list", "--json")[1])["total"], 0)

    def test_words_of_other_tools(self):
        self.assertEqual(self.run_it("help"), self.run_it("--help"))
        self.assertEqual(self.run_it("help", "fire"), self.run_it("fire", "--help"))
        self.assertEqual(self.run_it("help", "ls")[0], 0)
        self.assertEqual(self.run_it("version"), self.run_it("--version"))
        self.assertEqual(self.run_it("-V"), self.run_it("--version"))
        self.run_it("register", "3000")
        self.assertEqual(self.run_it("ls"), self.run_it("list"))
        self.assertEqual(self.run_it("--color", "never", "ls"), self.run_it("list"))
        self.assertIn("http://localhost:3000/", self.run_it("__complete", "rm", "")[1])
        self.assertEqual(self.run_it("--config", "/dev/null", "rm", "3000")[0], 0)
        self.assertEqual(self.run_it("ls")[1], "")

    def test_urls_need_no_option(self):
        code, out, _ = self.run_it("register", "3000", "--json", "-q")
        self.assertEqual((code, json.loads(out)["url"]), (0, "http://localhost:3000/"))
        code, out, _ = self.run_it("fire", "confirmed", "1", "[::1]:2/a", "--to", "3",
                                   "--dry-run", "--json")
        self.assertEqual((code, {json.loads(line)["url"] for line in out.splitlines()}),
                         (0, {"http://localhost:1/", "http://[::1]:2/a",
                              "http://localhost:3/"}))
        self.assertEqual(self.run_it("fire", "confirmed", "ftp://a", "--dry-run")[2],
                         "slotflow-hooks: error: URL: expected an http or https URL, got 'ftp://a'\n")

    def test_plan(self):
        self.assertEqual(self.run_it("plan", "--json")[1], '{"plan":"free","limit":2,"used":0}\n')
        self.assertEqual(self.run_it("plan", "growth", "--json")[1],
                         '{"plan":"growth","limit":null,"used":0}\n')
        self.assertEqual(self.run_it("plan")[1], "Plan growth: 0 webhooks used, no limit\n")

    def test_a_plan_that_is_smaller_than_the_store(self):
        self.run_it("plan", "growth")
        for number in (1, 2, 3):
            self.run_it("register", "-q", f"https://example.com/{number}")
            self.assertEqual(self.run_it("plan")[2], "")
        over = "slotflow-hooks: the webhooks over the limit of this plan stay registered\n"
        self.assertEqual(self.run_it("plan", "free"),
                         (0, "Plan free: 3 webhooks used, limit 2\n", over))
        self.assertEqual(self.run_it("plan")[2], over)
        self.assertEqual(self.run_it("plan", "-q")[2], "")
        self.run_it("delete", "https://example.com/1")
        self.assertEqual(self.run_it("plan")[2], "")

    def test_sign_and_verify_agree(self):
        body = "Zoë 🎉\n".encode()
        _, header, _ = self.run_it("sign", "--secret", SECRET, "--at", "5", stdin=body)
        self.assertRegex(header, r"^X-Slotflow-Signature: t=5,v1=[0-9a-f]{64}\n$")
        verify = ["verify", "--secret", SECRET, "--at", "5", "--signature"]
        self.assertEqual(
            self.run_it(*verify, header.strip(), stdin=body),
            (0, "valid\n", "slotflow-hooks: --signature: the header's name before the value is ignored; "
                           "a handler must verify the value alone\n"))
        value = header.strip().split(": ")[1]
        self.assertEqual(self.run_it(*verify, value, stdin=body), (0, "valid\n", ""))
        code, out, _ = self.run_it(*verify, value, stdin=body.strip())
        self.assertEqual(code, 1)
        self.assertIn("diagnosis: the signed body ended with a newline", out)
        self.assertEqual(self.run_it("verify", "--secret", SECRET, "--at", "1000", "--signature",
                                     value, stdin=body)[0], 1)

    def test_a_secret_from_a_file_or_standard_input(self):
        file = self.write("secret", (SECRET + "\n").encode())
        body = self.write("body", b"x")
        expected = self.run_it("sign", "--secret", SECRET, "--at", "5", "--payload", body)[1]
        self.assertEqual(self.run_it("sign", "--secret-file", file, "--at", "5", "--payload",
                                     body)[1], expected)
        self.assertEqual(self.run_it("sign", "--secret-file", "-", "--at", "5", "--payload", body,
                                     stdin=(SECRET + "\n").encode())[1], expected)

    def test_demo(self):
        self.environment["TMPDIR"] = self.folder.name
        code, out, err = self.run_it("demo")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("1 delivery: 1 delivered, 0 failed in 3 attempts", out)
        self.assertIn("signature valid", out)
        self.assertEqual(os.listdir(self.folder.name), [])
        code, out, _ = self.run_it("demo", "--json")
        types = [json.loads(line).get("type") for line in out.splitlines()]
        self.assertEqual(types, ["listening", None, "attempt", "attempt", "attempt", "summary",
                                 "request"])

    def test_completion_prints_the_script(self):
        for shell, words in (("bash", "complete -F"), ("zsh", "#compdef slotflow-hooks"),
                             ("fish", "complete -c slotflow-hooks")):
            code, out, err = self.run_it("completion", shell)
            self.assertEqual((code, err), (0, ""))
            self.assertIn(words, out)


if __name__ == "__main__":
    run_tests()
