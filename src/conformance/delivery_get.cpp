#include "conformance/delivery_get.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "conformance/driver.h"
#include "domain/ascii.h"
#include "domain/status_text.h"

namespace slotflow::delivery {

namespace {

// Returns `body` with each word that has a digit in it replaced: it can be an id, a time or a
// counter, which differ from response to response.
std::string without_ids(std::string_view body) {
  constexpr std::string_view kBetweenWords = " \t\r\n\"'<>()[]{},;";
  std::string out;
  while (!body.empty()) {
    const auto size = std::min(body.find_first_of(kBetweenWords), body.size());
    const std::string_view word = body.substr(0, size);
    out += std::ranges::any_of(word, is_digit) ? "#" : word;
    body.remove_prefix(size);
    if (body.empty()) break;
    out += body.front();
    body.remove_prefix(1);
  }
  return out;
}

bool are_alike(const Response& a, const Response& b) {
  return a.status == b.status && without_ids(a.body) == without_ids(b.body);
}

}  // namespace

// RFC 9110, section 9.3.1: GET is for retrieval; Slotflow sends its events with POST. 501 is for a
// method that the server does not know (section 15.6.2).
Finding get(Driver& driver) {
  Request request = driver.request("", std::nullopt);
  request.method = "GET";
  const Reply reply = driver.send(request);
  const int status = status_of(reply);
  if (is_client_error(status) || status == 501)
    return passed(describe(reply, driver.subject().timeout));
  // Some have a page for people or health checks at the same URL.
  if (reply.delivered() && !are_alike(*reply.response(), *driver.baseline().response())) {
    return passed(describe(reply, driver.subject().timeout) + ", not the response to an event");
  }
  return failed("405 or another 4xx status", describe(reply, driver.subject()), request);
}

}  // namespace slotflow::delivery
