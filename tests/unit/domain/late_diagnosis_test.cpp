#include "domain/late_diagnosis.h"

#include <thread>

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

using SecretTexts = std::vector<std::string>;

}  // namespace

TEST_CASE("late diagnosis: it says what verify says") {
  const std::string header = sign("whsec_b", 1, "{}\n");
  const auto expected = diagnose_signature(header, "{}", std::string_view("whsec_b"));
  REQUIRE(expected);
  CHECK(LateDiagnosis(SecretTexts{"whsec_b"}).of(header, "{}") == expected);
  CHECK(LateDiagnosis(SecretTexts{"whsec_a", "whsec_b"}).of(header, "{}") == expected);
}

TEST_CASE("late diagnosis: the secrets after the fourth are not tried") {
  const std::string header = sign("whsec_b", 1, "{}\n");
  const auto with = [&](std::size_t before) {
    SecretTexts secrets(before, "whsec_a");
    secrets.push_back("whsec_b");
    return LateDiagnosis(secrets).of(header, "{}").value_or("none");
  };
  CHECK(with(3) == "the signed body ended with a newline; the body given here does not");
  CHECK(with(4).starts_with("no known mistake"));
}

TEST_CASE("late diagnosis: a body over the limit has none") {
  const std::string most(kMaxDiagnosedBody - 1, 'x');
  const std::string header = sign("whsec_b", 1, most + "x\n");
  CHECK(LateDiagnosis(SecretTexts{"whsec_b"}).of(header, most + "x") ==
        "the signed body ended with a newline; the body given here does not");
  CHECK(LateDiagnosis(SecretTexts{"whsec_b"}).of(header, most + "x\n") ==
        "not made for a body over 64 KiB; slotflow-hooks verify makes it");
}

TEST_CASE("late diagnosis: two threads get the same") {
  const LateDiagnosis diagnosis(SecretTexts{"whsec_b"});
  const std::string header = sign("whsec_a", 1, "{}");
  std::optional<std::string> other;
  std::thread thread([&] { other = diagnosis.of(header, "{}"); });
  const auto mine = diagnosis.of(header, "{}");
  thread.join();
  CHECK(mine.has_value());
  CHECK(mine == other);
}
