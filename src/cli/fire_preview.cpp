#include "cli/fire_options.h"
#include "engine/http_head.h"
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

std::string curl_command(const FireOptions& options, const Request& request) {
  std::string command =
      "curl --disable --silent --show-error --include --globoff --path-as-is \\\n  --noproxy '*' "
      "--max-time " +
      seconds(options.timeout);
  if (options.tls.insecure) command += " --insecure";
  if (!options.tls.ca_file.empty()) command += " --cacert " + shell_word(options.tls.ca_file);
  for (const Header& header : request.headers) {
    const std::string separator = header.value.empty() ? ";" : ": ";  // curl's way to say "empty"
    command += " \\\n  --header " + shell_word(header.name + separator + header.value);
  }
  // A leading @ would name a file.
  const bool piped = request.body.starts_with('@') || safe_text(request.body) != request.body;
  command += " \\\n  --data-binary " + (piped ? "@-" : shell_word(request.body));
  command += " \\\n  " + shell_word(request.url.to_string());
  return piped ? "printf -- " + printf_format(request.body) + " | " + command : command;
}

RequestPreview preview_of(const FireOptions& options, const Request& request) {
  const std::string wire = wire_bytes(request);
  const auto parsed = parse_head(wire.substr(0, head_end(wire)));
  const auto& head = std::get<HttpHead>(parsed);  // written by our own client
  RequestPreview shown{
      request.url.to_string(), head.method, head.target, head.headers, request.body, std::nullopt};
  if (options.curl) shown.curl = curl_command(options, request);
  return shown;
}

}  // namespace

void preview(const FireOptions& options, const std::vector<Lane>& lanes, Context& context) {
  for (const Lane& lane : lanes) {
    for (const Delivery& delivery : lane) {
      const Request request = signed_request(delivery, context.clock.now());
      context.reporter->previewed(preview_of(options, request));
    }
  }
}

}  // namespace slotflow
