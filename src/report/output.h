// Where the results of a command go.
#pragma once

#include <cstddef>
#include <ostream>
#include <span>
#include <string>

#include "domain/json.h"
#include "report/line_writer.h"
#include "report/style.h"

namespace slotflow {

enum class Format {
  text,  // for people
  json,  // one JSON object a line, and nothing else
  tap,   // check, for consumers such as prove: the Test Anything Protocol, version 13
};

// Returns `json` as a line, with its line break. Escapes also what JSON allows but a terminal would
// obey: control characters and those that reorder text mean the same to every parser as \uXXXX.
std::string json_line(const Json& json);

// Writes results in one format. A kind of result is a type with two functions, which are in the
// file of its topic in this folder:
//
//     std::string text_of(const T& value, const Style& style);  // terminal-safe lines
//     std::string json_of(const T& value);                      // JSON lines, see json_line()
//
// Either may return "": then the format shows nothing. A result that TAP shows has tap_of(), too.
//
// Thread-safe: each call is written in one piece and flushed before it returns. Never throws if the
// stream is closed or full; the stream's state says so.
class Output {
 public:
  // `out` must outlive it, and nobody else may write to it at the same time.
  Output(std::ostream& out, Format format, Style style = {})
      : writer_(out), format_(format), style_(style) {}

  template <typename T>
  void show(const T& value) {
    writer_.write(line_of(value));
  }

  // Returns how many of `values` were written whole: fewer than all if the stream failed.
  template <typename T>
  std::size_t show_each(std::span<const T> values) {
    return writer_.write_each(
        values, [this](std::string& lines, const T& value) { lines += line_of(value); });
  }

 private:
  template <typename T>
  std::string line_of(const T& value) const {
    if (format_ == Format::json) return json_of(value);
    if (format_ == Format::text) return text_of(value, style_);
    if constexpr (requires { tap_of(value); }) return tap_of(value);
    return "";
  }

  LineWriter writer_;
  Format format_;
  Style style_;
};

}  // namespace slotflow
