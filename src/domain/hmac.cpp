#include "domain/hmac.h"

#include <array>
#include <memory>
#include <optional>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "domain/error.h"
#include "domain/hex.h"

namespace slotflow {

namespace {

using Context = std::unique_ptr<EVP_MAC_CTX, decltype(&::EVP_MAC_CTX_free)>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Finding the algorithms in OpenSSL takes longer than the hash of a booking.
Context new_context() {
  const std::unique_ptr<EVP_MAC, decltype(&::EVP_MAC_free)> mac(
      ::EVP_MAC_fetch(nullptr, "HMAC", nullptr), &::EVP_MAC_free);
  Context context(mac ? ::EVP_MAC_CTX_new(mac.get()) : nullptr, &::EVP_MAC_CTX_free);
  std::array<char, 7> digest{"SHA256"};
  const std::array<OSSL_PARAM, 2> params{
      ::OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      ::OSSL_PARAM_construct_end()};
  if (context && ::EVP_MAC_CTX_set_params(context.get(), params.data()) != 1) context.reset();
  return context;
}

// Not thread-safe. Hashes a key once for all consecutive messages with that key.
class Hmac {
 public:
  bool start(std::string_view key) {
    if (!context_) return false;
    // Without a key, OpenSSL uses the previous one.
    if (key_ == key) return ::EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1;
    key_.reset();
    if (key.empty()) key = "";
    if (::EVP_MAC_init(context_.get(), bytes(key), key.size(), nullptr) != 1) return false;
    key_ = key;
    return true;
  }

  bool update(std::string_view part) {
    return ::EVP_MAC_update(context_.get(), bytes(part), part.size()) == 1;
  }

  bool finish(std::array<unsigned char, EVP_MAX_MD_SIZE>& digest, std::size_t& length) {
    return ::EVP_MAC_final(context_.get(), digest.data(), &length, digest.size()) == 1;
  }

 private:
  Context context_ = new_context();
  std::optional<std::string> key_;
};

}  // namespace

std::string hmac_sha256_hex(std::string_view key, std::string_view message) {
  return hmac_sha256_hex(key, {message});
}

std::string hmac_sha256_hex(std::string_view key, std::initializer_list<std::string_view> parts) {
  std::string hex;
  append_hmac_sha256_hex(hex, key, parts);
  return hex;
}

void append_hmac_sha256_hex(std::string& out, std::string_view key,
                            std::initializer_list<std::string_view> parts) {
  thread_local Hmac hmac;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  std::size_t length = 0;
  bool done = hmac.start(key);
  for (const std::string_view part : parts) done = done && hmac.update(part);
  done = done && hmac.finish(digest, length);
  if (!done) throw Error(ErrorCode::io_error, "cannot compute HMAC-SHA256 with OpenSSL");
  std::array<char, 2 * EVP_MAX_MD_SIZE> hex;
  for (std::size_t i = 0; i < length; ++i) {
    hex[2 * i] = hex_digit(digest[i] >> 4U);
    hex[2 * i + 1] = hex_digit(digest[i]);
  }
  out.append(hex.data(), 2 * length);
}

}  // namespace slotflow
