// Where the rules of the checks come from.
#pragma once

#include <string_view>

namespace slotflow::source {

inline constexpr std::string_view kGuide = "Slotflow's webhook guide";
inline constexpr std::string_view kDelivery = "Slotflow's webhook guide, delivery";
inline constexpr std::string_view kPayload = "Slotflow's webhook guide, payload";
inline constexpr std::string_view kSignature = "Slotflow's webhook guide, signature";

// A rule of kDelivery.
inline constexpr std::string_view kAnyTwoHundred =
    "Any 2xx is success; everything else is failure.";

}  // namespace slotflow::source
