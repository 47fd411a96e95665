// The file of listen --log.
#pragma once

#include <string>

#include "system/unique_fd.h"

namespace slotflow {

// Opens `path` to append lines to it; returns no descriptor if it is empty. Waits for the reader of
// a pipe, as shells do. Ends a last line that was not finished, because the disk was full for
// example, unless the file cannot be read. Throws Error{io_error}.
UniqueFd open_log(const std::string& path);

// Lets `fd` refer to the file that `path` names now, as after a rename by logrotate(8). Never
// waits. Does nothing if `fd` is not a regular file. Returns why it could not, or "".
std::string reopen_log(int fd, const std::string& path);

// Ends the line of a write that failed, as when the disk was full. If the file cannot be read under
// `path`, it ends a line in any case. Returns false if it cannot.
bool end_failed_line(int fd, const std::string& path);

}  // namespace slotflow
