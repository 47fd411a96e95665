#include "cli/commands/listen_child.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include "domain/error.h"
#include "domain/quote.h"

namespace slotflow {

namespace {

std::string hint_for_start(int error, const std::string& program) {
  if (error == ENOENT && program.find(' ') != std::string::npos) {
    return "write the command and each argument as a word of its own, such as -- npm test";
  }
  if (error == ENOENT) return "give a program in PATH, or the path of one";
  if (error == EACCES) return "give an executable file: see chmod(1)";
  if (error == ENOEXEC) return "begin a script with a line such as #!/bin/sh";
  return "";
}

}  // namespace

std::unique_ptr<ChildProcess> start_child(const std::vector<std::string>& words,
                                          const std::string& url, const SignalState& signals,
                                          bool json) {
  try {
    return std::make_unique<ChildProcess>(
        ChildOptions{words, {std::string(kListenUrlVariable) + "=" + url}, signals, json});
  } catch (const std::system_error& error) {
    const int number = error.code().value();
    throw Error(ErrorCode::io_error,
                "cannot run " + in_quotes(words.front()) + ": " + std::strerror(number),
                hint_for_start(number, words.front()));
  }
}

}  // namespace slotflow
