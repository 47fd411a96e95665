#!/usr/bin/python3
"""Presses the Tab key in a real shell that has read our completion script.

completion_test.py BINARY COMPLETIONS_FOLDER bash|zsh|fish [-k NAME]
Exits with 77 where the shell cannot be had; with CI=true that is a failure.
"""

import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import threading
import time
import unittest
from fcntl import ioctl
from pathlib import Path

from support import run_tests, skip_all, take_arguments

BINARY, FOLDER, SHELL = take_arguments(3)
FOLDER = os.path.abspath(FOLDER)  # the shells run in folders of their own
PATIENCE = 30  # seconds, for whatever is waited for
BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")
# Keys that mean nothing to the terminal itself, which sees them first while no line is edited.
DUMP_KEY = "\x18\x0b"  # Ctrl-X Ctrl-K
BACKWARD_KEY = "\x02"  # Ctrl-B

# Each shell tells what it did on descriptor 9, in fields that end with a zero byte:
# "candidate" VALUE DESCRIPTION for each candidate, "line" LINE for the line as it is then, and
# "prompt" before each prompt.
BASH_SETTINGS = r"""
bind 'set completion-query-items 0'
bind 'set page-completions off'
bind 'set enable-bracketed-paste off'
_recorded() {
  _slotflow_hooks "$@"
  local candidate
  for candidate in "${COMPREPLY[@]}"; do printf 'candidate\0%s\0\0' "$candidate" >&9; done
}
complete -F _recorded slotflow-hooks
_dump() { printf 'line\0%s\0' "$READLINE_LINE" >&9; READLINE_LINE=''; }
bind -x '"\C-x\C-k": _dump'
PROMPT_COMMAND='printf "prompt\0" >&9'
"""
ZSH_SETTINGS = r"""
LISTMAX=100000
unset zle_bracketed_paste
compadd() {
  if [[ " ${@[1,(i)(-|--)]}" == *\ -[OAD]\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a hits displays
  local i
  if (( $@[(I)-d] )); then displays=("${(@P)${@[${@[(i)-d]}+1]}}"); fi
  builtin compadd -A hits -D displays "$@"
  for i in {1..$#hits}; do
    (( $#hits )) && printf 'candidate\0%s\0%s\0' "$hits[i]" "${displays[i]#*-- }" >&9
  done
  builtin compadd "$@"
}
_dump() { printf 'line\0%s\0' "$BUFFER" >&9; BUFFER=''; }
zle -N _dump
bindkey '^X^K' _dump
precmd() { printf 'prompt\0' >&9; }
"""


class Terminal:
    """An interactive shell in a terminal of its own."""

    def __init__(self, command, environment, folder):
        self.results, results_end = os.pipe()
        self.buffer = b""
        self.shown = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            try:
                os.dup2(results_end, 9)
                os.chdir(folder)
                os.execvpe(command[0], command, environment)
            finally:
                os._exit(127)
        os.close(results_end)
        # Wide, so that nothing is cut off or folded.
        ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 100, 400, 0, 0))
        self.drainer = threading.Thread(target=self.drain, daemon=True)
        self.drainer.start()
        self.expect("prompt")

    def drain(self):
        try:
            while data := os.read(self.terminal, 4096):
                self.shown += data
        except OSError:
            pass  # how Linux says that the shell has ended

    def field(self):
        deadline = time.monotonic() + PATIENCE
        while b"\0" not in self.buffer:
            wait = max(0, deadline - time.monotonic())
            if not select.select([self.results], [], [], wait)[0]:
                raise AssertionError(f"the shell does not answer; it shows {self.shown!r}")
            data = os.read(self.results, 65536)
            if not data:
                raise AssertionError(f"the shell has ended; it shows {self.shown!r}")
            self.buffer += data
        field, _, self.buffer = self.buffer.partition(b"\0")
        return field.decode()

    def expect(self, field):
        got = self.field()
        if got != field:
            raise AssertionError(f"expected {field!r} of the shell, got {got!r}")

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.drainer.join(PATIENCE)
        os.close(self.terminal)
        os.close(self.results)


class TypedShell:
    """bash and zsh: keys go in, candidates and the line come out."""

    def __init__(self, world, settings):
        self.world = world
        self.terminal = Terminal(self.command(world, settings), world.environment(), world.work)

    def tab(self, line, back=0):
        """Presses Tab: the candidates with their descriptions, and the line then."""
        self.terminal.type(line + BACKWARD_KEY * back + "\t" + DUMP_KEY)
        candidates = {}
        while (kind := self.terminal.field()) == "candidate":
            value = self.terminal.field()
            candidates[self.whole(line, value)] = self.terminal.field()
        assert kind == "line", kind
        return candidates, self.terminal.field()

    def run_completed(self, line):
        """Presses Tab, then Enter, and waits for the next prompt."""
        self.terminal.type(line + "\t\r")
        while self.terminal.field() != "prompt":
            pass

    def shown(self):
        return self.terminal.shown.decode(errors="replace")

    def close(self):
        self.terminal.close()


class Bash(TypedShell):
    describes = False

    @staticmethod
    def variants(folder):
        script = f"source '{folder}/slotflow-hooks.bash'\n"
        yield "alone", script
        yield "with other word breaks", f"COMP_WORDBREAKS=${{COMP_WORDBREAKS//[:=]}}\n{script}"
        if BASH_COMPLETION.exists():
            yield "with bash-completion", f"source {BASH_COMPLETION}\n{script}"
        elif os.environ.get("CI") == "true":
            raise AssertionError("expected bash-completion")

    @staticmethod
    def command(world, settings):
        world.home.joinpath("bashrc").write_text(settings + BASH_SETTINGS)
        return ["bash", "--noprofile", "--rcfile", str(world.home / "bashrc"), "-i"]

    @staticmethod
    def whole(line, value):
        # readline keeps the word up to the last break character.
        kept = re.search(r"(\S*[:=])?\S*$", line).group(1) or ""
        return value if value.startswith(kept) else kept + value


class Zsh(TypedShell):
    describes = True

    @staticmethod
    def variants(folder):
        compinit = "autoload -Uz compinit\ncompinit -u -D\n"
        yield "from fpath", f"fpath=('{folder}' $fpath)\n{compinit}"
        yield "sourced", f"{compinit}source <(cat '{folder}/_slotflow-hooks')\n"

    @staticmethod
    def command(world, settings):
        world.home.joinpath(".zshrc").write_text(settings + ZSH_SETTINGS)
        return ["zsh", "-d", "-i"]

    @staticmethod
    def whole(_line, value):
        return value


class Fish:
    """fish tells the candidates of a line itself."""

    describes = True

    @staticmethod
    def variants(folder):
        yield "sourced", f"source '{folder}/slotflow-hooks.fish'"

    def __init__(self, world, settings):
        self.world, self.settings = world, settings
        self.errors = ""

    def fish(self, code, *arguments):
        done = subprocess.run(
            ["fish", "--no-config", "-c", f"{self.settings}\n{code}", *arguments],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=self.world.environment(),
            cwd=self.world.work,
            check=False,
        )
        self.errors += done.stderr
        return done.stdout

    def tab(self, line, back=0):
        line = line[: len(line) - back]
        candidates = {}
        for found in self.fish("complete -C $argv[1]", line).splitlines():
            value, _, description = found.partition("\t")
            candidates[value] = description
        escaped = self.fish("complete --escape -C $argv[1]", line).splitlines()
        if len(escaped) == 1:
            word = re.search(r"(\\.|\S)*$", line).start()
            line = line[:word] + escaped[0].partition("\t")[0]
        return candidates, line

    def run_completed(self, line):
        self.fish("eval $argv[1]", self.tab(line)[1])

    def shown(self):
        return self.errors

    def close(self):
        pass


SHELLS = {"bash": Bash, "zsh": Zsh, "fish": Fish}


class World:
    """A home, a working folder and a store; the program is found through $PATH."""

    def __init__(self, binary):
        self.folder = tempfile.TemporaryDirectory()
        self.home = Path(self.folder.name, "home")
        self.work = Path(self.folder.name, "work")
        programs = Path(self.folder.name, "programs")
        for made in (self.home, self.work, programs):
            made.mkdir()
        programs.joinpath("slotflow-hooks").symlink_to(Path(binary).resolve())
        self.path = f"{programs}:/usr/local/bin:/usr/bin:/bin"
        self.store = self.home / "store.json"

    def environment(self):
        return {
            "HOME": str(self.home),
            "ZDOTDIR": str(self.home),
            "PATH": self.path,
            "TERM": "xterm",
            "LC_ALL": "C.UTF-8",
            "SLOTFLOW_HOOKS_STORE": str(self.store),
        }

    def write_store(self, urls, path=None):
        webhooks = [
            {
                "id": f"{number:08x}-0000-4000-8000-000000000000",
                "url": url,
                "events": ["booking.confirmed"],
                "signing_secret": "whsec_k8J2mQ4xR7vN1pL5tY9w",
                "active": True,
                "created_at": "2026-03-10T14:05:00.000Z",
            }
            for number, url in enumerate(urls, 0xA0000001)
        ]
        store = {"version": 1, "plan": "growth", "webhooks": webhooks}
        (path or self.store).write_text(json.dumps(store))
        return [webhook["id"] for webhook in webhooks]

    def urls(self):
        return [webhook["url"] for webhook in json.loads(self.store.read_text())["webhooks"]]


class Completion(unittest.TestCase):
    """Made concrete below, once for each way of reading the script."""

    settings = ""

    def setUp(self):
        self.world = World(self.binary)
        self.addCleanup(self.world.folder.cleanup)
        self.shell = self.kind(self.world, self.settings)
        self.addCleanup(self.shell.close)

    def candidates(self, line):
        return set(self.shell.tab(f"slotflow-hooks {line}")[0])

    def completed(self, line, back=0):
        completed = self.shell.tab(f"slotflow-hooks {line}", back)[1]
        return completed.removeprefix("slotflow-hooks ").rstrip(" ")

    def test_commands(self):
        commands = "register list delete plan fire listen verify sign demo completion"
        found = self.candidates("")
        self.assertLessEqual(set(commands.split()), found)
        self.assertEqual([name for name in found if name.startswith("_")], [])
        self.assertEqual(self.candidates("li"), {"list", "listen"})
        self.assertEqual(self.completed("ver"), "verify")
        self.assertEqual(self.completed("--json ver"), "--json verify")

    def test_options_of_the_program(self):
        found = self.candidates("--")
        self.assertLessEqual({"--store", "--json", "--color", "--quiet", "--version"}, found)
        self.assertNotIn("--tamper", found)

    def test_options_of_a_command(self):
        found = self.candidates("fire --")
        self.assertLessEqual({"--webhook", "--to", "--tamper", "--json", "--store"}, found)
        self.assertTrue(found.isdisjoint({"--fail-first", "--version"}), found)
        self.assertEqual(self.completed("fire confirmed --tam"), "fire confirmed --tamper")

    def test_options_already_given(self):
        found = self.candidates("fire --no-retry --to localhost:1 --timeout=3s --json -q --")
        given = {"--no-retry", "--timeout", "--json", "--quiet"}
        self.assertTrue(found.isdisjoint(given), found)
        self.assertLessEqual({"--to", "--webhook", "--header"}, found)  # can be repeated

    def test_values(self):
        events = {"confirmed", "cancelled", "booking.confirmed", "booking.cancelled"}
        cases = {
            "fire ": events,
            "fire --json ": events,
            "fire --dry-run b": {"booking.confirmed", "booking.cancelled"},
            "list --event ": events,
            "register --events ": events | {"all"},
            "plan ": {"free", "starter", "growth"},
            "fire --preset ": {"sales", "support", "recruiting"},
            "fire confirmed --tamper ": {"body", "signature", "timestamp", "missing"},
            "--color ": {"auto", "always", "never"},
            "completion ": {"bash", "zsh", "fish"},
        }
        for line, expected in cases.items():
            with self.subTest(line):
                self.assertEqual(self.candidates(line), expected)

    def test_nothing_where_nothing_is_known(self):
        lines = (
            "nonsense ",
            "nonsense --",
            "nonsense fi",
            "plan free ",
            "fire confirmed ",
            "--nonsense=",
            "register --url ",
            "fire --seed ",
            "fire --metadata ",
            "listen --delay ",
            "fire nonsens",
        )
        for line in lines:
            with self.subTest(line):
                self.assertEqual(self.candidates(line), set())

    def test_value_after_an_equals_sign(self):
        self.assertEqual(
            self.candidates("--color="), {"--color=auto", "--color=always", "--color=never"}
        )
        self.assertEqual(self.completed("--color=al"), "--color=always")
        self.assertEqual(self.completed("fire --tamper=b"), "fire --tamper=body")

    def test_list_of_events(self):
        found = self.candidates("register --events confirmed,")
        self.assertLessEqual({"confirmed,cancelled", "confirmed,booking.cancelled"}, found)
        self.assertNotIn("confirmed,confirmed", found)
        self.assertEqual(
            self.completed("register --events confirmed,ca"),
            "register --events confirmed,cancelled",
        )
        self.assertEqual(
            self.completed("register --events=confirmed,ca"),
            "register --events=confirmed,cancelled",
        )

    def test_ids_and_urls_of_the_store(self):
        urls = ["http://localhost:3000/", "https://hooks.example.com:8443/slotflow"]
        ids = self.world.write_store(urls)
        for line in ("delete ", "fire --webhook ", "fire confirmed --webhook="):
            with self.subTest(line):
                option = re.search(r"\S*$", line).group()
                expected = {option + value for value in ids + urls}
                self.assertEqual(self.candidates(line), expected)
        self.assertEqual(self.completed("delete a0000002"), f"delete {ids[1]}")
        for begin in ("http:", "http://", "http://localhost", "http://localhost:30"):
            with self.subTest(begin):
                self.assertEqual(self.completed(f"delete {begin}"), f"delete {urls[0]}")
        self.assertEqual(
            self.completed("fire --webhook https://hooks.example.com:8"),
            f"fire --webhook {urls[1]}",
        )
        self.assertEqual(self.completed(f"delete {urls[0]} https:"), f"delete {urls[0]} {urls[1]}")
        self.assertEqual(self.completed("fire --webhook=https:"), f"fire --webhook={urls[1]}")

    def test_the_store_that_the_line_names(self):
        self.world.write_store(["http://localhost:1111/"])
        other = self.world.home / "other 'store'"
        self.world.write_store(["http://localhost:2222/"], other)
        plain = self.world.home / "plain"
        self.world.write_store(["http://localhost:3333/"], plain)
        two = "http://localhost:2222/"
        for word in (str(other).replace(" ", r"\ ").replace("'", r"\'"), f'"{other}"'):
            for divider in (" ", "="):
                line = f"--store{divider}{word} delete http:"
                with self.subTest(line):
                    self.assertEqual(self.completed(line), line.replace("http:", two))
        self.assertEqual(
            self.completed("--store ~/plain delete http:"),
            "--store ~/plain delete http://localhost:3333/",
        )

    def test_unreadable_store(self):
        self.world.write_store(["http://localhost:3000/"])
        self.world.store.write_text('{"version": 1, "webhooks": [')
        self.assertEqual(self.candidates("delete "), set())
        self.assertEqual(self.completed("delete http:"), "delete http:")
        self.assertEqual(self.completed("fire --webho"), "fire --webhook")
        shown = self.shell.shown().lower()
        self.assertNotIn("error", shown)
        self.assertNotIn("store.json", shown)

    def test_files(self):
        for name in ("booking.json", "two words.json", "at:colon=equals.json"):
            self.world.work.joinpath(name).write_text("{}")
        self.world.work.joinpath("folder").mkdir()
        self.world.work.joinpath("folder", "inner").write_text("{}")
        cases = {
            "fire --payload boo": "fire --payload booking.json",
            "fire --payload=boo": "fire --payload=booking.json",
            "fire --secret-file boo": "fire --secret-file booking.json",
            "verify --payload ./boo": "verify --payload ./booking.json",
            "--config boo": "--config booking.json",
            "--store=boo": "--store=booking.json",
            "fire --payload fol": "fire --payload folder/",
            "fire --payload folder/": "fire --payload folder/inner",
            "fire --payload two": r"fire --payload two\ words.json",
            "fire --payload=two": r"fire --payload=two\ words.json",
            r"fire --payload two\ ": r"fire --payload two\ words.json",
        }
        for line, expected in cases.items():
            with self.subTest(line):
                self.assertEqual(self.completed(line), expected)
        for line in ("fire --payload at", "fire --payload at:", "fire --payload=at:colon="):
            with self.subTest(line):
                completed = self.completed(line).replace("\\", "")
                begin = re.sub("at[^ ]*$", "", line)
                self.assertEqual(completed, f"{begin}at:colon=equals.json")

    def test_descriptions(self):
        if not self.kind.describes:
            self.skipTest("bash shows no descriptions")
        ids = self.world.write_store(["http://localhost:3000/a:b"])
        found = self.shell.tab("slotflow-hooks ")[0]
        self.assertEqual(found["plan"].strip(), self.description_of("plan"))
        found = self.shell.tab("slotflow-hooks fire --")[0]
        self.assertEqual(found["--no-retry"].strip(), "Make one attempt only")
        found = self.shell.tab("slotflow-hooks delete ")[0]
        self.assertEqual(found[ids[0]].strip(), "http://localhost:3000/a:b")

    def description_of(self, command):
        text = subprocess.run(
            [self.binary, command, "--help"], capture_output=True, text=True, check=True
        ).stdout
        return text.splitlines()[0]

    def test_hostile_urls_are_only_words(self):
        hostile = [
            "http://localhost:1/?a=1&b=2;touch${IFS}ran",
            "http://localhost:2/$(touch${IFS}ran)",
            "http://localhost:3/`touch${IFS}ran`",
            "http://localhost:4/'\"|touch${IFS}ran;",
            "http://localhost:5/>ran",
            "http://localhost:6/{a,b}*?[c]~!!\\",
            "http://localhost:7/(touch)<(touch${IFS}ran)%41",
        ]
        for number, url in enumerate(hostile, 1):
            with self.subTest(url):
                self.world.write_store([url, "http://localhost:99/"])
                self.shell.run_completed(f"slotflow-hooks delete http://localhost:{number}")
                self.assertEqual(self.world.urls(), ["http://localhost:99/"])
                self.assertEqual(list(self.world.work.iterdir()), [])

    def test_control_characters_never_reach_the_terminal(self):
        self.world.write_store(["http://localhost:1/\x1b]0;title\x07", "http://localhost:1/\u202e"])
        self.candidates("delete ")
        self.shell.tab("slotflow-hooks delete http://localhost:1")
        self.assertNotIn("title\x07", self.shell.shown())
        self.assertNotIn("\u202e", self.shell.shown())

    def test_words_are_never_run(self):
        line = 'fire --booking-id "$(touch ran)`touch ran`" --set a=$(touch${IFS}ran) --tam'
        self.assertEqual(self.completed(line), f"{line}per")
        self.assertEqual(list(self.world.work.iterdir()), [])

    def test_the_cursor_may_stand_within_the_line(self):
        completed = self.completed("pla free", back=len(" free"))
        self.assertEqual(completed.removesuffix(" free").rstrip(" "), "plan")

    def test_the_program_by_its_path(self):
        path = self.world.path.partition(":")[0]
        self.assertEqual(
            self.shell.tab(f"{path}/slotflow-hooks ver")[1].rstrip(" "),
            f"{path}/slotflow-hooks verify",
        )


class OpenQuotes(unittest.TestCase):
    """Only bash leaves the quoting of candidates to the script."""

    setUp = Completion.setUp
    settings = ""

    def test_open_quotes(self):
        url = "http://localhost:1/?a=1&b='$(touch${IFS}ran)\"\\`"
        for quote in ("'", '"'):
            with self.subTest(quote):
                self.world.write_store([url, "http://localhost:99/"])
                self.shell.run_completed(f"slotflow-hooks delete {quote}http://localhost:1/?a=1")
                self.assertEqual(self.world.urls(), ["http://localhost:99/"])
                self.assertEqual(list(self.world.work.iterdir()), [])

    def test_redirections_name_files(self):
        self.world.work.joinpath("booking.json").write_text("{}")
        for line, expected in {
            "slotflow-hooks sign < boo": "slotflow-hooks sign < booking.json",
            "slotflow-hooks sign <boo": "slotflow-hooks sign <booking.json",
            "slotflow-hooks sign >out.txt --payl": "slotflow-hooks sign >out.txt --payload",
            "slotflow-hooks sign 2> out.txt --payl": "slotflow-hooks sign 2> out.txt --payload",
        }.items():
            with self.subTest(line):
                self.assertEqual(self.shell.tab(line)[1].rstrip(" "), expected)


class Printed(unittest.TestCase):
    def test_the_program_prints_the_installed_script(self):
        name = {
            "bash": "slotflow-hooks.bash",
            "zsh": "_slotflow-hooks",
            "fish": "slotflow-hooks.fish",
        }[self.shell_name]
        printed = subprocess.run(
            [self.binary, "completion", self.shell_name], capture_output=True, check=True
        ).stdout
        self.assertEqual(printed.decode(), Path(self.scripts, name).read_text())


def load_tests(loader, _tests, _pattern):
    """The protocol of unittest: the tests are those of one shell, in each of its variants."""
    kind = SHELLS[SHELL]
    members = {"kind": kind, "binary": BINARY, "scripts": FOLDER, "shell_name": SHELL}
    load = loader.loadTestsFromTestCase
    suite = unittest.TestSuite([load(type("Printed", (Printed,), members))])
    for variant, settings in kind.variants(FOLDER):
        for case in (Completion, OpenQuotes) if kind is Bash else (Completion,):
            title = f"{case.__name__} {variant}"
            suite.addTest(load(type(title, (case,), {**members, "settings": settings})))
    return suite


def main():
    if shutil.which(SHELL) is None:
        skip_all(f"expected the shell {SHELL}")
    run_tests()


if __name__ == "__main__":
    main()
