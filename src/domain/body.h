// The bytes of a body, shared by many requests.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace slotflow {

// An immutable string that is cheap to copy: 10,000 requests with one body hold it once.
class Body {
 public:
  Body() = default;
  // NOLINTBEGIN(google-explicit-constructor): it is used as a string.
  Body(std::string bytes) : bytes_(std::make_shared<const std::string>(std::move(bytes))) {}
  Body(std::string_view bytes) : Body(std::string(bytes)) {}
  Body(const char* bytes) : Body(std::string(bytes)) {}

  const std::string& str() const { return bytes_ ? *bytes_ : kNone; }
  operator const std::string&() const { return str(); }
  operator std::string_view() const { return str(); }
  // NOLINTEND(google-explicit-constructor)
  std::size_t size() const { return str().size(); }
  bool empty() const { return str().empty(); }
  bool operator==(const Body& other) const { return str() == other.str(); }

 private:
  inline static const std::string kNone;
  std::shared_ptr<const std::string> bytes_;
};

}  // namespace slotflow
