// Colours text for people, or not.
#pragma once

#include <string>
#include <string_view>

namespace slotflow {

// Each function returns `text`, between SGR sequences (ECMA-48, section 8.3.117) if `colour` is
// set. The text must be terminal-safe already, see report/escape.h.
struct Style {
  bool colour = false;

  std::string bold(std::string_view text) const;
  std::string dim(std::string_view text) const;
  std::string red(std::string_view text) const;
  std::string green(std::string_view text) const;
  std::string yellow(std::string_view text) const;
  std::string cyan(std::string_view text) const;
};

}  // namespace slotflow
