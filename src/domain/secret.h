// Signing secrets: whsec_ and letters and digits, used exactly as issued.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

inline constexpr std::string_view kSecretPrefix = "whsec_";
// What follows it in a secret that this program makes.
inline constexpr std::string_view kSecretCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
inline constexpr std::size_t kSecretLength = 32;

// Returns whsec_k8J2...: enough to distinguish secrets, but not to use one.
std::string masked_secret(std::string_view secret);

// Returns what makes `secret` look unlike one that Slotflow issues, such as "is in quotes": it was
// probably damaged on its way from there. Returns nullopt if nothing does. Never quotes the secret.
std::optional<std::string> odd_secret(std::string_view secret);

// What a damaged secret probably was.
struct RepairedSecret {
  std::string secret;
  std::string damage;  // "is in quotes"
};
std::vector<RepairedSecret> repaired_secrets(std::string_view secret);

}  // namespace slotflow
