#include "report/exchange_text.h"

#include "domain/utf8.h"
#include "report/deliveries.h"
#include "report/escape.h"
#include "report/message_text.h"

namespace slotflow {

namespace {

constexpr std::string_view kNoteIndent = "    ";
constexpr std::size_t kMostHeaders = 100;
constexpr std::size_t kMostOfName = 1000;       // characters
constexpr std::size_t kMostOfValue = 4096;      // characters
constexpr std::size_t kMostOfStartLine = 8192;  // characters

MessageLayout layout_of(std::string_view prefix) {
  return {prefix, kNoteIndent, kMostHeaders, kMostOfName, kMostOfValue};
}

// A header section that the program has written itself.
struct WrittenHead {
  std::string_view start_line;
  std::vector<Header> headers;
};

// Returns what the whole lines in `head` contain.
WrittenHead taken_apart(std::string_view head) {
  constexpr std::string_view kEnd = "\r\n";
  constexpr std::string_view kSeparator = ": ";
  WrittenHead taken;
  for (auto end = head.find(kEnd); end != std::string_view::npos; end = head.find(kEnd)) {
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + kEnd.size());
    const auto separator = line.find(kSeparator);
    if (taken.start_line.empty()) {
      taken.start_line = line;
    } else if (separator != std::string_view::npos) {
      taken.headers.push_back({std::string(line.substr(0, separator)),
                               std::string(line.substr(separator + kSeparator.size()))});
    }
  }
  return taken;
}

// Bytes that were not sent are not shown.
std::string sent_text(const RequestBytes& request, std::size_t sent, const Style& style) {
  const MessageLayout layout = layout_of("    > ");
  if (sent == 0) return message_note("the request was not sent", layout, style);
  const WrittenHead head = taken_apart(std::string_view(request.head).substr(0, sent));
  std::string text;
  if (!head.start_line.empty()) {
    text += message_line(safe_excerpt(head.start_line, kMostOfStartLine), layout);
  }
  text += message_headers(head.headers, layout, style);
  if (sent >= request.head.size()) {
    const std::size_t body_sent = sent - request.head.size();
    const std::string_view body = utf8_prefix(request.body, body_sent);
    if (request.body.empty() && request.size > request.head.size()) {
      text += message_note("the body is the payload", layout, style);
    } else {
      if (!body.empty() || sent == request.size) text += message_body(body, layout, style);
      if (body.size() < body_sent) text += message_cut(body.size(), layout, style);
    }
  }
  if (sent >= request.size) return text;
  return text + message_note("only " + std::to_string(sent) + " of the " +
                                 std::to_string(request.size) + " bytes of the request were sent",
                             layout, style);
}

std::string response_text(const Response& response, const Style& style) {
  const MessageLayout layout = layout_of("    < ");
  std::string status =
      "HTTP/1." + std::to_string(response.minor_version) + ' ' + std::to_string(response.status);
  if (!response.reason.empty()) status += ' ' + safe_excerpt(response.reason, kMostOfValue);
  std::string text =
      message_line(status, layout) + message_headers(response.headers, layout, style);
  const std::string_view body = utf8_prefix(response.body, kMaxResponseShown);
  text += message_body(body, layout, style);
  if (response.cut || body.size() < response.body.size()) {
    text += message_cut(body.size(), layout, style);
  }
  return text;
}

std::string missing_response_text(const Failure& failure, const Style& style) {
  const MessageLayout layout = layout_of("    < ");
  if (failure.kind == FailureKind::bad_response) {
    return message_note("the response is not valid HTTP, and is not shown", layout, style);
  }
  const bool began = failure.stage == Stage::head || failure.stage == Stage::body;
  return message_note(began ? "the response is not complete, and is not shown" : "no response",
                      layout, style);
}

}  // namespace

std::string exchange_text(const Attempt& attempt, const Style& style) {
  if (!attempt.request) return "";
  const Reply& reply = attempt.reply;
  const std::string sent = sent_text(*attempt.request, reply.sent, style);
  if (const Response* response = reply.response()) return sent + response_text(*response, style);
  return reply.sent == 0 ? sent : sent + missing_response_text(*reply.failure(), style);
}

}  // namespace slotflow
