#include "engine/resolver.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "support/child.h"

using namespace slotflow;

namespace {

// "127.0.0.1:80 [::1]:80", or "dns: ...".
std::string resolved(const std::string& host, Duration timeout, const Interrupt& interrupt) {
  const auto result = resolve(host, 80, PollDeadline(timeout, interrupt));
  if (const auto* failure = std::get_if<Failure>(&result)) {
    return std::string(to_string(failure->kind)) + ": " + failure->detail;
  }
  std::string text;
  for (const Address& address : std::get<0>(result)) {
    text += (text.empty() ? "" : " ") + address.to_string();
  }
  return text;
}
std::string resolved(const std::string& host) {
  const Interrupt never;
  return resolved(host, std::chrono::minutes(1), never);
}

}  // namespace

TEST_CASE("resolver: addresses are themselves") {
  CHECK(resolved("127.0.0.1") == "127.0.0.1:80");
  CHECK(resolved("192.0.2.7") == "192.0.2.7:80");
  CHECK(resolved("::1") == "[::1]:80");
  CHECK(resolved("2001:db8:0:0::1") == "[2001:db8::1]:80");
}

TEST_CASE("resolver: localhost is both loopback addresses, and nobody is asked") {
  CHECK(resolved("localhost") == "127.0.0.1:80 [::1]:80");
  CHECK(resolved("localhost.") == "127.0.0.1:80 [::1]:80");
  CHECK(resolved("any.name.localhost") == "127.0.0.1:80 [::1]:80");
}

TEST_CASE("resolver: a name that does not exist") {
  const std::string text = resolved("slotflow-hooks.invalid");
  CHECK(text.starts_with("dns: slotflow-hooks.invalid: "));
  CHECK(resolved("notlocalhost.invalid").starts_with("dns: "));
}

TEST_CASE("resolver: the deadline and the interrupt count for names too") {
  const Interrupt never;
  CHECK(resolved("slotflow-hooks.invalid", Duration(0), never) ==
        "timeout: while looking up the name slotflow-hooks.invalid");
  Interrupt interrupt;
  interrupt.trigger();
  CHECK(resolved("slotflow-hooks.invalid", std::chrono::minutes(1), interrupt) == "interrupted: ");
}

TEST_CASE("resolver: with no descriptor left it fails, and does not end the program") {
  test::Child child([](int out) {
    const Interrupt never;
    const rlimit none{static_cast<rlim_t>(out), static_cast<rlim_t>(out)};
    while (::dup(out) != -1 && ::setrlimit(RLIMIT_NOFILE, &none) == 0) {
    }
    const std::string text = resolved("slotflow-hooks.invalid", std::chrono::minutes(1), never);
    if (::write(out, text.data(), text.size()) == -1) ::_exit(2);
  });
  CHECK(child.read_to_end() == "dns: slotflow-hooks.invalid: pipe: Too many open files");
}
