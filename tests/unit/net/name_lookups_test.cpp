#include "net/name_lookups.h"

#include <doctest/doctest.h>

#include "net/condition.h"
#include "net/deadline.h"

using namespace slotflow;

namespace {

using Found = std::variant<Endpoints, Failure>;

asio::awaitable<Found> resolve(EventLoop& loop, std::string host, Duration timeout) {
  Deadline deadline(loop);
  deadline.set_from_now(timeout);
  co_return co_await loop.lookups().resolve(host, 80, deadline);
}

// "127.0.0.1:80 [::1]:80", or "dns: ...".
std::string text_of(const Found& found) {
  if (const auto* failure = std::get_if<Failure>(&found)) {
    return std::string(to_string(failure->kind)) + ": " + failure->detail;
  }
  std::string text;
  for (const auto& endpoint : std::get<0>(found)) {
    text += (text.empty() ? "" : " ") + to_string(endpoint);
  }
  return text;
}

std::string resolved(const std::string& host, Duration timeout, const Interrupt& interrupt) {
  EventLoop loop(interrupt);
  return text_of(loop.run(resolve(loop, host, timeout)));
}
std::string resolved(const std::string& host) {
  const Interrupt never;
  return resolved(host, std::chrono::minutes(1), never);
}

}  // namespace

TEST_CASE("name_lookups: addresses are themselves") {
  CHECK(resolved("127.0.0.1") == "127.0.0.1:80");
  CHECK(resolved("192.0.2.7") == "192.0.2.7:80");
  CHECK(resolved("::1") == "[::1]:80");
  CHECK(resolved("2001:db8:0:0::1") == "[2001:db8::1]:80");
}

TEST_CASE("name_lookups: localhost is both loopback addresses, and nobody is asked") {
  CHECK(resolved("localhost") == "127.0.0.1:80 [::1]:80");
  CHECK(resolved("localhost.") == "127.0.0.1:80 [::1]:80");
  CHECK(resolved("any.name.localhost") == "127.0.0.1:80 [::1]:80");
}

TEST_CASE("name_lookups: a name that does not exist") {
  const std::string text = resolved("slotflow-hooks.invalid");
  CHECK(text.starts_with("dns: slotflow-hooks.invalid: "));
  CHECK(resolved("notlocalhost.invalid").starts_with("dns: "));
}

TEST_CASE("name_lookups: the deadline and the interrupt count for names too") {
  const Interrupt never;
  CHECK(resolved("slotflow-hooks.invalid", Duration(0), never) ==
        "timeout: while looking up the name slotflow-hooks.invalid");
  Interrupt interrupt;
  interrupt.trigger();
  CHECK(resolved("slotflow-hooks.invalid", std::chrono::minutes(1), interrupt) == "interrupted: ");
}

TEST_CASE("name_lookups: a name that many ask for at once is looked up for all of them") {
  const Interrupt never;
  EventLoop loop(never);
  std::vector<std::string> texts;
  loop.run([](EventLoop& on, std::vector<std::string>& out) -> asio::awaitable<void> {
    Condition ended(on.context());
    for (int i = 0; i < 100; ++i) {
      asio::co_spawn(on.context(), resolve(on, "slotflow-hooks.invalid", std::chrono::minutes(1)),
                     [&](std::exception_ptr, const Found& found) {
                       out.push_back(text_of(found));
                       ended.notify();
                     });
    }
    while (out.size() < 100) co_await ended.wait();
  }(loop, texts));
  for (const std::string& text : texts) CHECK(text.starts_with("dns: slotflow-hooks.invalid: "));
}

TEST_CASE("name_lookups: an abandoned lookup does no harm") {
  const Interrupt never;
  for (int i = 0; i < 20; ++i) {
    EventLoop loop(never);
    loop.run(resolve(loop, "slotflow-hooks.invalid", Duration(0)));
  }
}
