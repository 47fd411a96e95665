#include "report/curl_command.h"

#include "report/escape.h"

namespace slotflow {

namespace {

// A word as a POSIX shell reads it back.
std::string shell_word(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

// The format with which printf writes `body`: what a terminal might take for a command, and what a
// shell's word cannot hold, is in octal.
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

// 10 or 0.25, as curl wants it.
std::string seconds(Duration d) {
  std::string text = std::to_string(static_cast<double>(d.count()) / 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

std::string curl_command(const Request& request, bool insecure, const std::string& ca_file) {
  std::string command =
      "curl --disable --silent --show-error --include --globoff --path-as-is \\\n  --noproxy '*' "
      "--max-time " +
      seconds(request.timeout);
  if (request.method != "POST") command += " --request " + request.method;
  if (insecure) command += " --insecure";
  if (!ca_file.empty()) command += " --cacert " + shell_word(ca_file);
  for (const Header& header : request.headers) {
    const std::string separator = header.value.empty() ? ";" : ": ";  // curl's way to say "empty"
    command += " \\\n  --header " + shell_word(header.name + separator + header.value);
  }
  // A leading @ would name a file.
  const bool piped = request.body.starts_with('@') || safe_text(request.body) != request.body;
  if (!request.body.empty() || request.method == "POST") {
    command += " \\\n  --data-binary " + (piped ? "@-" : shell_word(request.body));
  }
  command += " \\\n  " + shell_word(request.url.to_string());
  return piped ? "printf -- " + printf_format(request.body) + " | " + command : command;
}

}  // namespace slotflow
