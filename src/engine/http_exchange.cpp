#include "engine/http_exchange.h"

#include "domain/status_text.h"

namespace slotflow {

namespace {

std::string status_line(int status) {
  std::string line = "HTTP/1.1 " + status_text(status);
  // A code without a reason still has the space before it (RFC 9112, section 4).
  if (line.size() == std::string_view("HTTP/1.1 200").size()) line += ' ';
  return line += "\r\n";
}

}  // namespace

Framing framing_of(const HttpHead& head) {
  return {head.keep_alive, head.method == "HEAD"};
}

std::string wire_text(const HttpAnswer& answer, const Framing& framing) {
  std::string text = status_line(answer.status);
  if (!framing.keep_alive) text += "Connection: close\r\n";
  for (const Header& header : answer.headers) {
    text.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  // RFC 9110, sections 8.6, 15.3.5 and 15.4.5: the client would take a body for the next answer.
  const bool has_body = answer.status != 204 && answer.status != 304 && !framing.is_head;
  if (!has_body) return text += "\r\n";
  text += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n";
  return text += answer.body;
}

std::string refusal_text(int status, const std::string& reason) {
  HttpAnswer answer;
  answer.status = status;
  answer.headers = {{"Content-Type", "text/plain"}};
  answer.body = reason + "\n";
  return wire_text(answer, {.keep_alive = false});
}

}  // namespace slotflow
