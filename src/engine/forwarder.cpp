#include "engine/forwarder.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace slotflow {

namespace {

constexpr std::size_t kMaxAnswer = 16 * 1024 * 1024;  // bytes of body

bool same_name(std::string_view a, std::string_view b) {
  return find_header({{std::string(a), ""}}, b).has_value();
}

// RFC 9110, section 7.6.1, and what each of our two connections says for itself.
bool is_of_connection(const Header& header, const std::vector<Header>& all) {
  constexpr std::array<std::string_view, 9> kNames{
      "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Transfer-Encoding",
      "TE",         "Trailer",    "Upgrade",          "Content-Length"};
  if (std::ranges::any_of(kNames, [&](auto name) { return same_name(header.name, name); })) {
    return true;
  }
  return std::ranges::any_of(all, [&](const Header& other) {
    return same_name(other.name, "Connection") && lists_token(other.value, header.name);
  });
}

std::vector<Header> end_to_end(const std::vector<Header>& headers) {
  std::vector<Header> result;
  for (const Header& header : headers) {
    if (!is_of_connection(header, headers)) result.push_back(header);
  }
  return result;
}

std::string target_of(const Url& url, const std::string& received) {
  // A request may name its target with scheme and host too (RFC 9112, section 3.2.2).
  const auto authority = received.starts_with('/') ? std::string::npos : received.find("://");
  if (authority != std::string::npos) {
    const auto path = received.find('/', authority + 3);
    return target_of(url, path == std::string::npos ? "/" : received.substr(path));
  }
  const auto query = received.find('?');
  if (url.target == "/") return received.starts_with('/') ? received : "/";
  if (query == std::string::npos) return url.target;
  const char joint = url.target.find('?') == std::string::npos ? '?' : '&';
  return url.target + joint + received.substr(query + 1);
}

}  // namespace

Forwarder::Forwarder(ForwardOptions options, const Interrupt& interrupt)
    : options_(std::move(options)), transport_(options_.tls, interrupt) {}

Reply Forwarder::forward(const HttpRequest& request) {
  Request out;
  out.method = request.head.method;
  out.url = options_.target;
  out.url.target = target_of(options_.target, request.head.target);
  for (Header& header : end_to_end(request.head.headers)) {
    const bool answered_here = same_name(header.name, "Host") || same_name(header.name, "Expect");
    if (!answered_here) out.headers.push_back(std::move(header));
  }
  out.body = request.body;
  out.timeout = options_.timeout;
  out.max_response_body = kMaxAnswer;
  return transport_.send(out);
}

HttpAnswer passed_on(Reply reply) {
  HttpAnswer answer;
  auto* response = std::get_if<Response>(&reply.result);
  if (response != nullptr && response->cut) {
    answer.status = 502;
    answer.headers = {{"Content-Type", "text/plain"}};
    answer.body = "the answer of the handler behind this receiver is over 16 MiB\n";
    return answer;
  }
  if (response != nullptr) {
    answer.status = response->status;
    answer.headers = end_to_end(response->headers);
    answer.body = std::move(response->body);
    return answer;
  }
  const Failure& failure = std::get<Failure>(reply.result);
  answer.status = failure.kind == FailureKind::timeout ? 504 : 502;
  answer.headers = {{"Content-Type", "text/plain"}};
  answer.body =
      "the handler behind this receiver gave no answer: " + std::string(to_string(failure.kind)) +
      "\n";
  return answer;
}

}  // namespace slotflow
