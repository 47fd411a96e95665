// The types of option values. Each option declares its own, for the help and for shell completion.
#pragma once

#include <string>
#include <vector>

namespace slotflow {

enum class ValueKind {
  text,  // free text, which completion cannot know
  number,
  duration,
  time,
  url,
  file,
  webhook,  // the id or URL of a registered webhook
  check,    // the id of a check
  check_or_section,
  choice,  // one of a fixed list
};

struct ValueType {
  std::string placeholder;  // stands for the value in the help: "FILE"
  ValueKind kind = ValueKind::text;
  std::vector<std::string> choices = {};  // of ValueKind::choice
  bool is_list = false;                   // takes several values, separated by commas
};

namespace value {

ValueType text(const std::string& placeholder);
ValueType number(const std::string& placeholder);
ValueType duration();
ValueType durations();
ValueType time();
ValueType url();
ValueType file();
ValueType file_or_input();  // "-": standard input
ValueType webhook();
ValueType check();
ValueType checks();  // ids or sections
ValueType event();
ValueType events();
ValueType fired_events();
ValueType fault();
ValueType statuses();
ValueType choice(const std::vector<std::string>& choices);

}  // namespace value

}  // namespace slotflow
