// Slotflow's API over one organisation: from a request to what the client gets, without HTTP.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/faults.h"
#include "api/recent_calls.h"
#include "api/resources.h"
#include "api/routes.h"
#include "api/state.h"
#include "domain/api_call.h"
#include "domain/duration.h"
#include "web/message.h"

namespace slotflow {

struct EmulatorOptions {
  std::optional<std::string> key;  // nullopt: any that begins as Slotflow's do
  std::vector<ApiFault> faults;
  std::uint64_t seed = 0;  // of the faults
  Duration latency{0};     // before each response
  ApiState initial = {};   // what reset() leaves
  bool only_local = true;  // the calls under /_emulator have to name this machine
};

// Thread-safe.
class Emulator {
 public:
  using Log = std::function<void(const ApiCall&)>;

  // `resources` must outlive this object. `log` gets each call before its response is sent, except
  // those of /_emulator; it must be thread-safe and must not block.
  Emulator(EmulatorOptions options, ApiResources& resources, Log log);

  // Does not throw.
  WebReply respond(WebRequest request);

  // The state, the failures and the clock are as at the start; no call is remembered, and no
  // delivery is pending; ids begin again. Throws what set_state() throws.
  void reset();
  const EmulatorOptions& options() const { return options_; }

  ApiResources& resources() { return resources_; }
  ApiFaults& faults() { return faults_; }
  RecentCalls& recent_calls() { return recent_; }
  ApiCallCounts counts() const;

 private:
  WebReply reply(WebRequest request);
  WebReply reply_to(WebRequest& request, const std::optional<RouteMatch>& match, ApiCall& call);
  WebResponse carry_out(const WebRequest& request, const Route& route);
  void report(const ApiCall& call);

  const EmulatorOptions options_;
  ApiResources& resources_;
  const Log log_;
  ApiFaults faults_;
  RecentCalls recent_;
  std::atomic<std::uint64_t> arrived_{0};
  mutable std::mutex mutex_;
  ApiCallCounts counts_;  // guarded by mutex_
};

// Returns the routes of Slotflow's API that this program has.
std::span<const Route> api_routes();
// Returns them as "METHOD PATH".
std::vector<std::string> api_route_names();

}  // namespace slotflow
