#include "report/curl_command.h"

#include <algorithm>

#include "domain/ascii.h"
#include "domain/quote.h"
#include "report/escape.h"

namespace slotflow {

namespace {

// Returns the format with which printf writes `body`. Bytes that a terminal would interpret or that
// a shell's word cannot contain are in octal.
std::string printf_format(const std::string& body) {
  std::string format;
  for (const char c : body) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) {
      const char octal[] = {'\\', static_cast<char>('0' + byte / 64),
                            static_cast<char>('0' + byte / 8 % 8),
                            static_cast<char>('0' + byte % 8), '\0'};
      format += octal;
    } else if (c == '\\') {
      format += "\\\\";
    } else if (c == '%') {
      format += "%%";
    } else {
      format += c;
    }
  }
  return shell_word(format);
}

// Returns seconds as curl expects them: 10 or 0.25.
std::string curl_seconds(Duration d) {
  std::string text = std::to_string(static_cast<double>(d.count()) / 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

constexpr std::string_view kCurl = "curl --disable";
constexpr std::size_t kMaxShown = 16 * 1024;  // bytes of bodies

// Returns true if `body` can be a shell's word as it is, and curl does not read it as a file's
// name. Linux allows 128 KiB for a word.
bool is_plain_body(const std::string& body) {
  constexpr std::size_t kLongestWord = 100UL * 1024;
  return !body.starts_with('@') && body.size() <= kLongestWord && safe_text(body) == body;
}

// Returns "$HEADER_X_API_KEY".
std::string variable_for(const std::string& header) {
  std::string name = "$HEADER_";
  for (const char c : header) {
    name += is_letter_or_digit(c) ? upper_case(c) : '_';
  }
  return name;
}

std::string header_argument(const Header& header, const CurlOptions& options) {
  if (std::ranges::find(options.hidden, header) != options.hidden.end()) {
    // Only the value is for the shell to fill in: a name can have characters such as a backtick.
    return shell_word(header.name + ": ") + "\"" + variable_for(header.name) + "\"";
  }
  const std::string separator = header.value.empty() ? ";" : ": ";  // curl's way to say "empty"
  return shell_word(header.name + separator + header.value);
}

// Returns the arguments of one request: they follow kCurl, and again after --next. A body that is
// not plain comes from a pipe.
std::string arguments(const Request& request, const CurlOptions& options) {
  std::string text =
      " --silent --show-error --include --globoff --path-as-is \\\n  --noproxy '*' --max-time " +
      curl_seconds(request.timeout);
  if (request.method != "POST") text += " --request " + shell_argument(request.method);
  if (options.tls.insecure) text += " --insecure";
  if (!options.tls.ca_file.empty()) text += " --cacert " + shell_word(options.tls.ca_file);
  for (const Header& header : request.headers) {
    text += " \\\n  --header " + header_argument(header, options);
  }
  if (request.in_chunks) text += " \\\n  --header 'Transfer-Encoding: chunked'";
  if (!request.body.empty() || request.method == "POST") {
    text +=
        " \\\n  --data-binary " + (is_plain_body(request.body) ? shell_word(request.body) : "@-");
  }
  return text + " \\\n  " + shell_word(request.url.to_string());
}

}  // namespace

std::string curl_command(const Request& request, const CurlOptions& options) {
  std::string command = std::string(kCurl) + arguments(request, options);
  if (is_plain_body(request.body)) return command;
  return "printf -- " + printf_format(request.body) + " | " + command;
}

std::optional<std::string> curl_commands(const Evidence& evidence, CurlOptions options) {
  if (evidence.verify) options.tls.insecure = false;
  std::size_t size = 0;
  bool plain = true;
  for (const Request& request : evidence.requests) {
    size += request.body.size();
    plain = plain && is_plain_body(request.body);
  }
  if (evidence.requests.empty() || size > kMaxShown) return std::nullopt;
  std::string text;
  switch (evidence.manner) {
    case Evidence::Manner::one_by_one:
      for (const Request& request : evidence.requests) {
        text += (text.empty() ? "" : "\n") + curl_command(request, options);
      }
      return text;
    case Evidence::Manner::on_one_connection:
      if (!plain) return std::nullopt;  // there is one pipe to read from, and more than one body
      for (const Request& request : evidence.requests) {
        text += (text.empty() ? std::string(kCurl) : " \\\n  --next") + arguments(request, options);
      }
      return text;
    case Evidence::Manner::at_once:
      text = "for copy in";
      for (std::size_t i = 1; i <= evidence.requests.size(); ++i) text += " " + std::to_string(i);
      return text + "; do\n" + curl_command(evidence.requests.front(), options) + " &\ndone; wait";
  }
  return std::nullopt;
}

}  // namespace slotflow
