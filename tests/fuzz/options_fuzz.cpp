// The little languages of the options: scripts, faults, delays, durations, URLs, signatures. What
// is refused is refused with Error; anything else that is thrown, or crashes, is found here.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "domain/booking_edit.h"
#include "domain/error.h"
#include "domain/fault_plan.h"
#include "domain/signature.h"
#include "domain/url.h"

using namespace slotflow;

namespace {

template <class Call>
void attempt(Call call) {
  try {
    call();
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  attempt([&] {
    FaultPlan plan;
    plan.script = parse_script("--script", text);
    for (const std::uint64_t n : {std::uint64_t{1}, std::uint64_t{2}, UINT64_MAX}) {
      const ResponseDecision decision = decide(plan, {n});
      if (decision.status < 200 || decision.status > 599) __builtin_trap();
      if (decision.delay < Duration(0)) __builtin_trap();
    }
  });
  attempt([&] {
    const FaultChance chance = parse_fault_chance("--fault", text);
    if (!(chance.probability >= 0 && chance.probability <= 1)) __builtin_trap();
    chance.fault->distort(std::string(text), {});
  });
  attempt([&] {
    if (sample(parse_delay("--delay", text), Random(7)) < Duration(0)) __builtin_trap();
  });
  attempt([&] {
    // The normal form of a URL is its own normal form.
    const std::string url = parse_url("--to", text).to_string();
    if (parse_url("--to", url).to_string() != url) __builtin_trap();
  });
  attempt([&] {
    const Duration duration = parse_duration("--for", text);
    if (parse_duration("--for", to_string(duration)) != duration) __builtin_trap();
  });
  attempt([&] {
    // What is sent as JSON is JSON, and the same when it is read again.
    RawJson data = RawJson::object();
    merge_metadata(data, text);
    set_member(data, text);
    const std::string sent = data.dump();
    const auto parsed = parse_raw_json(sent);
    const auto* again = std::get_if<RawJson>(&parsed);
    if (again == nullptr && !std::get<JsonProblem>(parsed).too_deep) __builtin_trap();
    if (again != nullptr && again->dump() != sent) __builtin_trap();
  });
  std::string reason;
  parse_signature_header(text, reason);
  diagnose_signature(text, "{}", "whsec_fuzz");
  return 0;
}
