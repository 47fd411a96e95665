#include "receive/forwarder.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>
#include <utility>

#include "domain/ascii.h"
#include "domain/utf8.h"
#include "http/text.h"
#include "net/connect.h"
#include "system/entropy.h"

namespace slotflow {

namespace {

constexpr Duration kUntilNextTry{20};

// Returns the names, in lower case, of the headers that apply only to one connection (RFC 9110,
// section 7.6.1): the fixed ones, and those that Connection lists.
std::set<std::string, std::less<>> names_of_connection(const std::vector<Header>& headers) {
  std::set<std::string, std::less<>> names{
      "connection", "keep-alive",        "proxy-connection", "proxy-authenticate",
      "te",         "transfer-encoding", "trailer",          "upgrade"};
  for (const Header& header : headers) {
    if (!same_without_case(header.name, "Connection")) continue;
    for (std::string_view list = header.value; !list.empty();) {
      names.insert(lower_case(http::next_element(list)));
    }
  }
  return names;
}

// Passes on a repeated Content-Length once (RFC 9110, section 8.6).
std::vector<Header> end_to_end(const std::vector<Header>& headers) {
  const auto left_out = names_of_connection(headers);
  std::vector<Header> result;
  bool has_length = false;
  for (const Header& header : headers) {
    if (left_out.contains(lower_case(header.name))) continue;
    std::string_view value = header.value;
    if (same_without_case(header.name, "Content-Length")) {
      if (std::exchange(has_length, true)) continue;
      value = http::next_element(value);
    }
    result.push_back({header.name, std::string(value)});
  }
  return result;
}

// RFC 9112, section 3.2.4: the target is the whole server, as with "*".
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
    if (same_without_case(header.name, "Expect")) continue;  // the receiver has sent 100 (Continue)
    if (same_without_case(header.name, "Host")) header.value = out.url.authority();
    out.headers.push_back(std::move(header));
  }
  const char* const version = request.head.minor_version == 0 ? "1.0 " : "1.1 ";
  out.headers.push_back({"Via", version + id_});
  out.body = std::move(request.body);
  out.timeout = options_.timeout;
  out.max_response_body = kMaxHandlerBody;
  Deadline deadline(loop_);
  deadline.set_from_now(options_.timeout);
  // A shortage may be over when other connections have ended.
  for (bool in_time = true; in_time && !stopped_;) {
    try {
      co_return co_await client_.send(out);
    } catch (const Shortage&) {
    }
    in_time = co_await deadline.wait(kUntilNextTry);
  }
  co_return std::nullopt;
}

void Forwarder::stop() {
  stopped_ = true;
  client_.interrupt();
}

Reply beginning_of(const Reply& reply) {
  const Response* response = reply.response();
  if (response == nullptr) return reply;
  Response kept;
  kept.status = response->status;
  kept.reason = response->reason;
  kept.headers = response->headers;
  kept.body = utf8_prefix(response->body, kHandlerBodyKept);
  kept.cut = response->cut || kept.body.size() < response->body.size();
  return {.result = std::move(kept),
          .address = reply.address,
          .duration = reply.duration,
          .certificate_until = reply.certificate_until};
}

http::OutgoingResponse passed_on(std::optional<Reply> reply) {
  if (!reply)
    return http::text_response(503, "this receiver has no descriptor left for a connection\n");
  auto* received = std::get_if<Response>(&reply->result);
  if (received != nullptr && received->cut) {
    return http::text_response(
        502, std::string("the response of the handler behind this receiver cannot "
                         "be passed on: ") +
                 kHandlerBodyTooLarge + "\n");
  }
  if (received != nullptr) {
    http::OutgoingResponse response;
    response.status = received->status;
    response.reason = std::move(received->reason);
    response.headers = end_to_end(received->headers);
    if (received->status == 204) {  // RFC 9110, section 8.6
      std::erase_if(response.headers, [](const Header& header) {
        return same_without_case(header.name, "Content-Length");
      });
    }
    response.body = std::move(received->body);
    return response;
  }
  const Failure& failure = std::get<Failure>(reply->result);
  return http::text_response(failure.kind == FailureKind::timeout ? 504 : 502,
                             "the handler behind this receiver gave no response: " +
                                 std::string(to_string(failure.kind)) + "\n");
}

}  // namespace slotflow
