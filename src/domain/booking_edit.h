// The user's changes to a synthetic booking: --set and --metadata. Values are kept as written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/raw_json.h"

namespace slotflow {

// Sentences for the user: what was understood in another way than it was perhaps meant.
using EditNotices = std::vector<std::string>;

// Applies one --set PATH=VALUE: a dotted path inside `data`. Array elements are addressed by index;
// missing objects are created. A "data." before the path is dropped, with a notice. VALUE is JSON
// if it parses, else a string. Throws Error{usage}.
EditNotices set_member(RawJson& data, std::string_view assignment);

// Applies one --metadata that is not a file: a JSON object to merge into data.metadata (fields of
// the same name are replaced), `null` to make it null, or KEY=VALUE. Throws Error{usage}.
EditNotices merge_metadata(RawJson& data, std::string_view text);

// Applies one --metadata that is the content of the file `name`: an object or null. Throws
// Error{usage}.
void merge_metadata_file(RawJson& data, std::string_view name, std::string_view content);

}  // namespace slotflow
