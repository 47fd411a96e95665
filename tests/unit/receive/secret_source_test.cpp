#include "receive/secret_source.h"

#include <filesystem>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "support/temp_dir.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

using Texts = std::vector<std::string>;

const SteadyTime kNow{std::chrono::hours(1)};

// While it lives no file can be opened (EMFILE), although what is open stays so.
class NoDescriptors {
 public:
  NoDescriptors() {
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
    const rlimit none{3, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

NewWebhook hook(const std::string& url, const std::string& secret) {
  return {url, {Event::booking_confirmed}, secret};
}

}  // namespace

TEST_CASE("secret_source: given secrets never change") {
  SecretSource source(Texts{"a", "b"});
  CHECK(source.current(kNow)->all() == Texts{"a", "b"});
}

TEST_CASE("secret_source: the store's, read again when the file changes") {
  const TempDir dir;
  Registry registry(dir.file("store.json"));
  SecretSource source(registry);
  CHECK(source.current(kNow)->empty());
  registry.add(hook("http://a/", "whsec_a"), from_unix_seconds(0));
  const SecretSource::Secrets held = source.current(kNow);
  CHECK(held->all() == Texts{"whsec_a"});
  CHECK(source.current(kNow) == held);  // not read again
  registry.add(hook("http://b/", "whsec_b"), from_unix_seconds(0));
  CHECK(source.current(kNow)->all() == Texts{"whsec_a", "whsec_b"});
  CHECK(held->all() == Texts{"whsec_a"});
  registry.remove_all();
  CHECK(source.current(kNow)->empty());
}

TEST_CASE("secret_source: webhooks that are not active do not count") {
  const TempDir dir;
  Registry registry(dir.file("store.json"));
  registry.add(hook("http://a/", "whsec_a"), from_unix_seconds(0));
  std::string store = slurp(registry.path());
  const auto active = store.find("\"active\": true");
  REQUIRE(active != std::string::npos);
  spit(registry.path(), store.replace(active, 14, "\"active\": false"));
  CHECK(SecretSource(registry).current(kNow)->empty());
}

TEST_CASE("secret_source: a store that becomes invalid leaves the last valid list") {
  const TempDir dir;
  Registry registry(dir.file("store.json"));
  registry.add(hook("http://a/", "whsec_a"), from_unix_seconds(0));
  SecretSource source(registry);
  spit(registry.path(), "{ broken");
  CHECK(source.current(kNow)->all() == Texts{"whsec_a"});
  spit(registry.path(), "");
  CHECK(source.current(kNow)->empty());
}

TEST_CASE(
    "secret_source: a store that could not be read for a moment is read again, although "
    "unchanged") {
  const TempDir dir;
  Registry registry(dir.file("store.json"));
  Texts warnings;
  SecretSource source(registry, [&](const std::string& text) { warnings.push_back(text); });
  registry.add(hook("http://a/", "whsec_a"), from_unix_seconds(0));
  {
    const NoDescriptors none;
    CHECK(source.current(kNow)->empty());
    CHECK(source.current(kNow + SecretSource::kRetry)->empty());
  }
  CHECK(source.current(kNow + SecretSource::kRetry)->empty());  // tried just now
  CHECK(source.current(kNow + 2 * SecretSource::kRetry)->all() == Texts{"whsec_a"});
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0] == "cannot read " + registry.path() +
                           ": Too many open files; the secrets read before are still used");
}

TEST_CASE("secret_source: one warning for each time that it cannot be read") {
  const TempDir dir;
  const std::string path = dir.file("store.json");
  Registry registry(path);
  registry.add(hook("http://a/", "whsec_a"), from_unix_seconds(0));
  int warnings = 0;
  SecretSource source(registry, [&](const std::string&) { ++warnings; });
  const auto at = [&](int tries) { return kNow + tries * SecretSource::kRetry; };
  int tries = 0;
  for (const char* in_the_way : {"a directory", "a link to itself"}) {
    CAPTURE(in_the_way);
    const int before = warnings;
    std::filesystem::rename(path, path + ".away");
    if (in_the_way == std::string("a directory")) {
      std::filesystem::create_directory(path);
    } else {
      std::filesystem::create_symlink(path, path);
    }
    for (int i = 0; i < 3; ++i) CHECK(source.current(at(++tries))->all() == Texts{"whsec_a"});
    CHECK(warnings == before + 1);
    std::filesystem::remove(path);
    std::filesystem::rename(path + ".away", path);
    CHECK(source.current(at(++tries))->all() == Texts{"whsec_a"});
    CHECK(warnings == before + 1);
  }
}

TEST_CASE("secret_source: a store that is broken at the start is an error") {
  const TempDir dir;
  Registry registry(dir.file("store.json"));
  spit(registry.path(), "{ broken");
  CHECK(thrown([&] {
          SecretSource source(registry);
        }).starts_with("STORE_ERROR: " + registry.path()));
}
