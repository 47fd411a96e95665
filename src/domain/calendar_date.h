// Dates in the form that Slotflow uses: 2026-03-16.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/local_clock.h"

namespace slotflow {

// The years of which every local time is in the years that a Timestamp can be written in.
inline constexpr std::chrono::year kFirstYear{1};
inline constexpr std::chrono::year kLastYear{9998};

// Returns nullopt for text in another form, and for days that do not exist.
std::optional<Date> parse_date(std::string_view text);
std::string date_text(Date date);

// As parse_date(), but throws Error{validation_error} that starts with `field`.
Date require_date(std::string_view field, std::string_view text);

}  // namespace slotflow
