// What verify and sign show.
#pragma once

#include <optional>
#include <string>

#include "domain/received.h"
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

// Returns the line "diagnosis: ...", which verify and listen show.
std::string diagnosis_line(const std::string& diagnosis);

// Returns why the signature of a received request does not match, if a diagnosis is made for it.
// This may take milliseconds.
std::optional<std::string> diagnosis_of(const ReceivedRequest& request);

std::string text_of(const Verification& verification, const Style& style);
std::string text_of(const SignatureHeaderValue& header, const Style& style);

std::string json_of(const Verification& verification);
std::string json_of(const SignatureHeaderValue& header);

}  // namespace slotflow
