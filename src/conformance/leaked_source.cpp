// What stack traces and messages of the usual languages tell about the source code.
#include <algorithm>
#include <array>

#include "conformance/leak_watch.h"
#include "domain/ascii.h"

namespace slotflow {

namespace {

constexpr auto kNowhere = std::string_view::npos;

// Calls `is_one` for what follows each occurrence of `sign`, until it returns true.
template <typename IsOne>
bool any_after(std::string_view text, std::string_view sign, IsOne is_one) {
  for (auto at = text.find(sign); at != kNowhere; at = text.find(sign, at + 1)) {
    if (is_one(text.substr(at + sign.size()))) return true;
  }
  return false;
}

bool begins_with_digit(std::string_view text) {
  return !text.empty() && is_digit(text.front());
}

// These are enough.
constexpr auto kSigns = std::to_array<std::string_view>(
    {"Traceback (most recent call last)", "panicked at ", "stack backtrace", "Stack trace",
     "stack trace", "Exception in thread \"", "java.lang.", "&nbsp; &nbsp;at ", "node_modules/",
     "node_modules\\", "node:internal/", "site-packages/", "dist-packages/", "/gems/",
     "/vendor/bundle/", "phar://", "--> src/", "/runtime/panic.go"});

// Before the number of a line.
constexpr auto kBeforeLine = std::to_array<std::string_view>(
    {// JavaScript, TypeScript
     ".js:", ".mjs:", ".cjs:", ".ts:",
     // Python: in text, in HTML and in JSON
     ".py\", line ", ".py&quot;, line ", ".py&#34;, line ", ".py\\\", line ",
     // Ruby, Elixir, Erlang, Lua
     ".rb:", ".ru:", ".ex:", ".exs:", ".erl:", ".lua:",
     // PHP
     ".php:", ".php(", ".php on line ", ".php</b> on line <b>",
     // Java and its relatives
     ".java:", ".kt:", ".scala:", ".groovy:", ".clj:",
     // Go, Swift
     ".go:", ".swift:", "goroutine ",
     // .NET
     ".cs:line ", ".vb:line ", ".fs:line ",
     // Perl
     ".pl line ", ".pm line ", ".psgi line ", ".cgi line "});

// Returns true for "12:5": ".rs" is a country, too, and "example.rs:8080" is a host.
bool begins_with_line_and_column(std::string_view text) {
  const auto colon = text.find_first_not_of("0123456789");
  return colon != kNowhere && colon > 0 && text[colon] == ':' &&
         begins_with_digit(text.substr(colon + 1));
}

// Returns true for the rest of a frame, as in "    at Object.<anonymous> (/srv/app.js:10:5)" or
// "   at Shop.Hook.Post()".
bool begins_with_frame(std::string_view text) {
  constexpr std::size_t kLongest = 300;
  text = text.substr(0, std::min({text.size(), kLongest, text.find('\n'), text.find("\\n")}));
  return text.find('(') != kNowhere || any_after(text, ":", begins_with_digit);
}

constexpr auto kRoots =
    std::to_array<std::string_view>({"/home/", "/Users/", "/root/", "/srv/", "/var/www/",
                                     "/usr/lib/", "/usr/local/", "/usr/src/", "/opt/", "C:\\"});

constexpr auto kExtensions = std::to_array<std::string_view>(
    {".js", ".mjs", ".cjs", ".ts", ".py", ".rb", ".ru", ".php", ".java", ".kt", ".jar", ".go",
     ".rs", ".cs", ".ex", ".psgi", ".pl", ".pm"});

// Returns true if the rest of a path ends in the name of a file of source code.
bool ends_as_source(std::string_view rest) {
  constexpr std::size_t kLongest = 1'000;
  rest =
      rest.substr(0, std::min({rest.size(), kLongest, rest.find_first_of(" \t\r\n\"'<>():,?&")}));
  return std::ranges::any_of(kExtensions,
                             [&](std::string_view ending) { return rest.ends_with(ending); });
}

// A path in a link or an address ("href=\"/opt/a.js\"", "https://host/opt/a.js") is not one of the
// server's files.
bool begins_path(std::string_view before) {
  if (before.empty()) return true;
  const char c = before.back();
  if (c == '"' || c == '\'') return before.size() < 2 || before[before.size() - 2] != '=';
  return is_space(c) || c == '(' || c == '>' || c == '[' || c == '`';
}

bool names_source_file(std::string_view text, std::string_view requested) {
  for (const std::string_view root : kRoots) {
    for (auto at = text.find(root); at != kNowhere; at = text.find(root, at + 1)) {
      const std::string_view rest = text.substr(at);
      if (requested.starts_with(root) && rest.starts_with(requested)) continue;
      if (begins_path(text.substr(0, at)) && ends_as_source(rest)) return true;
    }
  }
  return false;
}

}  // namespace

bool reveals_source(std::string_view text, const Request& request) {
  const auto has = [&](std::string_view sign) { return text.find(sign) != kNowhere; };
  if (std::ranges::any_of(kSigns, has)) return true;
  const auto has_line = [&](std::string_view sign) {
    return any_after(text, sign, begins_with_digit);
  };
  if (std::ranges::any_of(kBeforeLine, has_line)) return true;
  if (any_after(text, ".rs:", begins_with_line_and_column)) return true;
  for (const std::string_view sign : {"   at ", "\tat ", "\\tat "}) {
    if (any_after(text, sign, begins_with_frame)) return true;
  }
  const std::string_view target = request.url.target;
  return names_source_file(text, target.substr(0, target.find('?')));
}

}  // namespace slotflow
