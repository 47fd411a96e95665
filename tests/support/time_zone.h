// Sets the time zone of this process.
#pragma once

#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

namespace slotflow::test {

// Restores the zone before it at the end.
class TimeZone {
 public:
  explicit TimeZone(const std::string& name) {
    if (const char* value = std::getenv("TZ")) old_ = value;
    set(name);
  }
  ~TimeZone() { set(old_); }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;

 private:
  static void set(const std::optional<std::string>& name) {
    if (name) {
      ::setenv("TZ", name->c_str(), 1);
    } else {
      ::unsetenv("TZ");
    }
    ::tzset();
  }

  std::optional<std::string> old_;
};

}  // namespace slotflow::test
