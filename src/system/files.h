// Reads and replaces whole files.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>

namespace slotflow {

// What tells a file from another one that has taken its path.
struct FileIdentity {
  std::uint64_t device;
  std::uint64_t number;  // on that device
  bool operator==(const FileIdentity&) const = default;
};
// Returns nullopt if there is no such file.
std::optional<FileIdentity> identity_of_file(const std::string& path);

// Returns the bytes of the file `path`, or of `in` if `path` is "-"; at most 64 MiB. Throws
// Error{io_error} whose message starts with `what`: "--payload: cannot read x.json: No such
// file...".
std::string read_bytes(const std::string& what, const std::string& path, std::istream& in);

// Returns why the file cannot be read, as a value of errno, or 0 if it can. Does not wait for a
// FIFO.
int why_unreadable(const std::string& path);

// Replaces the file `path` atomically and durably: writes `path`.tmp, fsyncs it, renames it to
// `path` and fsyncs the directory. The mode is 0600, or that of the old file; returns false if the
// file system does not let it be set. The caller must ensure that only one process does this at a
// time. Throws std::system_error, with EEXIST only if `path`.tmp is in the way and cannot be
// removed; then `path` is unchanged (unless only the last step failed), and the temporary file is
// removed.
bool replace_file(const std::string& path, const std::string& bytes);

}  // namespace slotflow
