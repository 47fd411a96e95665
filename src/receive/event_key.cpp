#include "receive/event_key.h"

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/evp.h>

#include "domain/error.h"
#include "domain/event_identity.h"

namespace slotflow {

namespace {

// `kind` distinguishes keys of different things. The length before each part distinguishes "a b"
// and "c" from "a" and "b c".
EventKey digest(char kind, std::initializer_list<std::string_view> parts) {
  // Creating one, and finding the algorithm in OpenSSL, takes longer than hashing.
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
      EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm(
      EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free);
  bool good = context && algorithm &&
              EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) == 1 &&
              EVP_DigestUpdate(context.get(), &kind, 1) == 1;
  for (const std::string_view part : parts) {
    const std::string length = std::to_string(part.size()) + ':';
    good = good && EVP_DigestUpdate(context.get(), length.data(), length.size()) == 1 &&
           EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> whole{};
  unsigned int size = 0;
  good = good && EVP_DigestFinal_ex(context.get(), whole.data(), &size) == 1;
  EventKey key;
  if (!good || size < key.bytes.size()) {
    throw Error(ErrorCode::io_error, "cannot compute SHA-256 with OpenSSL");
  }
  std::memcpy(key.bytes.data(), whole.data(), key.bytes.size());
  return key;
}

EventKey bytes_key(const ReceivedRequest& request) {
  return digest('b', {request.body});
}

// Returns the event and its booking. Where U+FFFD may stand for a lone surrogate, that is read
// again, so that ids with different ones differ.
EventIdentity identity_of(const ReceivedRequest& request) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  const auto is_unclear = [&](const std::optional<std::string>& text) {
    return text && text->find(kReplacement) != std::string::npos;
  };
  if (is_unclear(request.event) || is_unclear(request.booking_id)) {
    return identity_in(request.body, LoneSurrogate::keep);
  }
  return {request.event, request.booking_id};
}

}  // namespace

EventKey event_key(const ReceivedRequest& request) {
  const EventIdentity identity = identity_of(request);
  if (!identity.event || !identity.booking_id) return bytes_key(request);
  return digest('e', {*identity.event, *identity.booking_id});
}

EventKey booking_key(const ReceivedRequest& request) {
  const EventIdentity identity = identity_of(request);
  return identity.booking_id ? digest('k', {*identity.booking_id}) : bytes_key(request);
}

}  // namespace slotflow
