// Whole files, read and written with errors that say what was expected.
#pragma once

#include <istream>
#include <string>

namespace slotflow {

// The bytes of `path`, unchanged; "-" reads `in` to its end. `what` starts the message of the
// Error{io_error} thrown when it cannot be read: "--payload: cannot read x.json: No such file ...".
// It is at most 64 MiB.
std::string read_bytes(const std::string& what, const std::string& path, std::istream& in);

// Replaces `path` with `bytes`, atomically and durably: writes `path`.tmp, fsyncs it, renames
// it over `path`, fsyncs the directory. The mode is 0600, or that of the file that was there. The
// caller makes sure that only one does it at a time. Throws std::system_error; `path` is as it was
// then (unless only the last step failed), and the temporary file is gone.
void replace_file(const std::string& path, const std::string& bytes);

}  // namespace slotflow
