// The JSON object in the body of a request. Unknown fields are ignored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/message.h"
#include "domain/json.h"

namespace slotflow {

// Each function throws ApiError{validation_error} that names the field, what was expected and which
// type was found: "duration: expected an integer, got a string". Values are not shown, which may be
// anybody's.
class JsonBody {
 public:
  // Throws if the body of `request` is not a JSON object, or too large.
  explicit JsonBody(const ApiRequest& request);

  // A field that must be there.
  std::string text(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  bool boolean(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  std::vector<std::int64_t> integers(std::string_view name) const;

  // nullopt if the field is null or not there.
  std::optional<std::string> optional_text(std::string_view name) const;
  std::optional<std::int64_t> optional_integer(std::string_view name) const;
  // An object, exactly as written.
  std::optional<std::string> optional_object(std::string_view name) const;

  // Returns the field, or nullptr if it is null or not there.
  const Json* find(std::string_view name) const;
  // Throws the error for a field of the wrong type or value.
  [[noreturn]] static void refuse(std::string_view name, std::string_view expected,
                                  std::string_view got);

 private:
  const std::string& written_;
  Json object_;
};

}  // namespace slotflow
