#include "engine/secret_source.h"

#include <doctest/doctest.h>

#include "support/temp_dir.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

using Texts = std::vector<std::string>;

NewWebhook hook(const std::string& url, const std::string& secret) {
  return {url, {Event::booking_confirmed}, secret};
}

}  // namespace

TEST_CASE("secret_source: given secrets never change") {
  SecretSource source(Texts{"a", "b"});
  CHECK(*source.current() == Texts{"a", "b"});
}

TEST_CASE("secret_source: the store's, read again when the file changes") {
  const TempDir dir;
  Registry registry(dir.file("store.json"));
  SecretSource source(registry);
  CHECK(source.current()->empty());
  registry.add(hook("http://a/", "whsec_a"), from_unix_seconds(0));
  const SecretSource::Secrets held = source.current();
  CHECK(*held == Texts{"whsec_a"});
  CHECK(source.current() == held);  // not read again
  registry.add(hook("http://b/", "whsec_b"), from_unix_seconds(0));
  CHECK(*source.current() == Texts{"whsec_a", "whsec_b"});
  CHECK(*held == Texts{"whsec_a"});
  registry.remove_all();
  CHECK(source.current()->empty());
}

TEST_CASE("secret_source: webhooks that are not active do not count") {
  const TempDir dir;
  Registry registry(dir.file("store.json"));
  registry.add(hook("http://a/", "whsec_a"), from_unix_seconds(0));
  std::string store = slurp(registry.path());
  const auto active = store.find("\"active\": true");
  REQUIRE(active != std::string::npos);
  spit(registry.path(), store.replace(active, 14, "\"active\": false"));
  CHECK(SecretSource(registry).current()->empty());
}

TEST_CASE("secret_source: a store that breaks later leaves the last good list") {
  const TempDir dir;
  Registry registry(dir.file("store.json"));
  registry.add(hook("http://a/", "whsec_a"), from_unix_seconds(0));
  SecretSource source(registry);
  spit(registry.path(), "{ broken");
  CHECK(*source.current() == Texts{"whsec_a"});
  spit(registry.path(), "");
  CHECK(source.current()->empty());
}

TEST_CASE("secret_source: a store that is broken at the start is an error") {
  const TempDir dir;
  Registry registry(dir.file("store.json"));
  spit(registry.path(), "{ broken");
  CHECK(thrown([&] {
          SecretSource source(registry);
        }).starts_with("STORE_ERROR: " + registry.path()));
}
