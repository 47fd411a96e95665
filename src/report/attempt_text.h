// fire, for people: what is sent, how each attempt went, and the count.
#pragma once

#include <string>

#include "domain/delivery.h"
#include "report/reporter.h"
#include "report/style.h"

namespace slotflow {

// All texts are terminal-safe, and every line ends with a newline.

std::string announcement_text(const FireAnnouncement& announcement, const Style& style);

// One line, its fields divided by two spaces: time, attempt, result, duration, URL (with the
// address used, where the URL does not hold it), outcome. Below it, indented, what helps to
// understand a failure.
std::string attempt_text(const Attempt& attempt, const Style& style);

std::string delivery_summary_text(const DeliverySummary& summary, const Style& style);

}  // namespace slotflow
