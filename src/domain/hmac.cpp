#include "domain/hmac.h"

#include <array>
#include <memory>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "domain/error.h"

namespace slotflow {

namespace {

using Context = std::unique_ptr<EVP_MAC_CTX, decltype(&::EVP_MAC_CTX_free)>;

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

}  // namespace

std::string hmac_sha256_hex(std::string_view key, std::string_view message) {
  thread_local const Context context = new_context();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  std::size_t length = 0;
  // Without a key of its own, OpenSSL takes the one before.
  if (key.empty()) key = "";
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  const bool done = context &&
                    ::EVP_MAC_init(context.get(), bytes(key), key.size(), nullptr) == 1 &&
                    ::EVP_MAC_update(context.get(), bytes(message), message.size()) == 1 &&
                    ::EVP_MAC_final(context.get(), digest.data(), &length, digest.size()) == 1;
  if (!done) throw Error(ErrorCode::io_error, "OpenSSL cannot compute HMAC-SHA256");
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * length);
  for (std::size_t i = 0; i < length; ++i) {
    hex += kDigits[digest[i] >> 4U];
    hex += kDigits[digest[i] & 0xfU];
  }
  return hex;
}

}  // namespace slotflow
