// One test executable; a test lives in tests/unit (mirrors src/) or tests/flow (whole commands).
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

#include <unistd.h>

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

namespace slotflow::test {

namespace {

// Where the run is, for a signal handler: it may read no std::string that is being written.
std::array<char, 1024> place{};

void note_place(std::string_view text) {
  const auto size = std::min(text.size(), place.size() - 1);
  place[size] = '\0';
  std::copy_n(text.begin(), size, place.begin());
}

void write_text(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Async-signal-safe as far as the message; what doctest adds to an abort is welcome, and not
// needed.
void give_up(int) {
  write_text("\nSLOTFLOW_TEST_LIMIT is over: hung here, or too slow before:\n");
  write_text(place.data());
  write_text("\n");
  std::abort();
}

// Says which test case runs when SLOTFLOW_TEST_LIMIT (seconds, for all of them) is over, and
// aborts. ctest kills the process a little later, and nobody would see where it hung. Without the
// variable, as under a debugger, there is no limit.
class HangListener : public doctest::IReporter {
 public:
  explicit HangListener(const doctest::ContextOptions&) {}

  void test_run_start() override {
    // Texts for people show local time; a test that needs another zone sets it.
    ::setenv("TZ", "UTC0", 1);
    ::tzset();
    const char* limit = std::getenv("SLOTFLOW_TEST_LIMIT");
    if (limit == nullptr) return;
    std::signal(SIGALRM, give_up);
    ::alarm(static_cast<unsigned>(std::strtoul(limit, nullptr, 10)));
  }
  void test_run_end(const doctest::TestRunStats&) override { ::alarm(0); }
  void test_case_start(const doctest::TestCaseData& data) override {
    name_ =
        std::string(data.m_file.c_str()) + ":" + std::to_string(data.m_line) + ": " + data.m_name;
    note_place(name_);
  }
  void test_case_reenter(const doctest::TestCaseData&) override { note_place(name_); }
  void subcase_start(const doctest::SubcaseSignature& subcase) override {
    note_place(std::string(place.data()) + " / " + subcase.m_name.c_str());
  }

  void report_query(const doctest::QueryData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}

 private:
  std::string name_;
};

REGISTER_LISTENER("hang", 1, HangListener);

}  // namespace

}  // namespace slotflow::test
