// Calls Slotflow's API over HTTP.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "domain/duration.h"
#include "domain/random.h"
#include "domain/url.h"
#include "net/clock.h"
#include "system/steady_clock.h"

namespace slotflow {

struct ClientSettings {
  Url base;                                      // https://api.slotflow.dev/
  std::string key;                               // in no message
  Duration deadline = std::chrono::seconds(30);  // for calls and the waits between, see begin()
  std::uint64_t seed = 0;                        // of the waits
  // Waits. Returns false if the user wants to stop.
  std::function<bool(Duration)> pause;
  // Gets, once for each task, why it takes longer: "cannot call ...: ...; trying again for up to
  // ...".
  std::function<void(const std::string&)> notice = {};
};

// A response, whatever its status.
struct ApiAnswer {
  int status = 0;
  std::string body;
  std::string retry_after;  // the header; empty if there is none
};

// Why there is no response.
struct NoAnswer {
  std::string reason;     // "the connection ended before the response"
  bool is_final = false;  // another try would end in the same way
};

// Not thread-safe. Verifies certificates always, and follows no redirect: both could give the key
// to somebody else.
class ApiClient {
 public:
  using Outcome = std::variant<ApiAnswer, NoAnswer>;

  // `clock` must outlive this object.
  ApiClient(ClientSettings settings, const Clock& clock);

  // Starts the deadline again: what follows is another task.
  void begin();

  // Makes one call. `path` begins with "/v1/".
  Outcome attempt(const std::string& method, const std::string& path, const std::string& body = "");

  // Makes a call until it is answered with neither 429 nor 5xx. `may_have_happened` is set if an
  // earlier try may have been carried out. Throws Error{network_error} once the deadline is over.
  ApiAnswer call(const std::string& method, const std::string& path,
                 bool* may_have_happened = nullptr);

  // Waits before another try: as long as the response asks for, or else longer each time. Throws
  // Error{network_error} that describes `outcome` if that would be after the deadline, or no try
  // can help; Interrupted if the user wants to stop.
  void wait_after(const Outcome& outcome);

  // Returns whether the outcome says nothing about whether the call was carried out.
  static bool is_uncertain(const Outcome& outcome);
  // Returns whether another try may have another outcome.
  static bool is_temporary(const Outcome& outcome);

  // Throws the error that a response with another status than 2xx is.
  [[noreturn]] void refuse(const ApiAnswer& answer) const;
  // Throws Error{network_error}: the response is not what Slotflow's would be.
  [[noreturn]] void refuse_body(const std::string& call, const std::string& problem) const;

  std::string name() const;  // https://api.slotflow.dev

 private:
  Duration left() const;
  std::string problem_of(const Outcome& outcome) const;
  [[noreturn]] void give_up(const Outcome& outcome) const;
  std::string without_key(std::string text) const;

  const ClientSettings settings_;
  const Clock& clock_;
  SteadyTime end_;
  Random random_;
  int waits_ = 0;
};

}  // namespace slotflow
