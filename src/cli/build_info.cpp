#include "cli/build_info.h"

#include <string>
#include <string_view>

#include <CLI/Version.hpp>
#include <asio/version.hpp>
#include <openssl/crypto.h>
#include <sqlite3.h>

#include "domain/version.h"

namespace slotflow {

namespace {

Json text_or_null(std::string_view text) {
  return text.empty() ? Json() : Json(text);
}

// Asio's macro holds 1.22.1 as 102201.
std::string asio_version() {
  constexpr int kMajor = 100'000;
  constexpr int kMinor = 100;
  constexpr int kMinors = 1'000;
  return std::to_string(ASIO_VERSION / kMajor) + "." +
         std::to_string(ASIO_VERSION / kMinor % kMinors) + "." +
         std::to_string(ASIO_VERSION % kMinor);
}

std::string json_version() {
  return std::to_string(NLOHMANN_JSON_VERSION_MAJOR) + "." +
         std::to_string(NLOHMANN_JSON_VERSION_MINOR) + "." +
         std::to_string(NLOHMANN_JSON_VERSION_PATCH);
}

}  // namespace

Json build_info() {
  return {{"version", kVersion},
          {"commit", text_or_null(kBuildSettings.commit)},
          {"libraries",
           {{"asio", asio_version()},
            {"chart.js", text_or_null(kBuildSettings.chart_js)},
            {"cli11", CLI11_VERSION},
            {"cpp-httplib", kBuildSettings.cpp_httplib},
            {"nlohmann-json", json_version()},
            {"openssl", ::OpenSSL_version(OPENSSL_VERSION_STRING)},
            {"sqlite", ::sqlite3_libversion()}}}};
}

}  // namespace slotflow
