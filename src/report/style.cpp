#include "report/style.h"

namespace slotflow {

namespace {

std::string painted(bool colour, std::string_view sequence, std::string_view text) {
  if (!colour || text.empty()) return std::string(text);
  return std::string(sequence).append(text).append("\x1b[0m");
}

}  // namespace

std::string Style::bold(std::string_view text) const {
  return painted(colour, "\x1b[1m", text);
}

std::string Style::dim(std::string_view text) const {
  return painted(colour, "\x1b[2m", text);
}

std::string Style::red(std::string_view text) const {
  return painted(colour, "\x1b[31m", text);
}

std::string Style::green(std::string_view text) const {
  return painted(colour, "\x1b[32m", text);
}

std::string Style::yellow(std::string_view text) const {
  return painted(colour, "\x1b[33m", text);
}

std::string Style::cyan(std::string_view text) const {
  return painted(colour, "\x1b[36m", text);
}

}  // namespace slotflow
