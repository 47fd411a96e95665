// The ways an answer goes wrong on the wire: a closed set, read by the parser, the help, the
// completions and the receiver.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "domain/duration.h"

namespace slotflow {

// What a client gets to see instead of, or as, an answer.
struct WirePlan {
  enum class End {
    keep,   // the connection goes on
    close,  // it is closed
    reset,  // it is reset: a TCP RST
    hold,   // nothing more comes, until the client leaves
  };
  std::string bytes;
  End end = End::keep;
  Duration over{0};  // sent a byte at a time, evenly, the last at this time; 0: all at once
};

struct FaultSettings {
  Duration drip_duration{20'000};
};

// `distort` turns an answer, as it would stand on the wire, into what is sent. To add a fault: its
// function and its row.
struct Fault {
  std::string_view name;
  std::string_view help;
  bool shows_status;  // the client may get to see the answer's status line
  bool loses_answer;  // it never gets the whole answer
  WirePlan (*distort)(std::string answer, const FaultSettings& settings);
};
extern const std::array<Fault, 7> kFaults;

// Nullptr when there is none of that name.
const Fault* fault_named(std::string_view name);
std::vector<std::string> fault_choices();

}  // namespace slotflow
