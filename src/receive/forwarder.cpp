#include "receive/forwarder.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>
#include <utility>

#include "domain/ascii.h"
#include "engine/entropy.h"
#include "net/connect.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxResponse = 1024 * 1024;  // bytes of body
constexpr std::string_view kVersion = "1.1 ";      // in front of an id in Via
constexpr Duration kUntilNextTry{20};

// The names, in lower case, of the headers that are about one connection alone (RFC 9110, section
// 7.6.1): those that always are, and those that Connection lists.
std::set<std::string, std::less<>> names_of_connection(const std::vector<Header>& headers) {
  std::set<std::string, std::less<>> names{
      "connection", "keep-alive",        "proxy-connection", "proxy-authenticate",
      "te",         "transfer-encoding", "trailer",          "upgrade"};
  for (const Header& header : headers) {
    if (!same_without_case(header.name, "Connection")) continue;
    const std::string list = lower_case(header.value);
    for (std::size_t begin = 0; begin < list.size();) {
      const auto end = std::min(list.find(',', begin), list.size());
      const auto first = list.find_first_not_of(" \t", begin);
      const auto last = list.find_last_not_of(" \t,", end);
      if (first < end && last != std::string::npos && last >= first) {
        names.insert(list.substr(first, last - first + 1));
      }
      begin = end + 1;
    }
  }
  return names;
}

std::vector<Header> end_to_end(const std::vector<Header>& headers) {
  const auto left_out = names_of_connection(headers);
  std::vector<Header> result;
  for (const Header& header : headers) {
    if (!left_out.contains(lower_case(header.name))) result.push_back(header);
  }
  return result;
}

// RFC 9112, section 3.2.4: the whole server is meant, as with "*".
bool means_server(std::string_view method, std::string_view target) {
  const auto scheme = target.find("://");
  return method == "OPTIONS" && !target.starts_with('/') && scheme != std::string_view::npos &&
         target.find_first_of("/?", scheme + 3) == std::string_view::npos;
}

std::string target_of(const Url& url, std::string_view method, std::string_view received) {
  std::string origin = means_server(method, received) ? "*" : http::origin_form(received);
  if (url.target == "/") return origin;
  const auto query = origin.find('?');
  if (query == std::string::npos) return url.target;
  const char joint = url.target.find('?') == std::string::npos ? '?' : '&';
  return url.target + joint + origin.substr(query + 1);
}

}  // namespace

Forwarder::Forwarder(EventLoop& loop, ForwardOptions options)
    : options_(std::move(options)),
      loop_(loop),
      client_(loop, options_.tls),
      id_("slotflow-hooks-" + new_uuid()) {}

bool Forwarder::has_seen(const std::vector<Header>& headers) const {
  return std::ranges::any_of(headers, [&](const Header& header) {
    return same_without_case(header.name, "Via") && header.value.find(id_) != std::string::npos;
  });
}

asio::awaitable<std::optional<Reply>> Forwarder::forward(http::IncomingRequest& request) {
  Request out;
  out.method = request.head.method;
  out.url = options_.target;
  out.url.target = target_of(options_.target, out.method, request.head.target);
  for (Header& header : end_to_end(request.head.headers)) {
    if (same_without_case(header.name, "Expect")) continue;  // it was answered here
    if (same_without_case(header.name, "Host")) header.value = out.url.authority();
    out.headers.push_back(std::move(header));
  }
  out.headers.push_back({"Via", std::string(kVersion) + id_});
  out.body = std::move(request.body);
  out.timeout = options_.timeout;
  out.max_response_body = kMaxResponse;
  Deadline deadline(loop_);
  deadline.set_from_now(options_.timeout);
  // What is lacking may be there again when other connections have ended.
  for (bool in_time = true; in_time;) {
    try {
      co_return co_await client_.send(out);
    } catch (const Shortage&) {
    }
    in_time = co_await deadline.wait(kUntilNextTry);
  }
  co_return std::nullopt;
}

http::Answer passed_on(std::optional<Reply> reply) {
  if (!reply)
    return http::text_answer(503, "this receiver has no descriptor left for a connection\n");
  auto* response = std::get_if<Response>(&reply->result);
  if (response != nullptr && response->cut) {
    return http::text_answer(502, "the answer of the handler behind this receiver is over 1 MiB\n");
  }
  if (response != nullptr) {
    http::Answer answer;
    answer.status = response->status;
    answer.reason = std::move(response->reason);
    answer.headers = end_to_end(response->headers);
    answer.body = std::move(response->body);
    return answer;
  }
  const Failure& failure = std::get<Failure>(reply->result);
  return http::text_answer(failure.kind == FailureKind::timeout ? 504 : 502,
                           "the handler behind this receiver gave no answer: " +
                               std::string(to_string(failure.kind)) + "\n");
}

}  // namespace slotflow
