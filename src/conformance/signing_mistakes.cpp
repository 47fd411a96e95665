#include "conformance/signing_mistakes.h"

#include <array>
#include <cstdlib>
#include <initializer_list>
#include <utility>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "domain/ascii.h"
#include "domain/base64.h"
#include "domain/error.h"
#include "domain/hex.h"
#include "domain/secret.h"
#include "domain/signature.h"

namespace slotflow {

namespace {

constexpr std::string_view kKeyRemedy =
    "use the secret exactly as issued as the key: its text, with the whsec_ prefix and nothing "
    "else";
constexpr std::string_view kConfigureRemedy =
    "give the handler this webhook's signing_secret, and refuse to start without it";
constexpr std::string_view kTextRemedy =
    "compute the HMAC over t, a dot and the raw body, in this order";
constexpr std::string_view kHashRemedy = "compute HMAC-SHA256, and write it in lower-case hex";
constexpr std::string_view kClockRemedy =
    "compare t, which is Unix time in seconds (UTC), with a clock that is right: check the time "
    "zone in the code, and synchronize the machine's clock";

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string text_of_digest(const Digest& digest, unsigned int size) {
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string mac(const EVP_MD* hash, std::string_view key, std::string_view text) {
  Digest digest{};
  unsigned int size = 0;
  if (::HMAC(hash, key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
             digest.data(), &size) == nullptr) {
    throw Error(ErrorCode::io_error, "cannot sign: OpenSSL has no such hash");
  }
  return text_of_digest(digest, size);
}

std::string plain_hash(const EVP_MD* hash, std::string_view text) {
  Digest digest{};
  unsigned int size = 0;
  if (::EVP_Digest(text.data(), text.size(), digest.data(), &size, hash, nullptr) != 1) {
    throw Error(ErrorCode::io_error, "cannot sign: OpenSSL has no such hash");
  }
  return text_of_digest(digest, size);
}

std::string hex_of_bytes(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) append_hex(hex, static_cast<unsigned char>(byte), 2);
  return hex;
}

std::string in_capitals(std::string text) {
  for (char& c : text) c = upper_case(c);
  return text;
}

std::string in_words(std::int64_t minutes) {
  const bool whole_hours = minutes % 60 == 0;
  const std::int64_t count = whole_hours ? minutes / 60 : minutes;
  return std::to_string(count) + (whole_hours ? " hour" : " minute") + (count == 1 ? "" : "s");
}

// Collects mistakes with one body and one time.
class Mistakes {
 public:
  Mistakes(const std::string& secret, std::int64_t now, std::string_view body)
      : secret_(secret), now_(now), t_(std::to_string(now)), body_(body) {}

  void add_keys();
  void add_forms();
  void add_times();

  std::vector<SigningMistake> found;

 private:
  void add(std::string words, std::string_view remedy, std::string header) {
    found.push_back({std::move(words), std::string(remedy), std::move(header)});
  }
  void add_key(std::string words, std::string_view key, std::string_view remedy = kKeyRemedy) {
    add(std::move(words), remedy, sign(key, now_, body_));
  }
  void add_v1(std::string words, std::string_view remedy, const std::string& v1) {
    add(std::move(words), remedy, "t=" + t_ + ",v1=" + v1);
  }
  // A v1 that is computed over another text.
  void add_text(std::string words, const std::string& text) {
    add_v1(std::move(words), kTextRemedy, hex_of_bytes(mac(::EVP_sha256(), secret_, text)));
  }

  const std::string& secret_;
  std::int64_t now_;
  std::string t_;
  std::string_view body_;
};

void Mistakes::add_keys() {
  const bool prefixed = secret_.starts_with(kSecretPrefix);
  const std::string bare = prefixed ? secret_.substr(kSecretPrefix.size()) : secret_;
  if (prefixed) add_key("with the secret without its whsec_ prefix as key", bare);
  for (const std::string& text : {bare, secret_}) {
    const auto key = base64_decoded(text);
    if (key) add_key("with a key that was base64-decoded from the secret", *key);
  }
  for (const std::string_view end : {"\n", "\r\n", " "}) {
    add_key("with white space, such as a line break, after the secret in its key",
            secret_ + std::string(end));
  }
  for (const std::string_view quote : {"\"", "'"}) {
    add_key("with quotes around the secret in its key",
            std::string(quote) + secret_ + std::string(quote));
  }
  add_key("with an empty key: its secret is not set", "", kConfigureRemedy);
  for (const std::string_view nothing : {"undefined", "null", "None"}) {
    add_key("with the text '" + std::string(nothing) + "' as key: its secret is not set", nothing,
            kConfigureRemedy);
  }
}

void Mistakes::add_forms() {
  const std::string body(body_);
  const std::string signed_text = t_ + "." + body;
  add_text("over the body before t", body + "." + t_);
  add_text("over t and the body without a dot", t_ + body);
  add_text("over the body without t", body);
  const std::string digest = mac(::EVP_sha256(), secret_, signed_text);
  add_v1("with v1 in base64, not hex", kHashRemedy, base64(digest));
  add_v1("with v1 in upper-case hex", kHashRemedy, in_capitals(hex_of_bytes(digest)));
  add_v1("with HMAC-SHA512, not HMAC-SHA256", kHashRemedy,
         hex_of_bytes(mac(::EVP_sha512(), secret_, signed_text)));
  add_v1("with HMAC-SHA1, not HMAC-SHA256", kHashRemedy,
         hex_of_bytes(mac(::EVP_sha1(), secret_, signed_text)));
  add_v1("with SHA-256 of the secret and the text, not HMAC-SHA256", kHashRemedy,
         hex_of_bytes(plain_hash(::EVP_sha256(), secret_ + signed_text)));
}

void Mistakes::add_times() {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kMilliseconds = 1'000;
  add("with t in milliseconds", kClockRemedy, sign(secret_, now_ * kMilliseconds, body_));
  const auto add_shift = [&](std::int64_t minutes) {
    const std::string words = "with a clock that is about " + in_words(std::abs(minutes)) +
                              (minutes < 0 ? " behind" : " ahead");
    add(words, kClockRemedy, sign(secret_, now_ + minutes * kMinute, body_));
  };
  // Time zones are 12 hours behind UTC to 14 ahead.
  constexpr int kHour = 60;
  for (int hours = 1; hours <= 14; ++hours) {
    add_shift(hours * kHour);
    add_shift(-hours * kHour);
  }
  // A tolerance of 5 minutes covers the minutes between two of these.
  constexpr int kStep = 9;
  for (int minutes = kStep; minutes < kHour; minutes += kStep) {
    add_shift(minutes);
    add_shift(-minutes);
  }
}

}  // namespace

std::vector<SigningMistake> signing_mistakes(const std::string& secret, std::int64_t now,
                                             std::string_view body) {
  Mistakes mistakes(secret, now, body);
  mistakes.add_keys();
  mistakes.add_forms();
  mistakes.add_times();
  return std::move(mistakes.found);
}

}  // namespace slotflow
