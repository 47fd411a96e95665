// Why a signature does not match: diagnose_signature().
#include <algorithm>
#include <array>

#include "domain/ascii.h"
#include "domain/base64.h"
#include "domain/body_mistakes.h"
#include "domain/hmac.h"
#include "domain/lenient_header.h"
#include "domain/quote.h"
#include "domain/secret.h"
#include "domain/signature.h"
#include "domain/text.h"
#include "domain/timestamp.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

struct OtherHash {
  std::string_view name;
  std::size_t digits;
};
constexpr std::array<OtherHash, 4> kOtherHashes{
    {{"MD5", 32}, {"SHA-1", 40}, {"SHA-384", 96}, {"SHA-512", 128}}};

constexpr std::string_view kGzipMark = "\x1f\x8b";  // RFC 1952, section 2.3.1

// Unix time has ten digits in seconds until the year 2286, and thirteen in milliseconds.
bool looks_like_milliseconds(std::string_view t) {
  return t.size() == 13 && is_digits(t);
}

// Tries one mistake at a time on a header, a body and a secret.
class Diagnosis {
 public:
  // `header` must outlive this object.
  Diagnosis(const LenientHeader& header, std::string_view body, std::string_view secret)
      : header_(header),
        t_(header.t.empty() ? std::string_view() : std::string_view(header.t.front())),
        body_(body),
        secret_(secret) {}

  // Returns the v1 signature that matches, as it is in the header; nullptr if none does.
  const std::string* match() const;
  // Returns the mistake with which the signature matches.
  std::optional<std::string> find() const;

 private:
  bool matches(std::string_view secret, std::string_view t, std::string_view body) const {
    return is_given(signature_hex(secret, t, body));
  }
  bool is_given(const std::string& hex) const {
    return std::find(header_.v1.begin(), header_.v1.end(), hex) != header_.v1.end();
  }
  bool matches_secret(std::string_view secret) const { return matches(secret, t_, body_); }
  bool matches_body(std::string_view body) const { return matches(secret_, t_, body); }

  std::optional<std::string> secret_mistake() const;
  std::optional<std::string> body_mistake() const;
  std::optional<std::string> time_mistake() const;

  const LenientHeader& header_;
  std::string_view t_;
  std::string_view body_;
  std::string_view secret_;
};

const std::string* Diagnosis::match() const {
  for (const std::string& t : header_.t) {
    const std::string right = signature_hex(secret_, t, body_);
    for (std::size_t i = 0; i < header_.v1.size(); ++i) {
      if (header_.v1[i] == right) return &header_.v1_given[i];
    }
  }
  return nullptr;
}

std::optional<std::string> Diagnosis::secret_mistake() const {
  const bool prefixed = secret_.starts_with(kSecretPrefix);
  const std::string_view bare = prefixed ? secret_.substr(kSecretPrefix.size()) : secret_;
  if (prefixed && matches_secret(bare)) {
    return "the secret was used without its whsec_ prefix; the key is the secret as issued, prefix "
           "included";
  }
  if (!prefixed && matches_secret(std::string(kSecretPrefix) + std::string(secret_))) {
    return "v1 matches if whsec_ is put before the secret; pass the secret as issued, prefix "
           "included";
  }
  if (trimmed(secret_) != secret_ && matches_secret(trimmed(secret_))) {
    return "the secret given here has white space around it; v1 matches without it";
  }
  for (const RepairedSecret& repaired : repaired_secrets(secret_)) {
    if (matches_secret(repaired.secret)) {
      return "the secret given here " + repaired.damage + "; v1 matches the secret without this";
    }
  }
  for (const std::string_view quote : {"\"", "'"}) {
    if (matches_secret(std::string(quote) + std::string(secret_) + std::string(quote))) {
      return "the secret was used with quotes around it, as some programs read .env files";
    }
  }
  if (matches_secret(std::string(kByteOrderMark) + std::string(secret_))) {
    return "the secret was used with a byte order mark before it, as editors on Windows save files";
  }
  for (const std::string_view space : {"\n", "\r\n", " "}) {
    const std::string tail(space);
    const std::string plain(secret_);
    if (matches_secret(plain + tail) || matches_secret(tail + plain) ||
        matches_secret(tail + plain + tail)) {
      return "the secret was used with white space around it, such as the newline at the end of a "
             "file";
    }
  }
  for (const std::string_view text : {bare, secret_}) {
    const std::optional<std::string> key = base64_decoded(text);
    if (key && matches_secret(*key)) {
      return "the secret was base64-decoded before use; the key is the text of the secret itself";
    }
  }
  return std::nullopt;
}

std::optional<std::string> Diagnosis::body_mistake() const {
  if (is_given(hmac_sha256_hex(secret_, body_))) {
    return "only the body was signed; the signed text is t, a dot and the body";
  }
  if (is_given(hmac_sha256_hex(secret_, {t_, body_}))) {
    return "t and the body were signed without the dot between them";
  }
  if (is_given(hmac_sha256_hex(secret_, {body_, ".", t_}))) {
    return "the body was signed before t; the signed text is t, a dot and the body";
  }
  if (!body_.empty() && matches_body("")) {
    return "an empty body was signed; the body given here is not empty";
  }
  const std::string_view mistake =
      find_body_mistake(body_, [this](std::string_view other) { return matches_body(other); });
  if (!mistake.empty()) return std::string(mistake);
  return std::nullopt;
}

std::optional<std::string> Diagnosis::time_mistake() const {
  if (looks_like_milliseconds(t_) && matches(secret_, t_.substr(0, 10), body_)) {
    return "t is in milliseconds, but was signed in seconds; the header must contain the signed "
           "value";
  }
  if (matches(secret_, std::string(t_) + "000", body_)) {
    return "t was signed in milliseconds, but is in seconds in the header; the header must contain "
           "the signed value";
  }
  if (t_.empty() && matches_body(body_)) {
    return "v1 was made with an empty timestamp; the signed text is t, a dot and the body";
  }
  const std::optional<Timestamp> time = parse_iso8601(t_);
  const std::string whole =
      time ? std::to_string(unix_seconds(*time)) : std::string(t_.substr(0, t_.find('.')));
  if (whole != t_ && matches(secret_, whole, body_)) {
    return "t was signed in whole seconds, but is in another form in the header; the header must "
           "contain the signed value";
  }
  return std::nullopt;
}

std::optional<std::string> Diagnosis::find() const {
  if (std::optional<std::string> mistake = secret_mistake()) return mistake;
  if (std::optional<std::string> mistake = time_mistake()) return mistake;
  return body_mistake();
}

// Returns what is wrong with v1 whatever the secret is.
std::optional<std::string> v1_mistake(const LenientHeader& header) {
  constexpr std::size_t kBytes = 32;  // of SHA-256
  constexpr std::size_t kHexDigits = 2 * kBytes;
  if (std::ranges::any_of(header.v1, [](auto& v1) { return v1.size() == kHexDigits; })) {
    return std::nullopt;
  }
  for (const std::string& v1 : header.v1_given) {
    const auto bytes = base64_decoded(v1);
    if (bytes && bytes->size() == kBytes) return "v1 is in base64; it must be in lower-case hex";
  }
  for (const OtherHash& hash : kOtherHashes) {
    for (const std::string& v1 : header.v1) {
      if (v1.size() != hash.digits || !std::ranges::all_of(v1, is_hex_digit)) continue;
      return "v1 has " + std::to_string(hash.digits) + " hex digits, as many as " +
             std::string(hash.name) + " has; it must be HMAC-SHA256, which has 64";
    }
  }
  return "v1 does not have 64 hex digits: it was cut, or something was added";
}

// Returns what can be said if the signature matches with no known mistake.
std::string unexplained(std::string_view body) {
  if (body.empty()) {
    return "the body given here is empty: perhaps something else has read it already";
  }
  if (body.starts_with(kGzipMark)) {
    return "the body given here is compressed with gzip; Slotflow signs what it sends, which is "
           "not compressed";
  }
  return "no known mistake explains it: the header may be that of another event, the secret that "
         "of another webhook, or the body incomplete or changed";
}

// Returns which other service's form the header has; nullopt if it has Slotflow's names, or none.
std::optional<std::string> other_service(const LenientHeader& header, std::string_view value) {
  if (!header.t.empty() || header.v1_name == "v1") return std::nullopt;
  const std::string slotflow =
      "; Slotflow's is t=<unix seconds>,v1=<hex>, and the signed text is t, a dot and the body";
  if (!header.v1_name.empty()) {
    const std::string github = header.v1_name.starts_with("sha") ? ", as GitHub's has" : "";
    return "the header has the form " + in_quotes(header.v1_name + "=<signature>") + github +
           slotflow;
  }
  if (trimmed(value).starts_with("v1,")) {
    return "the header has the form v1,<base64> of Standard Webhooks" + slotflow;
  }
  return "the header is a signature alone, without names" + slotflow;
}

// Returns what is wrong with the form of the header although `v1`, one of its signatures, matches.
std::optional<std::string> form_mistake(const std::string& v1, const LenientHeader& header,
                                        std::string_view value) {
  const std::string but = "the signature matches, but ";
  if (lower_case(v1) != v1) {
    return "v1 is in upper-case hex; Slotflow's is in lower case, and many receivers compare it as "
           "a string";
  }
  if (header.with_name) return but + "the value of the header begins with the header's name";
  if (header.v1_name.empty()) return but + "it has no name; it must be named v1";
  if (header.v1_name != "v1") {
    return but + "it is named " + in_quotes(header.v1_name) + "; it must be named v1";
  }
  if (header.t_name != "t") {
    return but + "the timestamp is named " + in_quotes(header.t_name) + "; it must be named t";
  }
  if (header.other_separator) {
    return but + "the parts of the header are not separated by a comma alone";
  }
  if (header.in_quotes) return but + "the value of the header is in quotes";
  if (header.odd_spelling) {
    return but +
           "the header is not in the form t=<unix seconds>,v1=<hex>: names are in lower case, "
           "without spaces";
  }
  if (looks_like_milliseconds(header.t.front()))
    return "t is in milliseconds; it must be in seconds";
  std::string reason;
  if (!parse_signature_header(value, reason)) return but + reason;
  return std::nullopt;
}

// Returns what can be said about a header without a signature; nullopt if the verdict's reason says
// it.
std::optional<std::string> without_signature(const LenientHeader& header) {
  if (!header.empty) return std::nullopt;
  return "the value was lost when the header was copied, or the header was read under another name";
}

// `Secrets` is a range of strings.
template <typename Secrets>
std::optional<std::string> diagnosis_with(std::string_view value, std::string_view body,
                                          const Secrets& secrets) {
  const LenientHeader header = read_leniently(value);
  if (header.v1.empty()) return without_signature(header);
  for (const std::string_view secret : secrets) {
    const std::string* match = Diagnosis(header, body, secret).match();
    if (match != nullptr) return form_mistake(*match, header, value);
  }
  if (auto service = other_service(header, value)) return service;
  if (std::optional<std::string> mistake = v1_mistake(header)) return mistake;
  for (const std::string_view secret : secrets) {
    if (auto mistake = Diagnosis(header, body, secret).find()) return mistake;
  }
  if (header.t.empty()) {
    return "v1 cannot be verified without the timestamp (t), with which the signed text begins";
  }
  if (std::ranges::all_of(header.t, [](auto& t) { return t.empty(); })) {
    return "t is empty; v1 cannot be verified without it, because the signed text begins with it";
  }
  return unexplained(body);
}

}  // namespace

std::optional<std::string> diagnose_signature(std::string_view header, std::string_view body,
                                              std::string_view secret) {
  return diagnosis_with(header, body, std::array{secret});
}

std::optional<std::string> diagnose_signature(std::string_view header, std::string_view body,
                                              std::span<const std::string> secrets) {
  return diagnosis_with(header, body, secrets);
}

}  // namespace slotflow
