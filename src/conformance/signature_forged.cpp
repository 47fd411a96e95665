// Forged events of every kind.
#include <string>
#include <vector>

#include "conformance/forged_requests.h"
#include "conformance/signature_events.h"

namespace slotflow::signature {

namespace {

// A handler must verify every kind of request before it does anything else with it.
Finding every_request(Driver& driver) {
  return if_verified(driver, [&](bool has_signature) {
    return first_failure(
        forged_kinds(),
        [&](const ForgedKind& kind) {
          const Request request = kind.make(driver, has_signature);
          Finding finding = driver.refused(request);
          if (finding.verdict != CheckVerdict::failed || !kind.may_lead_elsewhere) return finding;
          return takes_anything(driver, request) ? passed() : finding;
        },
        [](const ForgedKind& kind) { return kind.words; });
  });
}

bool is_of_use(Driver& driver, const std::string& method) {
  Request request = driver.request("", std::nullopt);
  request.method = method;
  return driver.send(request).delivered();
}

// Some frameworks take a POST for a request of the method that this header names.
constexpr std::string_view kOverride = "X-HTTP-Method-Override";

// A way to send an event by another method than POST.
struct Method {
  std::string name;
  bool is_in_header = false;
};

Request of_method(Driver& driver, bool has_signature, const Method& method) {
  if (method.is_in_header) {
    return forged_with_header(driver, has_signature, kOverride, method.name);
  }
  Request request = forged(driver, driver.event().dump(), has_signature);
  request.method = method.name;
  return request;
}

Finding other_methods(Driver& driver) {
  std::vector<Method> methods;
  for (const std::string name : {"PUT", "PATCH", "DELETE", "GET"}) {
    // A handler may respond to these with 2xx if there is no event: with its state, say.
    const bool may_be_of_use = name == "DELETE" || name == "GET";
    if (may_be_of_use && is_of_use(driver, name)) continue;
    methods.push_back({name});
    methods.push_back({name, true});
  }
  return if_verified(driver, [&](bool has_signature) {
    return first_failure(
        methods,
        [&](const Method& method) {
          return driver.refused(of_method(driver, has_signature, method));
        },
        [](const Method& method) {
          if (!method.is_in_header) return method.name + " of an event";
          return "POST of an event with " + std::string(kOverride) + ": " + method.name;
        });
  });
}

// RFC 9112, section 6.3: without Content-Length, a body can be in chunks.
Finding chunked(Driver& driver) {
  return if_verified(driver, [&](bool has_signature) {
    Request request = forged(driver, driver.event().dump(), has_signature);
    request.in_chunks = true;
    Finding finding = driver.refused(request);
    finding.observed += " for an event in chunks, without Content-Length,";
    return finding;
  });
}

const Check kForgedChecks[] = {
    rejection_check(
        {"signature.every-request", "verifies every kind of request", Level::must, kSigned,
         source::kSignature,
         "verify before you look at the event type, size, path or other headers: the code that "
         "verifies and the code that routes must agree on which paths lead to the handler"},
        every_request),
    rejection_check(
        {"signature.other-methods", "rejects forged events by any method other than POST",
         Level::must, kSigned, source::kSignature,
         "route only POST to the handler, or verify requests of every method, also of one that the "
         "header X-HTTP-Method-Override names"},
        other_methods),
    rejection_check({"signature.chunked", "rejects forged events without Content-Length",
                     Level::must, kSigned, source::kSignature,
                     "verify the whole body, also if it arrives in chunks, without Content-Length"},
                    chunked),
};

}  // namespace

}  // namespace slotflow::signature

namespace slotflow {

std::span<const Check> forged_signature_checks() {
  return signature::kForgedChecks;
}

}  // namespace slotflow
