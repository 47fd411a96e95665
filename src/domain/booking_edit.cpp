#include "domain/booking_edit.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "domain/closest.h"
#include "domain/error.h"
#include "domain/expected.h"
#include "domain/number.h"
#include "domain/quote.h"
#include "domain/suggestion.h"
#include "domain/text.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

constexpr std::string_view kSet = "--set";
constexpr std::string_view kMetadata = "--metadata";
constexpr std::string_view kPath = "a path such as attendee_name or metadata.lead_id before the =";

// Returns the JSON of `text`, or the string `text` if it is not JSON. Adds a notice if it begins as
// JSON does: it was perhaps meant to be JSON.
RawJson value_of(std::string_view option, std::string_view text, EditNotices& notices) {
  auto parsed = parse_raw_json(text);
  if (RawJson* value = std::get_if<RawJson>(&parsed)) return std::move(*value);
  const std::string_view begin = trimmed(text).substr(0, 1);
  if (begin == "{" || begin == "[" || begin == "\"") {
    notices.push_back(std::string(option) + ": the value is not JSON (" +
                      to_string(std::get<JsonProblem>(parsed)) + "); it is sent as a string");
  }
  return RawJson::string(text);
}

// The path is that of the whole payload: --set changes the booking only.
[[noreturn]] void refuse_outside(std::string_view assignment, const std::string& hint) {
  throw_expected(kSet, "a path inside data, such as attendee_name or metadata.lead_id", assignment,
                 hint);
}

std::vector<std::string_view> path_segments(std::string_view path, std::string_view assignment) {
  constexpr std::size_t kMaxSegments = 32;
  std::vector<std::string_view> segments = split(path, '.');
  if (std::ranges::any_of(segments, &std::string_view::empty)) {
    throw_expected(kSet, kPath, assignment);
  }
  const bool has_brackets = std::ranges::any_of(segments, [](std::string_view name) {
    return name.find('[') != std::string_view::npos && name.ends_with(']');
  });
  if (has_brackets || segments.front() == "$") {
    throw_expected(kSet, kPath, assignment,
                   "separate names and indexes with dots: metadata.tags.0=x");
  }
  if (segments.size() > kMaxSegments) {
    throw_expected(kSet, "a path of at most 32 names", assignment);
  }
  return segments;
}

// Returns the path inside data.
std::vector<std::string_view> path_in_data(std::string_view path, std::string_view assignment,
                                           EditNotices& notices) {
  std::vector<std::string_view> segments = path_segments(path, assignment);
  if (segments.front() == "event") {
    refuse_outside(assignment,
                   "choose the event with the argument EVENT; send any other payload with "
                   "--payload FILE");
  }
  if (segments == std::vector<std::string_view>{"data"}) {
    refuse_outside(assignment, "send a payload of your own with --payload FILE");
  }
  if (segments.front() == "data") {
    segments.erase(segments.begin());
    notices.push_back("--set: paths are inside data: " + in_quotes(path) + " sets " +
                      in_quotes(joined(segments, ".")));
  } else if (path == "created_at") {
    notices.push_back(
        "--set: 'created_at' is set inside data; the created_at of the event is unchanged");
  }
  return segments;
}

void notice_new_field(const RawJson& data, std::string_view name, EditNotices& notices) {
  if (data.find(name) != nullptr) return;
  std::vector<std::string> names;
  for (const RawJson& field : data.children) names.push_back(field.name());
  const std::string close = closest_match(name, names);
  if (close.empty()) return;
  notices.push_back("--set: " + in_quotes(name) + " is a new field of data; " +
                    did_you_mean(close));
}

// Returns the field or element `name` of `parent`, and creates it if it is missing. An array grows
// by one at most, so that a mistyped index does not fill the memory. `where` is the path to the
// parent.
RawJson& child_of(RawJson& parent, std::string_view name, const std::string& where) {
  if (parent.is_null()) parent.assign(RawJson::object());
  if (parent.kind == RawJson::Kind::object) return parent[name];
  if (parent.kind != RawJson::Kind::array) {
    throw Error(ErrorCode::usage,
                "--set: expected an object or array at " + in_quotes(where) + ", got a " +
                    std::string(parent.type_name()),
                "", std::string(kSet));
  }
  const std::size_t size = parent.children.size();
  const std::size_t index = to_number<std::size_t>(name).value_or(size + 1);
  if (index > size) {
    throw_expected(kSet, "an index from 0 to " + std::to_string(size) + " in " + in_quotes(where),
                   name);
  }
  if (index == size) parent.children.emplace_back();
  return parent.children[index];
}

// `given` is null or an object.
void merge_value(RawJson& data, RawJson given) {
  RawJson& metadata = data["metadata"];
  if (given.is_null()) return metadata.assign(std::move(given));
  if (metadata.kind != RawJson::Kind::object) metadata.assign(RawJson::object());
  metadata.merge(std::move(given));
}

bool is_metadata(const RawJson& value) {
  return value.kind == RawJson::Kind::object || value.is_null();
}

}  // namespace

EditNotices set_member(RawJson& data, std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) throw_expected(kSet, "PATH=VALUE", assignment);
  if (!is_utf8(assignment)) throw_expected(kSet, "UTF-8", assignment);
  EditNotices notices;
  const auto path = path_in_data(assignment.substr(0, equals), assignment, notices);
  notice_new_field(data, path.front(), notices);
  RawJson* place = &data;
  std::string where;
  for (const std::string_view name : path) {
    place = &child_of(*place, name, where);
    where.append(where.empty() ? "" : ".").append(name);
  }
  place->assign(value_of(kSet, assignment.substr(equals + 1), notices));
  return notices;
}

EditNotices merge_metadata(RawJson& data, std::string_view text) {
  constexpr std::string_view kExpected = "a JSON object, null, KEY=VALUE or @FILE";
  if (!is_utf8(text)) throw_expected(kMetadata, "UTF-8", text);
  EditNotices notices;
  auto parsed = parse_raw_json(text);
  if (RawJson* value = std::get_if<RawJson>(&parsed)) {
    if (!is_metadata(*value)) throw_expected(kMetadata, kExpected, text);
    merge_value(data, std::move(*value));
    return notices;
  }
  if (trimmed(text).starts_with('{')) {
    const JsonProblem& problem = std::get<JsonProblem>(parsed);
    throw_expected(kMetadata,
                   problem.expected + " at line " + std::to_string(problem.line) + ", column " +
                       std::to_string(problem.column),
                   text);
  }
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) throw_expected(kMetadata, kExpected, text);
  RawJson field = RawJson::object();
  field[text.substr(0, equals)].assign(value_of(kMetadata, text.substr(equals + 1), notices));
  merge_value(data, std::move(field));
  return notices;
}

void merge_metadata_file(RawJson& data, std::string_view name, std::string_view content) {
  auto parsed = parse_raw_json(content);
  if (const auto* problem = std::get_if<JsonProblem>(&parsed)) {
    throw Error(ErrorCode::usage,
                "--metadata: " + std::string(name) + ":" + std::to_string(problem->line) + ":" +
                    std::to_string(problem->column) + ": expected " + problem->expected,
                "", std::string(kMetadata));
  }
  RawJson& value = std::get<RawJson>(parsed);
  if (!is_metadata(value)) {
    const std::string_view type = value.type_name();
    throw Error(ErrorCode::usage,
                "--metadata: " + std::string(name) + ": expected a JSON object or null, got " +
                    (type == "array" ? "an " : "a ") + std::string(type),
                "", std::string(kMetadata));
  }
  merge_value(data, std::move(value));
}

}  // namespace slotflow
