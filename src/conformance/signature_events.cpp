#include "conformance/signature_events.h"

#include <utility>

#include "domain/signature.h"

namespace slotflow::signature {

std::string hex_of(const std::string& header) {
  return header.substr(header.find("v1=") + 3);
}

std::string t_of(const std::string& header) {
  return header.substr(0, header.find(','));
}

char other_digit(char digit, unsigned difference) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return kDigits[kDigits.find(digit) ^ difference];
}

Finding skipped_as_unverified(std::string_view id) {
  return skipped("the handler accepts forged events: see " + std::string(id));
}

std::optional<Finding> skipped_if_unverified(Driver& driver) {
  for (const bool has_signature : {false, true}) {
    if (driver.send(forged(driver, driver.event().dump(), has_signature)).delivered()) {
      return skipped_as_unverified(check_of_forged(has_signature));
    }
  }
  return std::nullopt;
}

std::string forged_signature(const Driver& driver, std::string_view body) {
  return sign("whsec_of_somebody_else", driver.now_seconds(), body);
}

std::string_view check_of_forged(bool has_signature) {
  return has_signature ? "signature.other-secret" : "signature.missing";
}

Request forged(const Driver& driver, std::string body, bool has_signature) {
  if (!has_signature) return driver.request(std::move(body), std::nullopt);
  const std::string header = forged_signature(driver, body);
  return driver.request(std::move(body), header);
}

Request of_age(Driver& driver, Duration age) {
  std::string body = driver.event().dump();
  const std::string header = driver.signature(body, -age);
  return driver.request(std::move(body), header);
}

}  // namespace slotflow::signature
