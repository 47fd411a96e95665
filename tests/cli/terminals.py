"""Runs a program on a pseudo-terminal."""

import fcntl
import os
import pty
import select
import struct
import termios

from support import LIMIT


class Terminal:
    """The program on a terminal of this width, as its session's own."""

    def __init__(self, binary, columns, environment, *args):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                size = struct.pack("HHHH", 24, columns, 0, 0)
                fcntl.ioctl(1, termios.TIOCSWINSZ, size)
                os.execve(binary, [binary, *args], environment)
            finally:
                os._exit(127)  # this copy of the test must not go on
        self.text = ""

    def read(self):
        """Returns False at the end."""
        if not select.select([self.fd], [], [], LIMIT)[0]:
            raise TimeoutError(self.text)
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # Linux: every process has closed the terminal
            data = b""
        self.text += data.decode().replace("\r\n", "\n")
        return bool(data)

    def wait_for(self, text):
        while text not in self.text:
            if not self.read():
                raise AssertionError(f"expected {text!r}, got {self.text!r}")

    def type(self, keys):
        os.write(self.fd, keys)

    def finish(self):
        """Returns the exit code."""
        while self.read():
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
