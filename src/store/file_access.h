// Opens the files of the store. All functions throw Error{store_error} with the path as the user
// knows it.
#pragma once

#include <string>

#include "system/unique_fd.h"

struct stat;

namespace slotflow {

// Throws "cannot <what> <path>: <reason>" for a value of errno, with a hint if there is one.
[[noreturn]] void fail_with_file(const std::string& what, const std::string& path, int reason);

// Throws if the file is a directory, a FIFO, a socket or a device.
void expect_regular(const std::string& path, const struct stat& status);

// Returns whether there is a file at `path`. Call it before opening: opening alone has an effect on
// some devices.
bool find_regular(const std::string& path, struct stat& status);

// Returns the path of the file behind symbolic links, which a rename would replace. Unlike
// realpath(), follows dangling links, too.
std::string follow_links(const std::string& path);

// Never waits, not even for a FIFO that has replaced the file after find_regular(). Creates with
// mode 0600. Returns an empty UniqueFd and sets errno if it fails.
UniqueFd open_without_waiting(const std::string& path, int flags);

// Creates a directory and those above it if they are missing, with mode 0700.
void make_directories(const std::string& directory);

}  // namespace slotflow
