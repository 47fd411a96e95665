#!/usr/bin/python3
"""check against broken handlers: each fails exactly the checks of its mistake.

check_broken_test.py BINARY HANDLERS_FOLDER [few] [-k NAME]
-k broken_signature. runs the handlers of one file in broken/, -k keep-alive-reset one of them.
`few` tries a handful of the handlers: enough for builds that are slow.
Exits with 77 where node cannot be had; with CI=true that is a failure.
"""

import json
import subprocess
import unittest

from broken_handlers import BROKEN, OPTIONS, SKIPPED, SOME
from check_support import (HANDLERS, AtOnce, HandlerTest, all_ids, broken, run_check_tests,
                           take_flag)

FEW = take_flag("few")


class Broken(HandlerTest):
    expected = {}
    skipped = ()

    def handler(self):
        return broken(self.name)

    @property
    def options(self):
        expected = self.expected[self.name]
        skipped = [skip for skip in (self.skipped if expected else ())
                   if not any(id.startswith(skip) for id in expected)]
        # How long 50 at once take says nothing while other tests keep the machine busy.
        if not any(id.startswith("delivery.concurrent") for id in expected):
            skipped.append("delivery.concurrent-at-once")
        skips = ["--skip", ",".join(skip.removesuffix(".") for skip in skipped)]
        return [*OPTIONS.get(self.name, ()), *(skips if skipped else [])]

    def judge(self):
        code, results, _ = self.find_results(*self.options)
        failed = {id: line["observed"] for id, line in results.items()
                  if line["result"] == "failed"}
        self.assertEqual(set(failed), self.expected[self.name], failed)
        self.assertEqual(code, 1 if failed else 0)


class Tables(unittest.TestCase):
    """Tests the tables above, not the program."""

    def test_every_check_is_failed_by_some_handler(self):
        found = {id for handlers in BROKEN.values() for ids in handlers.values() for id in ids}
        self.assertEqual(found | {"delivery.https"}, set(all_ids()))  # which has a test of its own

    def test_every_handler_is_tried(self):
        program = """
            const files = fs.readdirSync('broken').map((file) => path.parse(file).name);
            const names = (file) => Object.keys(require(`./broken/${file}.js`));
            const list = files.map((file) => [file, names(file)]);
            console.log(JSON.stringify(Object.fromEntries(list)));
        """
        out = subprocess.run(["node", "-e", program], cwd=HANDLERS, capture_output=True, text=True,
                             check=True).stdout
        sections = json.loads(out)
        self.assertEqual(set(sections), set(BROKEN))
        for section, handlers in BROKEN.items():
            self.assertEqual(set(sections[section]), set(handlers), section)


def load_tests(loader, _tests, _pattern):
    """The protocol of unittest: a class for each section, with a test for each handler."""
    at_once = AtOnce()
    if FEW:
        at_once.workers = 3
    for section, handlers in BROKEN.items():
        tests = {f"test_{name}": Broken.judge for name in handlers if not FEW or name in SOME}
        case = type(f"broken_{section}", (Broken,), {
            "expected": handlers, "skipped": SKIPPED.get(section, ()), **tests})
        at_once.addTests(loader.loadTestsFromTestCase(case))
    if FEW:
        return at_once
    return unittest.TestSuite([loader.loadTestsFromTestCase(Tables), at_once])


if __name__ == "__main__":
    run_check_tests()
