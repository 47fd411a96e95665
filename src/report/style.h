// How text for people looks: its colours, if any, and its width.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace slotflow {

// Each function returns `text`, between SGR sequences (ECMA-48, section 8.3.117) if `colour` is
// set. The text must be terminal-safe already, see report/escape.h.
struct Style {
  bool colour = false;
  std::size_t columns = 0;  // the width of the terminal; 0: lines can have any width

  std::string bold(std::string_view text) const;
  std::string dim(std::string_view text) const;
  std::string red(std::string_view text) const;
  std::string green(std::string_view text) const;
  std::string yellow(std::string_view text) const;
  std::string cyan(std::string_view text) const;
};

}  // namespace slotflow
