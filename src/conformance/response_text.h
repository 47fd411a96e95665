// What a response says, for people: the beginning of its text.
#pragma once

#include <string>

#include "conformance/driver.h"

namespace slotflow {

// Returns the first line of the response's text on one line, cut and without the subject's secrets;
// empty if there is none. Of HTML, that is the text of the page; of JSON, all of it.
std::string first_line_of(const Response& response, const Subject& subject);

// Returns what a person would read of the response's beginning, on one line: of HTML, the title and
// the text of the page, up to its first line break. Secrets are not removed.
std::string visible_text(const Response& response);

}  // namespace slotflow
