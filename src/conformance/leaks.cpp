// Whether answers tell what nobody outside should know.
#include <array>

#include "conformance/driver.h"
#include "domain/ascii.h"
#include "domain/base64.h"
#include "domain/signature.h"

namespace slotflow {

namespace {

constexpr std::string_view kSource = "OWASP, Improper Error Handling";

// What makes handlers talk: no, a wrong and a strange signature, a signed body that is none, what
// is no event at all, and one that is taken.
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

// Looks into each answer, its headers too, for what `find` finds; `find` gets the request as well.
template <class Find>
Finding none_has(Driver& driver, const std::string& expected, Find find) {
  bool answered = false;
  for (const Request& request : provocations(driver)) {
    const Reply reply = driver.send(request);
    const Response* response = reply.response();
    if (has_failed(reply, FailureKind::timeout)) break;  // told elsewhere, and not to be repeated
    if (response == nullptr) continue;
    answered = true;
    std::string text = response->body;
    for (const Header& header : response->headers) text += "\n" + header.value;
    const std::string found = find(text, request);
    if (!found.empty()) {
      return failed(expected, std::to_string(response->status) + " with " + found, request);
    }
  }
  return answered ? passed() : skipped("nothing was answered, so there was nothing to look into");
}

// Without its prefix, and in base64, it serves as well.
Finding secret(Driver& driver) {
  const std::string& secret = *driver.subject().secret;
  constexpr std::size_t kEnough = 8;  // characters: fewer may stand there by chance
  std::string core = secret;
  if (secret.starts_with(kSecretPrefix) && secret.size() >= kSecretPrefix.size() + kEnough) {
    core.erase(0, kSecretPrefix.size());
  }
  const std::string in_base64 = base64(secret);
  return none_has(driver, "no secret in an answer", [&](const std::string& text, const Request&) {
    const bool found =
        text.find(core) != std::string::npos || text.find(in_base64) != std::string::npos;
    return found ? "the secret in it" : "";
  });
}

// Whoever can make a handler compute signatures need not know the secret. To send back one that
// came with the request tells nobody anything.
Finding expected_signature(Driver& driver) {
  return none_has(driver, "no valid signature in an answer",
                  [&](const std::string& text, const Request& request) -> std::string {
                    const auto header = find_header(request.headers, kSignatureHeader);
                    std::string t;
                    if (header && header->starts_with("t="))
                      t = header->substr(2, header->find(',') - 2);
                    const std::string right =
                        signature_hex(*driver.subject().secret, t, request.body);
                    if (header && header->find(right) != std::string::npos) return "";
                    const bool found = lower_case(text).find(right) != std::string::npos;
                    return found ? "the signature that would have been right" : "";
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
  return none_has(driver, "no stack trace in an answer",
                  [&](const std::string& text, const Request&) -> std::string {
                    for (const std::string_view sign : kSigns) {
                      if (text.find(sign) != std::string::npos) return "a stack trace in it";
                    }
                    return "";
                  });
}

constexpr std::string_view kRule = "Errors must not reveal what helps an attacker.";

const Check kChecks[] = {
    {{"leaks.secret", "no answer holds the secret", Level::must, kRule, kSource,
      "answer with a status and a word; write the rest into your own log, without the secret"},
     secret,
     true,
     true},
    {{"leaks.signature", "no answer holds the signature that would have been right", Level::must,
      kRule, kSource,
      "never send what was expected beside what was received: it signs the attacker's own event"},
     expected_signature,
     true,
     true},
    {{"leaks.stack-trace", "no answer holds a stack trace", Level::should, kRule, kSource,
      "switch the framework's debug pages off (NODE_ENV=production, debug=False), and catch what "
      "is thrown"},
     stack_trace},
};

}  // namespace

std::span<const Check> leaks_checks() {
  return kChecks;
}

}  // namespace slotflow
