"""What tests take from README.md, and ports to run it on."""

import random
import re
import socket


def section(readme, title):
    """The text below a heading."""
    with open(readme, encoding="utf-8") as file:
        text = file.read()
    found = re.search(rf"^## {title}\n(.*?)^## ", text, re.M | re.S)
    assert found, f"README: expected a section {title!r}"
    return found[1]


def blocks(readme, title, language):
    """The code blocks of a language in a section."""
    return re.findall(rf"^```{language}\n(.*?)^```$", section(readme, title), re.M | re.S)


def free_ports():
    """Ports that were free a moment ago, none of those that the system gives to clients."""
    for port in random.sample(range(20000, 30000), 1000):
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
        yield str(port)
