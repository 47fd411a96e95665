// Whether responses reveal confidential information.
#include <array>

#include "conformance/driver.h"
#include "domain/ascii.h"
#include "domain/base64.h"
#include "domain/secret.h"
#include "domain/signature.h"

namespace slotflow::leaks {

namespace {

constexpr std::string_view kSource = "OWASP, Improper Error Handling";

// Requests that provoke error responses: no, wrong and malformed signature; signed body that is not
// JSON; signed JSON that is not an event; a GET; and one valid event.
std::vector<Request> provocations(Driver& driver) {
  const std::string body = driver.event().dump();
  const std::string now = std::to_string(driver.now_seconds());
  Request get = driver.request("", std::nullopt);
  get.method = "GET";
  return {
      driver.request(body, std::nullopt),
      driver.request(body, "t=" + now + ",v1=" + std::string(64, '0')),
      driver.request(body, "t=" + now + ",v1=00"),
      driver.request(body, "nonsense"),
      driver.request("{\"event\": "),
      driver.request("[]"),
      driver.request("{\"event\": \"booking.confirmed\", \"data\": null}"),
      driver.request(body),
      get,
  };
}

// Sends the provocations and passes the text of each response, headers included, to `find`,
// together with the request. `find` returns what must not be there, or an empty string.
template <class Find>
Finding none_has(Driver& driver, const std::string& expected, Find find) {
  std::string not_searched;
  for (const Request& request : provocations(driver)) {
    const Reply reply = driver.send(request);
    const Response* response = reply.response();
    if (response == nullptr) {
      // Another check reports that.
      not_searched = "a request got no response, so not every response could be searched";
      // To wait for the others, too, would take as long again.
      if (has_failed(reply, FailureKind::timeout)) break;
      continue;
    }
    if (response->cut) {
      not_searched = "a response was longer than 64 KiB, so not all of it could be searched";
    }
    std::string text = response->body;
    for (const Header& header : response->headers) text += "\n" + header.value;
    const std::string found = find(text, request);
    if (!found.empty()) {
      return failed(expected, std::to_string(response->status) + " with " + found, request);
    }
  }
  return not_searched.empty() ? passed() : skipped(not_searched);
}

// The secret is as useful without its prefix or in base64.
Finding secret(Driver& driver) {
  const std::string& secret = *driver.subject().secret;
  constexpr std::size_t kEnough = 8;  // characters: fewer can occur by chance
  std::string core = secret;
  if (secret.starts_with(kSecretPrefix) && secret.size() >= kSecretPrefix.size() + kEnough) {
    core.erase(0, kSecretPrefix.size());
  }
  const std::string in_base64 = base64(secret);
  return none_has(driver, "no secret in a response", [&](const std::string& text, const Request&) {
    const bool found =
        text.find(core) != std::string::npos || text.find(in_base64) != std::string::npos;
    return found ? "the secret in it" : "";
  });
}

// An attacker who gets a handler to compute signatures does not need the secret. A signature that
// was in the request is not a leak.
Finding expected_signature(Driver& driver) {
  return none_has(driver, "no valid signature in a response",
                  [&](const std::string& text, const Request& request) -> std::string {
                    const auto header = find_header(request.headers, kSignatureHeader);
                    std::string t;
                    if (header && header->starts_with("t="))
                      t = header->substr(2, header->find(',') - 2);
                    const std::string right =
                        signature_hex(*driver.subject().secret, t, request.body);
                    if (header && header->find(right) != std::string::npos) return "";
                    const bool found = lower_case(text).find(right) != std::string::npos;
                    return found ? "the expected signature" : "";
                  });
}

Finding stack_trace(Driver& driver) {
  constexpr std::array<std::string_view, 12> kSigns{"Traceback (most recent call last)",
                                                    "   at ",
                                                    "\tat ",
                                                    ".rb:",
                                                    "panicked at ",
                                                    "stack backtrace",
                                                    "&nbsp; &nbsp;at ",
                                                    "node_modules",
                                                    ".py\", line",
                                                    "goroutine ",
                                                    "stack trace",
                                                    "Stack trace"};
  return none_has(driver, "no stack trace in a response",
                  [&](const std::string& text, const Request&) -> std::string {
                    for (const std::string_view sign : kSigns) {
                      if (text.find(sign) != std::string::npos) return "a stack trace in it";
                    }
                    return "";
                  });
}

constexpr std::string_view kRule =
    "Error messages must not reveal information that helps an attacker.";

const Check kChecks[] = {
    {{"leaks.secret", "never includes the secret in a response", Level::must, kRule, kSource,
      "respond with a status and a short text; write details to your own log, without the secret"},
     secret,
     true,
     true},
    {{"leaks.signature", "never includes the expected signature in a response", Level::must, kRule,
      kSource, "never return the expected signature: it lets an attacker sign events of their own"},
     expected_signature,
     true,
     true},
    {{"leaks.stack-trace", "never includes a stack trace in a response", Level::should, kRule,
      kSource,
      "disable the framework's debug pages (NODE_ENV=production, debug=False), and catch "
      "exceptions"},
     stack_trace},
};

}  // namespace

}  // namespace slotflow::leaks

namespace slotflow {

std::span<const Check> leaks_checks() {
  return leaks::kChecks;
}

}  // namespace slotflow
