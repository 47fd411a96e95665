// Reads the fields of a JSON object of a request to Slotflow's API.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/json.h"

namespace slotflow {

// All functions throw Error{validation_error} that names the field, what was expected and the type
// that was found: "recurrence.week: expected an integer, got a string". Unknown fields are ignored.
class JsonInput {
 public:
  // `value` must outlive this object. `place` is the name of the object itself, if it has one.
  explicit JsonInput(const Json& value, std::string place = {});

  // Fields that must be there.
  std::string text(const std::string& field) const;
  bool boolean(const std::string& field) const;
  int integer(const std::string& field) const;
  std::vector<std::string> texts(const std::string& field) const;
  std::vector<int> integers(const std::string& field) const;

  // Fields that may be null, or not there.
  std::optional<std::string> optional_text(const std::string& field) const;
  std::optional<int> optional_integer(const std::string& field) const;
  std::optional<std::vector<int>> optional_integers(const std::string& field) const;
  const Json* find(const std::string& field) const;  // nullptr if it is null, or not there

  // Returns the name of a field, with that of the object before it.
  std::string name_of(const std::string& field) const;

 private:
  const Json& value_;
  std::string place_;
};

}  // namespace slotflow
