// What operating systems do differently. The rest of this program uses POSIX and libraries, and two
// calls that Linux, macOS and the BSDs share: flock() (store/registry_file) and inet_aton()
// (domain/url and domain/url_reach).
#pragma once

#include <cstddef>
#include <ctime>
#include <optional>
#include <string>

#include "system/unique_fd.h"

struct stat;

namespace slotflow {

// Returns how many descriptors this process has open; nullopt if the system does not show it.
std::optional<std::size_t> count_open_descriptors();

// Opens the file behind a FIFO's or terminal's descriptor `fd` again, for writing without waiting.
// Unlike fcntl(2), this does not change `fd` for other processes that share it. Returns an empty
// UniqueFd if the system cannot do this.
UniqueFd reopen_without_waiting(int fd);

// Returns how many bytes sent on the TCP socket `fd` the peer has not acknowledged; 0 if unknown.
std::size_t unacknowledged_bytes(int fd);

// Makes the system acknowledge what the TCP socket `fd` receives at once, until the next write.
// Does nothing if the system has no such setting.
void acknowledge_at_once(int fd);

// Returns whether the file is, or may be, on a file system whose memory mappings other machines do
// not see: a network's, or one that another process plays (FUSE).
bool is_on_network(const std::string& path);

// Writes the file to the disk itself. Returns 0, or -1 and sets errno.
int sync_to_disk(int fd);

// Returns the width of the terminal behind `fd`; 0 if it is not a terminal or has no size.
std::size_t terminal_columns(int fd);

// Returns when a file was last changed.
timespec modification_time(const struct stat& status);

}  // namespace slotflow
