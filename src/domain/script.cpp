#include "domain/script.h"

#include "domain/ascii.h"
#include "domain/closest.h"
#include "domain/expected.h"
#include "domain/number.h"

namespace slotflow {

namespace {

constexpr std::uint64_t kMaxRepeat = 1'000'000'000;
constexpr std::size_t kMaxSteps = 10'000;

template <class Number>
bool read_number(std::string_view text, Number min, Number max, Number& number) {
  const auto found = to_number<Number>(text);
  if (!found || *found < min || *found > max) return false;
  number = *found;
  return true;
}

class ScriptParser {
 public:
  ScriptParser(std::string_view option, std::string_view text) : option_(option), rest_(text) {}

  Script run() {
    Script script;
    for (bool more = true; more; more = take(',')) {
      script.steps.push_back(step());
      if (script.steps.size() > kMaxSteps) refuse("at most 10000 steps", "more");
    }
    return script;
  }

 private:
  bool take(char expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Takes the text up to the next of `ends`.
  std::string_view word(std::string_view ends) {
    const std::string_view found = rest_.substr(0, rest_.find_first_of(ends));
    rest_.remove_prefix(found.size());
    return found;
  }

  ScriptStep step() {
    ScriptStep step;
    read_response(word("*@,"), step);
    for (bool repeated = false; !rest_.empty() && rest_.front() != ',';) {
      if (take('*')) {
        const std::string_view count = word("*@,");
        if (repeated || !read_number(count, std::uint64_t{1}, kMaxRepeat, step.repeat)) {
          refuse("*N once, from 1 to 1000000000", "*" + std::string(count));
        }
        repeated = true;
      } else if (take('@')) {
        const std::string_view delay = delay_text();
        if (step.delay) refuse("one @DELAY", "@" + std::string(delay));
        step.delay = parse_delay(option_, delay);
      }
    }
    return step;
  }

  // lognormal:MEDIAN,P99 contains a comma.
  std::string_view delay_text() {
    const std::string_view begin = rest_;
    std::string_view found = word("*@,");
    if (found.starts_with("lognormal:") && take(',')) {
      const std::size_t second = word("*@,").size();
      found = begin.substr(0, found.size() + 1 + second);
    }
    return found;
  }

  void read_response(std::string_view text, ScriptStep& step) const {
    int status = 0;
    if (read_number(text, 200, 599, status)) {
      step.status = status;
      return;
    }
    step.fault = fault_named(text);
    if (step.fault != nullptr) return;
    if (text.empty() || is_digits(text)) refuse("a status from 200 to 599, or a fault", text);
    auto choices = fault_choices();
    choices.insert(choices.begin(), "a status from 200 to 599");
    throw_unknown_choice(option_, text, choices);
  }

  [[noreturn]] void refuse(std::string_view expected, std::string_view got) const {
    throw_expected(option_, expected, got);
  }

  std::string_view option_;
  std::string_view rest_;
};

}  // namespace

const ScriptStep& Script::at(std::uint64_t n) const {
  for (const ScriptStep& step : steps) {
    if (n <= step.repeat) return step;
    n -= step.repeat;
  }
  return steps.back();
}

Script parse_script(std::string_view option, std::string_view text) {
  return ScriptParser(option, text).run();
}

}  // namespace slotflow
