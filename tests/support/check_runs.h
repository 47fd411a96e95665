// Runs checks of the catalogue against a server of the test.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/check_runner.h"
#include "conformance/leak_watch.h"
#include "conformance/reach.h"
#include "conformance/suite.h"
#include "domain/signature.h"
#include "support/fake_clock.h"
#include "support/live_server.h"

namespace slotflow::test {

inline const std::string kCheckedSecret = "whsec_k8J2mQ4xR7vN1pL5tY9w";

using Ids = std::vector<std::string>;

// Its time of day stands still, but the time that passes is real.
class RunningClock : public FakeClock {
 public:
  SteadyTime steady() const override { return steady_now(); }
};

struct CheckRun {
  Ids failed, skipped, passed;
  std::map<std::string, Finding> findings;  // by the id of the check
  std::optional<std::string> lost;          // as CheckRunner::lost()
};

// Runs `only`, ids or sections. Calls `after` after each check. Without time for a `recovery`, a
// handler that rejects a valid event is lost.
inline CheckRun run_against(
    const LiveServer& server, const Ids& only, std::optional<std::string> secret = std::nullopt,
    const std::function<void(std::string_view id)>& after = [](std::string_view) {},
    Duration timeout = Duration(3'000), Duration recovery = Duration(0),
    const Clock& clock = RunningClock()) {
  const Interrupt never;
  Subject subject;
  subject.url = parse_url("URL", "http://127.0.0.1:" + std::to_string(server.port()) + "/hook");
  subject.secret = std::move(secret);
  subject.recovery = recovery;
  subject.aftermath = Duration(0);
  subject.timeout = timeout;
  BlockingClient client({}, never);
  LeakWatch leaks(subject.secret);
  const Reply baseline = reach(subject, client, clock, never, 7, leaks);
  CheckRun run;
  run.lost = run_checks(select_checks(only, {}), subject, client, clock, 7, baseline, never, leaks,
                        [&](const Check& check, const Finding& finding) {
                          const std::string id(check.info.id);
                          run.findings[id] = finding;
                          if (finding.verdict == CheckVerdict::passed) run.passed.push_back(id);
                          if (finding.verdict == CheckVerdict::failed) run.failed.push_back(id);
                          if (finding.verdict == CheckVerdict::skipped) run.skipped.push_back(id);
                          after(id);
                          return true;
                        });
  return run;
}

// As above, with time to accept valid events again.
inline CheckRun run_for(const LiveServer& server, const Ids& only, Duration recovery,
                        std::optional<std::string> secret = std::nullopt) {
  return run_against(
      server, only, std::move(secret), [](std::string_view) {}, Duration(3'000), recovery);
}

// Returns what one check finds if the checks `others` run, too; its timeout is short.
inline Finding find_with(const LiveServer& server, const std::string& id,
                         const std::string& secret = kCheckedSecret, const Ids& others = {}) {
  Ids ids = others;
  ids.push_back(id);
  return run_against(server, ids, secret, [](std::string_view) {}, Duration(1'000)).findings.at(id);
}

// Returns whether a handler with kCheckedSecret accepts the request.
inline bool is_signed(const http::IncomingRequest& request) {
  const std::string secrets[] = {kCheckedSecret};
  const auto header = find_header(request.head.headers, kSignatureHeader);
  return check_signature(header, request.body, secrets, RunningClock().now(), kSignatureTolerance)
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

// A handler that accepts any request with a signature, and returns `status` for others.
inline http::OutgoingResponse judge(const http::IncomingRequest& request, int status = 401) {
  const auto header = find_header(request.head.headers, kSignatureHeader);
  return response_of(header && header->size() > 60 ? 200 : status);
}

}  // namespace slotflow::test
