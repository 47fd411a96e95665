#include "store/registry_format.h"

#include <utility>
#include <variant>

#include "domain/choices.h"
#include "domain/error.h"
#include "domain/json.h"
#include "domain/text.h"
#include "domain/webhook_json.h"

namespace slotflow {
namespace {

constexpr int kVersion = 1;
const char* const kLeftAlone =
    "the file was not changed: repair it, or choose another with --store";

void check_version(const Json* version) {
  if (version == nullptr || !version->is_number_integer()) {
    const bool is_number = version != nullptr && version->is_number();
    throw WrongJson("version", std::to_string(kVersion),
                    is_number ? version->dump() : json_type(version));
  }
  if (*version < kVersion) throw WrongJson("version", std::to_string(kVersion), version->dump());
}

Plan plan_of(const Json* value) {
  if (value == nullptr) return Plan::free;
  if (value->is_string()) {
    const auto* row = row_named(kPlans, value->get_ref<const std::string&>());
    if (row != nullptr) return row->plan;
  }
  throw WrongJson("plan", joined(plan_choices(), ", ", " or "),
                  value->is_string() ? "another string" : json_type(value));
}

std::vector<Webhook> webhooks_of(const Json* json) {
  std::vector<Webhook> webhooks;
  if (json == nullptr) return webhooks;
  if (!json->is_array()) throw WrongJson("webhooks", "an array", json_type(json));
  webhooks.reserve(json->size());
  for (std::size_t i = 0; i < json->size(); ++i) {
    webhooks.push_back(webhook_of((*json)[i], "webhooks[" + std::to_string(i) + "]"));
  }
  return webhooks;
}

template <typename Value>
Value parsed(const std::string& path, std::variant<Value, JsonProblem> result) {
  if (Value* value = std::get_if<Value>(&result)) return std::move(*value);
  const JsonProblem& problem = std::get<JsonProblem>(result);
  throw Error(ErrorCode::store_error,
              path + ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column) +
                  ": expected " + problem.expected,
              kLeftAlone);
}

const std::string& text_of_store(const std::string& bytes) {
  static const std::string empty = Json{
      {"version", kVersion},
      {"plan", info(Plan::free).name},
      {"webhooks", Json::array()}}.dump();
  return bytes.empty() ? empty : bytes;
}

}  // namespace

RawJson parse_store(const std::string& path, const std::string& bytes) {
  return parsed(path, parse_raw_json(text_of_store(bytes)));
}

Snapshot decode_store(const std::string& path, const std::string& bytes) {
  const Json document = parsed(path, parse_json(text_of_store(bytes)));
  try {
    if (!document.is_object()) {
      throw WrongJson("", "an object with a version", json_type(&document));
    }
    const Json* version = find_field(document, "version");
    check_version(version);
    if (*version > kVersion) {
      throw Error(ErrorCode::store_error,
                  path + ": expected version " + std::to_string(kVersion) + ", got " +
                      version->dump() + "; this file was written by a newer slotflow-hooks",
                  "update slotflow-hooks, or choose another file with --store");
    }
    return {plan_of(find_field(document, "plan")), webhooks_of(find_field(document, "webhooks"))};
  } catch (const WrongJson& problem) {
    throw Error(ErrorCode::store_error, path + ": " + problem.what(), kLeftAlone);
  }
}

std::string dump_store(const RawJson& document) {
  return document.dump(2) + "\n";
}

}  // namespace slotflow
