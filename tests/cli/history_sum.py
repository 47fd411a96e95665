"""Writes to a history, which needs the function that computes the checksums of its rows."""

import sqlite3


def history_sum(*values):
    """The checksum of a row, see src/store/row_sum.cpp."""
    words = []
    for value in values:
        kind = 5 if value is None else 1 if isinstance(value, int) else (
            3 if isinstance(value, str) else 4)  # SQLite's numbers of these types
        data = (b"" if value is None else value.to_bytes(8, "little", signed=True) if kind == 1
                else value.encode() if kind == 3 else value)
        words.append((len(data) if kind in (3, 4) else 0) << 3 | kind)
        words += [int.from_bytes(data[at:at + 8], "little") for at in range(0, len(data), 8)]
    result = 0
    for word in words:
        result = (result ^ word) * 0x9e3779b97f4a7c15 % 2 ** 64
        result = (result ^ result >> 32) * 0x9e3779b97f4a7c15 % 2 ** 64
        result ^= result >> 29
    return result - (result >> 63 << 64)


def writable(path, timeout=60):
    """A connection that can add and change rows, as no other program can by accident."""
    database = sqlite3.connect(path, timeout=timeout)
    database.create_function("history_sum", -1, history_sum, deterministic=True)
    return database
