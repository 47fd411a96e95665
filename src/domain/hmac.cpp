#include "domain/hmac.h"

#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "domain/error.h"

namespace slotflow {

std::string hmac_sha256_hex(std::string_view key, std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  // OpenSSL 3 fails when both are null pointers, as the views of nothing are.
  if (key.empty()) key = "";
  const unsigned char* done = ::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                     reinterpret_cast<const unsigned char*>(message.data()),
                                     message.size(), digest.data(), &length);
  if (done == nullptr) throw Error(ErrorCode::io_error, "OpenSSL cannot compute HMAC-SHA256");
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) {
    hex += kDigits[digest[i] >> 4U];
    hex += kDigits[digest[i] & 0xfU];
  }
  return hex;
}

}  // namespace slotflow
