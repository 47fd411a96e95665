// Whatever a client asks of the emulator of Slotflow's API: "METHOD TARGET", a line break, the
// body.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/emulator.h"
#include "domain/json.h"
#include "support/emulated_account.h"
#include "web/limits.h"

using namespace slotflow;

namespace {

constexpr std::string_view kState = R"({"humans":[{"id":"ada","name":"Ada","timezone":)"
                                    R"("Europe/Berlin","availability_rules":{"working_days":[1,2],)"
                                    R"("work_start":"09:00","work_end":"17:00",)"
                                    R"("meeting_durations":[30]}}],"overrides":[{"id":"o",)"
                                    R"("human_id":"ada","type":"block","title":"x","all_day":true,)"
                                    R"("start_date":"2026-03-17"}],"bookings":[{"id":"b",)"
                                    R"("human_id":"ada","starts_at":"2026-03-16T09:00:00Z",)"
                                    R"("duration_minutes":30,"attendee_name":"Sam"}]})";

struct Fuzzed : test::EmulatedAccount {
  Fuzzed() { restore(); }
  void restore() {
    emulator.faults().set({});
    set_state(resources, parse_state(kState, ids, clock.now()));
    clock.freeze(true);
    clock.set(parse_iso8601("2026-03-10T14:05:00Z").value());
  }

  Emulator emulator{{}, resources, {}};
};

WebRequest request_in(std::string_view input) {
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::size_t space = std::min(input.find(' '), line);
  WebRequest request;
  request.method = input.substr(0, space);
  request.target = input.substr(std::min(space + 1, line), line - std::min(space + 1, line));
  request.headers = {{"Authorization", "Bearer sk_live_fuzz"}};
  request.body = input.substr(std::min(line + 1, input.size()));
  request.body_too_large = request.body.size() > kMaxWebBody;
  return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Fuzzed account;
  const std::string input(data, data + size);
  const WebRequest request = request_in(input);
  const WebReply reply = account.emulator.respond(request);
  constexpr std::array kStatuses{200, 201, 402, 404, 409, 422};
  if (std::ranges::find(kStatuses, reply.response.status) == kStatuses.end()) __builtin_trap();
  if (!try_parse_json(reply.response.body)) __builtin_trap();
  // No input makes a booking while there are webhooks: nothing is sent. And what is found should
  // not depend on what came before.
  if (request.method != "GET") account.restore();
  return 0;
}
