#include "report/signatures.h"

#include "report/escape.h"
#include "report/json_parts.h"
#include "report/output.h"
#include "report/wrap.h"

namespace slotflow {

std::string diagnosis_line(const std::string& diagnosis) {
  return "diagnosis: " + safe_line(diagnosis) + '\n';
}

std::optional<std::string> diagnosis_of(const ReceivedRequest& request) {
  const auto header = find_header(request.headers, kSignatureHeader);
  if (!request.diagnosis || !header) return std::nullopt;
  return request.diagnosis->of(*header, request.body);
}

std::string text_of(const Verification& verification, const Style& style) {
  const SignatureCheck& check = verification.check;
  const std::string verdict(to_string(check.verdict));
  const bool valid = check.verdict == SignatureVerdict::valid;
  std::string text = valid ? style.green(verdict) : style.red(verdict);
  if (!valid && !check.reason.empty()) text += ": " + safe_line(check.reason);
  text += '\n';
  if (verification.diagnosis) text += diagnosis_line(*verification.diagnosis);
  return wrapped(text, style.columns, 2);
}

std::string text_of(const SignatureHeaderValue& header, const Style& /*style*/) {
  return std::string(kSignatureHeader) + ": " + safe_line(header.value) + '\n';
}

std::string json_of(const Verification& verification) {
  Json json = Json::object();
  json["type"] = "verdict";
  json["signature"] = to_string(verification.check.verdict);
  json["reason"] = or_null_if_empty(verification.check.reason);
  json["diagnosis"] = or_null(verification.diagnosis);
  return json_line(json);
}

std::string json_of(const SignatureHeaderValue& header) {
  Json json = Json::object();
  json["type"] = "signature";
  json["header"] = kSignatureHeader;
  json["value"] = header.value;
  return json_line(json);
}

}  // namespace slotflow
