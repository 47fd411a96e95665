#include "conformance/leaked_source.h"

#include <algorithm>
#include <array>
#include <string>

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
     "node_modules\\", "node:internal/", "site-packages/", "dist-packages/", "ruby/gems/",
     "/vendor/bundle/", "phar://", "--> src/", "/runtime/panic.go"});

// Before the number of a line. Each ends with one of the characters in is_line_number().
constexpr auto kBeforeLine = std::to_array<std::string_view>(
    {// JavaScript, TypeScript
     ".js:", ".mjs:", ".cjs:", ".ts:",
     // Python: in text, in HTML and in JSON
     ".py\", line ", ".py&quot;, line ", ".py&#34;, line ", ".py\\\", line ",
     // Ruby, Elixir, Erlang, Lua
     ".rb:", "config.ru:", ".ex:", ".exs:", ".erl:", ".lua:",
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

// Removes the digits that `text` begins with. Returns whether there were any.
bool remove_digits(std::string_view& text) {
  const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(end);
  return end > 0;
}

// Returns true for "12:5": ".rs" is a country, too, and "example.rs:8080" is a host.
bool begins_with_line_and_column(std::string_view text) {
  if (!remove_digits(text) || !text.starts_with(':')) return false;
  return begins_with_digit(text.substr(1));
}

// Returns true for "12:in": ".ru" is a country, too.
bool begins_with_line_of_ruby(std::string_view text) {
  return remove_digits(text) && text.starts_with(":in ");
}

// Returns true if the number that begins at text[at] is that of a line in a source file.
bool is_line_number(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  if (before.empty() || std::string_view(": >(").find(before.back()) == kNowhere) return false;
  const auto ends_with = [&](std::string_view sign) { return before.ends_with(sign); };
  if (std::ranges::any_of(kBeforeLine, ends_with)) return true;
  if (before.ends_with(".rs:")) return begins_with_line_and_column(text.substr(at));
  return before.ends_with(".ru:") && begins_with_line_of_ruby(text.substr(at));
}

// Looks at each number once, because a text can be full of what precedes one.
bool has_line_number(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  for (auto at = text.find_first_of(kDigits); at != kNowhere;
       at = text.find_first_of(kDigits, text.find_first_not_of(kDigits, at))) {
    if (is_line_number(text, at)) return true;
  }
  return false;
}

// Returns true for "rack-2.2.4/lib/rack.rb": a shop can have a page "/gems/rubies".
bool begins_with_gem(std::string_view text) {
  constexpr std::size_t kLongest = 100;
  text = text.substr(0, kLongest);
  const auto slash = text.find('/');
  return slash != kNowhere && text.substr(slash).starts_with("/lib/") &&
         any_after(text.substr(0, slash), "-", begins_with_digit);
}

// Returns true if a line begins after `before`, apart from blanks. In JSON, "\n" is its end.
bool ends_with_line(std::string_view before) {
  while (!before.empty() && is_blank(before.back())) before.remove_suffix(1);
  return before.empty() || before.ends_with("\\n") ||
         std::string_view("\n\r>\"'").find(before.back()) != kNowhere;
}

// Returns true if ":10:5", the place of a frame, is in `text`, but not for the time "9:10:15".
bool has_line_and_column(std::string_view text) {
  for (auto at = text.find(':', 1); at != kNowhere; at = text.find(':', at + 1)) {
    if (!is_digit(text[at - 1]) && begins_with_line_and_column(text.substr(at + 1))) return true;
  }
  return false;
}

// Returns true for "com.shop.Hook.post(Hook.java:12)" and "Shop.Hook.Post()".
bool begins_with_call(std::string_view text) {
  const std::string_view name = text.substr(0, text.find_first_of(" \t("));
  return text.substr(name.size()).starts_with('(') && name.find('.') != kNowhere;
}

// Returns true for the rest of a frame, as in "    at Object.<anonymous> (/srv/app.js:10:5)" or
// "   at Shop.Hook.Post()", but not for prose, as in "    at 10:15 UTC".
bool begins_with_frame(std::string_view text) {
  constexpr std::size_t kLongest = 300;
  text = text.substr(0, kLongest);
  text = text.substr(0, std::min(text.find('\n'), text.find("\\n")));
  if (text.empty()) return false;
  if (!is_letter(text.front()) && std::string_view("_$</").find(text.front()) == kNowhere) {
    return false;
  }
  return begins_with_call(text) || has_line_and_column(text);
}

bool has_frame(std::string_view text) {
  constexpr std::string_view kAt = "at ";
  for (const std::string_view blank : {"   ", "\t", "\\t"}) {
    const std::string sign = std::string(blank) + std::string(kAt);
    for (auto at = text.find(sign); at != kNowhere; at = text.find(sign, at + 1)) {
      if (ends_with_line(text.substr(0, at)) && begins_with_frame(text.substr(at + sign.size()))) {
        return true;
      }
    }
  }
  return false;
}

constexpr auto kRoots = std::to_array<std::string_view>({"/home/", "/Users/", "/root/", "/srv/",
                                                         "/var/www/", "/usr/lib/", "/usr/local/",
                                                         "/usr/src/", "/opt/", "/var/task/"});

// Those of containers, which are also usual in the URLs of sites.
constexpr auto kSharedRoots =
    std::to_array<std::string_view>({"/app/", "/code/", "/workspace/", "/workspaces/"});

constexpr auto kExtensions = std::to_array<std::string_view>(
    {".js", ".mjs", ".cjs", ".ts", ".py", ".rb", ".ru", ".php", ".java", ".kt", ".jar", ".go",
     ".rs", ".cs", ".ex", ".psgi", ".pl", ".pm"});

// A path in a link or an address ("href=\"/opt/a.js\"", "https://host/opt/a.js") is not one of the
// server's files.
bool begins_path(std::string_view before) {
  if (before.empty()) return true;
  const char c = before.back();
  if (c == '"' || c == '\'') return before.size() < 2 || before[before.size() - 2] != '=';
  return is_space(c) || c == '(' || c == '>' || c == '[' || c == '`';
}

// As above, for a path of kSharedRoots: in quotes it must follow a blank, as in a sentence. The
// scripts of a page are in quotes, too ("import('/app/a.js')", "[\"/app/a.js\"]").
bool begins_shared_path(std::string_view before) {
  if (!begins_path(before)) return false;
  const bool is_quoted = before.ends_with('"') || before.ends_with('\'');
  return !is_quoted || before.size() < 2 || is_space(before[before.size() - 2]);
}

// Returns true if `root` begins a path in text[begin, end), a word, after what `begins` accepts.
template <typename Begins>
bool has_path(std::string_view text, std::size_t begin, std::size_t end, std::string_view root,
              std::string_view requested, Begins begins) {
  const std::string_view word = text.substr(0, end);
  for (auto at = word.find(root, begin); at != kNowhere; at = word.find(root, at + 1)) {
    const bool was_asked_for =
        requested.starts_with(root) && word.substr(at).starts_with(requested);
    if (!was_asked_for && begins(word.substr(0, at))) return true;
  }
  return false;
}

// Returns true for the drive's letter and the colon of "C:\shop\hook.py".
bool ends_with_drive(std::string_view before) {
  constexpr std::size_t kSize = 2;
  if (before.size() < kSize || !before.ends_with(':')) return false;
  before.remove_suffix(1);
  return is_letter(before.back()) && begins_path(before.substr(0, before.size() - 1));
}

// Looks at each word once, however many paths seem to begin in it.
bool names_source_file(std::string_view text, std::string_view requested) {
  constexpr std::string_view kBetween = " \t\r\n\"'<>():,?&";
  for (std::size_t begin = text.find_first_not_of(kBetween); begin != kNowhere;) {
    const std::size_t end = std::min(text.find_first_of(kBetween, begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    const bool is_source = std::ranges::any_of(
        kExtensions, [&](std::string_view ending) { return word.ends_with(ending); });
    if (is_source) {
      if (word.starts_with('\\') && ends_with_drive(text.substr(0, begin))) return true;
      const auto begins = [&](std::string_view root) {
        return has_path(text, begin, end, root, requested, begins_path);
      };
      if (std::ranges::any_of(kRoots, begins)) return true;
      const auto begins_shared = [&](std::string_view root) {
        return has_path(text, begin, end, root, requested, begins_shared_path);
      };
      if (std::ranges::any_of(kSharedRoots, begins_shared)) return true;
    }
    begin = text.find_first_not_of(kBetween, end);
  }
  return false;
}

}  // namespace

bool reveals_source(std::string_view text, const Request& request) {
  const auto has = [&](std::string_view sign) { return text.find(sign) != kNowhere; };
  if (std::ranges::any_of(kSigns, has)) return true;
  if (has_line_number(text)) return true;
  if (any_after(text, "/gems/", begins_with_gem)) return true;
  if (has_frame(text)) return true;
  const std::string_view target = request.url.target;
  return names_source_file(text, target.substr(0, target.find('?')));
}

}  // namespace slotflow
