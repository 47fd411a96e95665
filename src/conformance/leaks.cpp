// Whether answers tell what nobody outside should know.
#include <array>

#include "conformance/driver.h"
#include "domain/signature.h"

namespace slotflow {

namespace {

constexpr std::string_view kSource = "OWASP, Improper Error Handling";

// What makes handlers talk: no, a wrong and a strange signature, and a signed body that is none.
std::vector<Request> provocations(Driver& driver) {
  const std::string body = driver.event().dump();
  const std::string now = std::to_string(driver.now_seconds());
  return {
      driver.request(body, std::nullopt),
      driver.request(body, "t=" + now + ",v1=" + std::string(64, '0')),
      driver.request(body, "t=" + now + ",v1=00"),
      driver.request(body, "nonsense"),
      driver.request("{\"event\": "),
      driver.request("[]"),
      driver.request("{\"event\": \"booking.confirmed\", \"data\": null}"),
  };
}

// Looks into each answer, its headers too, for what `find` finds; `find` gets the request as well.
template <class Find>
Finding none_has(Driver& driver, const std::string& expected, Find find) {
  bool answered = false;
  for (const Request& request : provocations(driver)) {
    const Reply reply = driver.send(request);
    const Response* response = reply.response();
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

Finding secret(Driver& driver) {
  return none_has(driver, "no secret in an answer", [&](const std::string& text, const Request&) {
    return text.find(*driver.subject().secret) != std::string::npos ? "the secret in it" : "";
  });
}

std::string in_lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
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
                    const bool found = in_lower_case(text).find(right) != std::string::npos;
                    return found ? "the signature that would have been right" : "";
                  });
}

Finding stack_trace(Driver& driver) {
  constexpr std::array<std::string_view, 9> kSigns{"Traceback (most recent call last)",
                                                   "    at ",
                                                   "\tat ",
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
