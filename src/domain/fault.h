// Faults: the ways in which a response can be damaged on the wire. The parser, the completions and
// the receiver use this table; the help has its names.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "domain/duration.h"

namespace slotflow {

// The bytes to send as response, and how the connection ends.
struct WirePlan {
  enum class End {
    keep,   // the connection stays open
    close,  // it is closed
    reset,  // it is reset (TCP RST)
    hold,   // nothing more is sent, until the client disconnects
  };
  std::string bytes;
  End end = End::keep;
  Duration over{0};  // if not 0, send one byte at a time, evenly spread over this duration
};

struct FaultSettings {
  Duration drip_duration{20'000};
};

// `distort` turns the bytes of a response into what is sent instead. To add a fault, add its
// function and its row.
struct Fault {
  std::string_view name;
  bool shows_status;    // the client may receive the status line
  bool loses_response;  // the client never receives the whole response
  WirePlan (*distort)(std::string response, const FaultSettings& settings);
};
extern const std::array<Fault, 7> kFaults;

// Returns the fault with this name, or nullptr.
const Fault* fault_named(std::string_view name);
std::vector<std::string> fault_choices();

}  // namespace slotflow
