// Runs one check of the catalogue against a server of the test.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/check_runner.h"
#include "conformance/reach.h"
#include "conformance/suite.h"
#include "domain/signature.h"
#include "support/fake_clock.h"
#include "support/live_server.h"

namespace slotflow::test {

inline const std::string kCheckedSecret = "whsec_k8J2mQ4xR7vN1pL5tY9w";

// Its time of day stands still, but the time that passes is real.
class PassingClock : public FakeClock {
 public:
  SteadyTime steady() const override { return steady_now(); }
};

// Returns whether a handler with kCheckedSecret accepts the request.
inline bool is_signed(const http::IncomingRequest& request) {
  const std::string secrets[] = {kCheckedSecret};
  const auto header = find_header(request.head.headers, kSignatureHeader);
  return check_signature(header, request.body, secrets, PassingClock().now(), kSignatureTolerance)
             .verdict == SignatureVerdict::valid;
}

inline http::OutgoingResponse response_of(int status, std::string body = "") {
  http::OutgoingResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

// What a good handler returns.
inline http::OutgoingResponse verified(const http::IncomingRequest& request) {
  return response_of(is_signed(request) ? 200 : 401);
}

// Returns what the check finds if `later` runs after it; its timeout is short.
inline Finding find_with(const LiveServer& server, const std::string& id,
                         const std::string& secret = kCheckedSecret,
                         const std::vector<std::string>& later = {}) {
  const Interrupt never;
  const PassingClock clock;
  Subject subject;
  subject.url = parse_url("URL", "http://127.0.0.1:" + std::to_string(server.port()) + "/hook");
  subject.secret = secret;
  subject.recovery = Duration(0);
  subject.aftermath = Duration(0);
  subject.timeout = Duration(1'000);
  BlockingClient client({}, never);
  const Reply baseline = reach(subject, client, clock, never, 7);
  Finding found;
  std::vector<std::string> ids = later;
  ids.push_back(id);
  run_checks(select_checks(ids, {}), subject, client, clock, 7, baseline, never,
             [&](const Check& check, const Finding& finding) {
               if (check.info.id == id) found = finding;
               return true;
             });
  return found;
}

}  // namespace slotflow::test
