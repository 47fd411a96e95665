"""Real shells, in which the Tab key is pressed and which tell what they would complete."""

import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import threading
import time
from fcntl import ioctl
from pathlib import Path

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
