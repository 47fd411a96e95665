// What verify and sign show.
#pragma once

#include <optional>
#include <string>

#include "domain/signature.h"
#include "report/style.h"

namespace slotflow {

struct Verification {
  SignatureCheck check;
  std::optional<std::string> diagnosis;  // the known mistake that explains a bad signature, if any
};

struct SignatureHeaderValue {
  std::string value;
};

std::string text_of(const Verification& verification, const Style& style);
std::string text_of(const SignatureHeaderValue& header, const Style& style);

std::string json_of(const Verification& verification);
std::string json_of(const SignatureHeaderValue& header);

}  // namespace slotflow
