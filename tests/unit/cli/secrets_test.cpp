#include "cli/secrets.h"

#include <doctest/doctest.h>

#include "support/entries.h"
#include "support/surroundings.h"
#include "support/temp_dir.h"
#include "support/thrown.h"

using namespace slotflow;

namespace {

// A context with a store of its own.
struct SecretSurroundings : test::Surroundings {
  test::TempDir folder;
  GlobalOptions options{.store = folder.file("store.json")};
  Context context{options, world};
};

std::string secret_from_file(const std::string& content) {
  SecretSurroundings here;
  test::spit(here.folder.file("secret"), content);
  return SecretOptions{{}, here.folder.file("secret")}.read(here.context).value();
}

std::string notice_about(const std::string& secret) {
  SecretSurroundings here;
  CHECK(SecretOptions{{secret}, {}}.read(here.context) == secret);
  return here.err.str();
}

}  // namespace

TEST_CASE("secrets: a file may have a byte order mark and one line break, and nothing else") {
  CHECK(secret_from_file("whsec_a") == "whsec_a");
  CHECK(secret_from_file("whsec_a\n") == "whsec_a");
  CHECK(secret_from_file("whsec_a\r\n") == "whsec_a");
  CHECK(secret_from_file("\xef\xbb\xbfwhsec_a\r\n") == "whsec_a");
  const std::string refused =
      "USAGE: --secret-file: expected a secret such as whsec_..., got a value with white space or "
      "control characters";
  CHECK(test::thrown([] { secret_from_file("whsec_a\n\n"); }) == refused);
  CHECK(test::thrown([] { secret_from_file(" whsec_a"); }) == refused);
  CHECK(test::thrown([] { secret_from_file("\x1b[32mwhsec_a\x1b[0m"); }) == refused);
  const std::string nothing =
      "USAGE: --secret-file: expected a secret such as whsec_..., got nothing";
  CHECK(test::thrown([] { secret_from_file("\n"); }) == nothing);
  CHECK(test::thrown([] { secret_from_file("\xef\xbb\xbf"); }) == nothing);
}

TEST_CASE("secrets: an option comes before the environment") {
  SecretSurroundings here;
  CHECK_FALSE(SecretOptions{}.read(here.context).has_value());
  here.variables[kSecretVariable] = "";
  CHECK_FALSE(SecretOptions{}.read(here.context).has_value());
  here.variables[kSecretVariable] = "whsec_env";
  CHECK(SecretOptions{}.read(here.context) == "whsec_env");
  CHECK(SecretOptions{}.read_all(here.context) == std::vector<std::string>{"whsec_env"});
  here.in.str("whsec_in\n");
  CHECK(SecretOptions{{}, "-"}.read(here.context) == "whsec_in");
  CHECK(SecretOptions{{"whsec_a"}, {}}.read(here.context) == "whsec_a");
  here.in.str("whsec_in\n");
  here.in.clear();
  CHECK(SecretOptions{{"whsec_a", "whsec_b"}, "-"}.read_all(here.context) ==
        std::vector<std::string>{"whsec_a", "whsec_b", "whsec_in"});
  CHECK(test::thrown([&] { (SecretOptions{{"a"}, "b"}.read(here.context)); }) ==
        "USAGE: --secret cannot be combined with --secret-file");
  here.variables[kSecretVariable] = "whsec_a b";
  CHECK(test::thrown([&] { SecretOptions{}.read(here.context); }) ==
        "USAGE: SLOTFLOW_WEBHOOK_SECRET: expected a secret such as whsec_..., got a value with "
        "white space or control characters");
  CHECK(here.err.str().empty());
}

TEST_CASE("secrets: a damaged one is used, with a notice that does not show it") {
  CHECK(notice_about("whsec_a").empty());
  CHECK(notice_about("'whsec_a'") ==
        "slotflow-hooks: the secret of --secret is used as it is, although it is in quotes\n");
  CHECK(notice_about("NAME=whsec_a") ==
        "slotflow-hooks: the secret of --secret is used as it is, although it begins with NAME=\n");
}

TEST_CASE("secrets: a command that needs one takes an option, a webhook or the environment") {
  SecretSurroundings here;
  const Webhook webhook = here.context.registry().add(
      {"http://localhost:3000/", {Event::booking_confirmed}, "whsec_stored"}, {});
  CHECK(test::thrown([&] { KnownSecret{}.read(here.context, "sign"); }) ==
        "USAGE: sign requires --secret, --secret-file or --webhook | hint: or set the environment "
        "variable "
        "SLOTFLOW_WEBHOOK_SECRET");
  here.variables[kSecretVariable] = "whsec_env";
  CHECK(KnownSecret{}.read(here.context, "sign") == "whsec_env");
  CHECK(KnownSecret{{}, webhook.id}.read(here.context, "sign") == "whsec_stored");
  CHECK(KnownSecret{{}, "localhost:3000"}.read(here.context, "sign") == "whsec_stored");
  CHECK(test::thrown([&] { (KnownSecret{{{"a"}, {}}, webhook.id}.read(here.context, "sign")); }) ==
        "USAGE: --webhook cannot be combined with --secret or --secret-file");
}

TEST_CASE("secrets: a webhook is found by its URL, and a store that cannot be read is told") {
  SecretSurroundings here;
  const Url url = parse_url("URL", "http://localhost:3000/");
  CHECK(readable_webhooks(here.context).empty());
  CHECK_FALSE(test::entries(here.folder.path()).contains("store.json"));
  here.context.registry().add({url.to_string(), {Event::booking_confirmed}, "whsec_stored"}, {});
  std::vector<Webhook> webhooks = readable_webhooks(here.context);
  REQUIRE(find_active(webhooks, url) != nullptr);
  CHECK(find_active(webhooks, url)->signing_secret == "whsec_stored");
  CHECK(find_active(webhooks, parse_url("URL", "localhost:3001")) == nullptr);
  webhooks.front().active = false;
  CHECK(find_active(webhooks, url) == nullptr);
  CHECK(here.err.str().empty());
  test::spit(here.folder.file("store.json"), "{");
  CHECK(readable_webhooks(here.context).empty());
  CHECK(
      here.err.str().starts_with("slotflow-hooks: warning: cannot look for a registered secret: "));
}

TEST_CASE("secrets: without a place for the store, there are no webhooks") {
  test::Surroundings here;
  const GlobalOptions options;
  Context context(options, here.world);
  CHECK(readable_webhooks(context).empty());
  CHECK(here.err.str().empty());
}
