#!/usr/bin/python3
"""Installs the program, and checks that the shells find its completions there.

installed_completion_test.py BINARY BUILD_FOLDER bash|zsh|fish [-k NAME]
Exits with 77 where the shell cannot be had; with CI=true that is a failure.
"""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from shells import BASH_COMPLETION, PATIENCE, World, Zsh
from support import run_tests, skip_all, take_arguments

BINARY, BUILD, SHELL = take_arguments(3)
NAMES = {"bash": "slotflow-hooks", "zsh": "_slotflow-hooks", "fish": "slotflow-hooks.fish"}
# Prints what bash completes: the last word of the line $1.
BASH_SCRIPT = r"""
COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMP_KEY=9
read -ra COMP_WORDS <<<"$1"
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
complete -p slotflow-hooks &>/dev/null || _completion_loader slotflow-hooks
function=$(complete -p slotflow-hooks)
function=${function#*-F }
${function%% *} slotflow-hooks "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


def install(prefix, destination=""):
    done = subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], text=True, check=False,
                          env={**os.environ, "DESTDIR": destination}, capture_output=True)
    if done.returncode != 0:
        raise AssertionError(f"cmake --install: {done.stderr}")


class Asked:
    """A shell of a user who has `variables`, and the lines `settings` in the shell's rc file."""

    def __init__(self, test, variables, settings):
        self.world = World(BINARY)
        test.addCleanup(self.world.folder.cleanup)
        self.test, self.variables, self.settings = test, variables, settings
        own = self.world.environment
        self.world.environment = lambda: {**own(), **variables}

    def candidates(self, line):
        return getattr(self, SHELL)(line)

    def run(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE,
                              env=self.world.environment(), check=False)
        return done.stdout.splitlines()

    def bash(self, line):
        script = f"source {BASH_COMPLETION}\n{self.settings}\n{BASH_SCRIPT}"
        return self.run("bash", "--noprofile", "--norc", "-c", script, "bash", line)

    def zsh(self, line):
        shell = Zsh(self.world, f"{self.settings}\nautoload -Uz compinit\ncompinit -u -D\n")
        self.test.addCleanup(shell.close)
        return list(shell.tab(line)[0])

    def fish(self, line):
        script = f"{self.settings}\ncomplete -C $argv[1]"
        found = self.run("fish", "-c", script, line)
        return [candidate.partition("\t")[0] for candidate in found]


class Installed(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="slotflow-installed-")
        self.addCleanup(self.folder.cleanup)

    def assert_completes(self, variables, settings=""):
        asked = Asked(self, variables, settings)
        self.assertEqual(asked.candidates("slotflow-hooks fire --tam"), ["--tamper"])

    def test_below_the_home_folder(self):
        home = self.folder.name
        install(f"{home}/.local")
        settings = {"zsh": "fpath=(~/.local/share/zsh/site-functions $fpath)"}
        self.assert_completes({"HOME": home}, settings.get(SHELL, ""))

    def test_below_another_prefix(self):
        install(self.folder.name)
        data = f"{self.folder.name}/share"
        settings = {
            "bash": f"source {data}/bash-completion/completions/slotflow-hooks",
            "zsh": f"fpath=({data}/zsh/site-functions $fpath)",
            "fish": f"set -a fish_complete_path {data}/fish/vendor_completions.d",
        }
        self.assert_completes({}, settings[SHELL])
        if SHELL != "zsh":
            self.assert_completes({"XDG_DATA_DIRS": f"{data}:/usr/local/share:/usr/share"})

    def default_folders(self):
        """Where the shell looks by default, without anything that a user has set."""
        asked = Asked(self, {}, "")
        if SHELL == "zsh":
            return asked.run("zsh", "-f", "-c", "print -l $fpath")
        if SHELL == "fish":
            return asked.run("fish", "-c", "printf '%s\\n' $fish_complete_path")
        text = BASH_COMPLETION.read_text()
        self.assertIn("${XDG_DATA_DIRS:-/usr/local/share:/usr/share}", text)
        return [f"{data}/bash-completion/completions" for data in ("/usr/local/share", "/usr/share")]

    def folder_below(self, prefix):
        install(prefix, self.folder.name)
        share = Path(f"{self.folder.name}{prefix}/share")
        [path] = [path for path in share.rglob(NAMES[SHELL]) if path.is_file()]
        return str(path.parent).removeprefix(self.folder.name)

    def test_below_usr(self):
        self.assertIn(self.folder_below("/usr"), self.default_folders())

    def test_below_usr_local(self):
        folder = self.folder_below("/usr/local")
        if SHELL == "fish":
            # fish searches it only where XDG_DATA_DIRS names it, as the manual says.
            self.assertNotIn(folder, self.default_folders())
            return
        self.assertIn(folder, self.default_folders())


def main():
    if shutil.which(SHELL) is None:
        skip_all(f"expected the shell {SHELL}")
    if shutil.which("cmake") is None:
        skip_all("expected cmake")
    if SHELL == "bash" and not BASH_COMPLETION.exists():
        skip_all("expected bash-completion")
    run_tests()


if __name__ == "__main__":
    main()
