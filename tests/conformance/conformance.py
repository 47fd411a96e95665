#!/usr/bin/env python3
"""Compares Slotflow's API, or `serve`, with what slotflow-hooks knows of it.

SLOTFLOW_API_KEY=sk_live_... conformance.py [--write] [--assumptions] [-k NAME] [URL]

URL is https://api.slotflow.dev by default; http only for this machine.
"""

import argparse
import os
import sys
import unittest

import assumptions
import case
import reading
import writing
from api import Api

# The options that each needs.
CLASSES = {
    reading.Documented: set(),
    writing.Documented: {"write"},
    assumptions.Reading: {"assumptions"},
    assumptions.Writing: {"write", "assumptions"},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("url", nargs="?", default="https://api.slotflow.dev", metavar="URL")
    parser.add_argument("--write", action="store_true",
                        help="also create a human, bookings and a webhook, and delete them again")
    parser.add_argument("--assumptions", action="store_true",
                        help="also compare what the documentation does not say")
    parser.add_argument("-k", action="append", metavar="NAME", help="only tests with this name")
    given = parser.parse_args()
    key = os.environ.get("SLOTFLOW_API_KEY", "")
    if not key:
        parser.error("expected the key of the organisation in SLOTFLOW_API_KEY")
    try:
        case.Case.api = Api(given.url, key, given.write)
    except ValueError as error:
        parser.error(str(error))
    loader = unittest.TestLoader()
    if given.k:
        loader.testNamePatterns = [name if "*" in name else f"*{name}*" for name in given.k]
    options = {name for name in ("write", "assumptions") if getattr(given, name)}
    classes = [each for each, needed in CLASSES.items() if needed <= options]
    suite = unittest.TestSuite(map(loader.loadTestsFromTestCase, classes))
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)


if __name__ == "__main__":
    main()
