#include "domain/signing.h"

#include <utility>

#include "domain/ascii.h"
#include "domain/choices.h"
#include "domain/signature.h"

namespace slotflow {

namespace {

// Changes the last letter or digit inside a JSON string, so that the body stays valid JSON and only
// the signature reveals the change. Changes the last byte if there is no such character.
std::string with_one_change(std::string body) {
  if (body.empty()) return "x";
  bool in_string = false;
  std::size_t found = body.size() - 1;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (in_string && body[i] == '\\') {
      ++i;
    } else if (body[i] == '"') {
      in_string = !in_string;
    } else if (in_string && is_letter_or_digit(body[i])) {
      found = i;
    }
  }
  body[found] = body[found] == '0' ? '1' : '0';
  return body;
}

}  // namespace

Tamper parse_tamper(std::string_view name) {
  return require_row("--tamper", kTampers, name).tamper;
}

std::vector<std::string> tamper_choices() {
  return names_of(kTampers);
}

bool is_invalid(const SigningPlan& plan) {
  return plan.tamper != Tamper::none || std::chrono::abs(plan.skew) > kSignatureTolerance;
}

std::string describe_flaws(const SigningPlan& plan) {
  std::string text;
  switch (plan.tamper) {
    case Tamper::none:
      break;
    case Tamper::body:
      text = "the body differs from the signed body in one character";
      break;
    case Tamper::signature:
      text = "the last digit of the v1 signature is wrong";
      break;
    case Tamper::timestamp:
      text = "the timestamp (t) is not the signed one";
      break;
    case Tamper::missing:
      text = "there is no signature header";
      break;
  }
  if (std::chrono::abs(plan.skew) <= kSignatureTolerance) return text;
  if (!text.empty()) text += ", and ";
  return text + "the timestamp (t) is " + in_words(std::chrono::abs(plan.skew)) +
         (plan.skew < Duration{0} ? " in the past" : " in the future") +
         ", beyond the tolerance of " + to_string(kSignatureTolerance);
}

SignedMessage sign_message(const SigningPlan& plan, const Body& body, Timestamp now) {
  SignedMessage message{body, std::nullopt};
  if (plan.tamper == Tamper::body) message.body = with_one_change(body.str());
  if (!plan.secret || plan.tamper == Tamper::missing) return message;

  const auto t = unix_seconds(now + plan.skew);
  std::string header = sign(*plan.secret, t, body);
  if (plan.tamper == Tamper::signature) header.back() = header.back() == '0' ? '1' : '0';
  if (plan.tamper == Tamper::timestamp) {
    header = "t=" + std::to_string(t + 1) + header.substr(header.find(','));
  }
  message.signature = std::move(header);
  return message;
}

}  // namespace slotflow
