// Why a signature does not match: diagnose_signature().
#include <algorithm>
#include <array>

#include "domain/base64.h"
#include "domain/body_mistakes.h"
#include "domain/hmac.h"
#include "domain/secret.h"
#include "domain/signature.h"
#include "domain/text.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

constexpr std::string_view kGzipMark = "\x1f\x8b";  // RFC 1952, section 2.3.1

// A header parsed leniently, and what a strict receiver would reject.
struct LenientHeader {
  std::string t;
  std::vector<std::string> v1;        // lower case
  std::vector<std::string> v1_given;  // as in the header
  bool upper_case_hex = false;
  bool odd_spelling = false;  // spaces around a part, or names in upper case
  bool with_name = false;     // the header's name before its value
  bool in_quotes = false;
};

// Removes what was copied with the value of the header: its name, and quotes.
std::string_view bare_value(std::string_view value, LenientHeader& header) {
  const auto unquote = [&] {
    value = trimmed(value);
    for (const char quote : {'"', '\''}) {
      if (value.size() < 2 || value.front() != quote || value.back() != quote) continue;
      value = trimmed(value.substr(1, value.size() - 2));
      header.in_quotes = true;
    }
  };
  header.odd_spelling = trimmed(value) != value;
  unquote();
  const auto behind_name = without_header_name(value);
  if (!behind_name) return value;
  header.with_name = true;
  value = *behind_name;
  unquote();
  return value;
}

LenientHeader read_leniently(std::string_view value) {
  LenientHeader header;
  value = bare_value(value, header);
  for (const std::string_view pair : split(value, ',')) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = trimmed(pair.substr(0, equals));
    const std::string_view text = trimmed(pair.substr(equals + 1));
    const std::string known = lower_case(name);
    if (known != "t" && known != "v1") continue;
    if (known != name || name.size() + 1 + text.size() != pair.size()) header.odd_spelling = true;
    if (known == "t") {
      header.t = text;
      continue;
    }
    header.v1_given.emplace_back(text);
    header.v1.push_back(lower_case(text));
    if (header.v1.back() != text) header.upper_case_hex = true;
  }
  return header;
}

// Tries one mistake at a time on a header, a body and a secret.
class Diagnosis {
 public:
  // `header` must outlive this object.
  Diagnosis(const LenientHeader& header, std::string_view body, std::string_view secret)
      : header_(header), body_(body), secret_(secret) {}

  bool matches() const { return matches_body(body_); }
  // Returns what is wrong with the header although the signature matches.
  std::optional<std::string> form_mistake() const;
  // Returns the mistake with which the signature matches.
  std::optional<std::string> find() const;

 private:
  bool matches(std::string_view secret, std::string_view t, std::string_view body) const {
    return is_given(signature_hex(secret, t, body));
  }
  bool is_given(const std::string& hex) const {
    return std::find(header_.v1.begin(), header_.v1.end(), hex) != header_.v1.end();
  }
  bool matches_secret(std::string_view secret) const { return matches(secret, header_.t, body_); }
  bool matches_body(std::string_view body) const { return matches(secret_, header_.t, body); }

  std::optional<std::string> secret_mistake() const;
  std::optional<std::string> body_mistake() const;
  std::optional<std::string> time_mistake() const;
  bool in_milliseconds() const;

  const LenientHeader& header_;
  std::string_view body_;
  std::string_view secret_;
};

// Unix time has ten digits in seconds until the year 2286, and thirteen in milliseconds.
bool Diagnosis::in_milliseconds() const {
  return header_.t.size() == 13;
}

// The signature matches, but a strict receiver rejects its form.
std::optional<std::string> Diagnosis::form_mistake() const {
  if (header_.upper_case_hex) {
    return "v1 is in upper-case hex; Slotflow's is in lower case, and many receivers compare it as "
           "a string";
  }
  if (header_.with_name) {
    return "the signature matches, but the value of the header begins with the header's name";
  }
  if (header_.in_quotes) return "the signature matches, but the value of the header is in quotes";
  if (header_.odd_spelling) {
    return "the signature matches, but the header is not in the form t=<unix seconds>,v1=<hex>: "
           "names "
           "are in lower case, without spaces";
  }
  if (in_milliseconds()) return "t is in milliseconds; it must be in seconds";
  return std::nullopt;
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
  if (is_given(hmac_sha256_hex(secret_, {header_.t, body_}))) {
    return "t and the body were signed without the dot between them";
  }
  if (is_given(hmac_sha256_hex(secret_, {body_, ".", header_.t}))) {
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
  if (in_milliseconds() && matches(secret_, header_.t.substr(0, 10), body_)) {
    return "t is in milliseconds, but was signed in seconds; the header must contain the signed "
           "value";
  }
  if (matches(secret_, header_.t + "000", body_)) {
    return "t was signed in milliseconds, but is in seconds in the header; the header must contain "
           "the signed value";
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
  for (const std::string& v1 : header.v1_given) {
    const auto bytes = base64_decoded(v1);
    if (bytes && bytes->size() == kBytes) return "v1 is in base64; it must be in lower-case hex";
  }
  if (std::ranges::none_of(header.v1, [](auto& v1) { return v1.size() == kHexDigits; })) {
    return "v1 does not have 64 hex digits: it was cut, or something was added";
  }
  return std::nullopt;
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

// `Secrets` is a range of strings.
template <typename Secrets>
std::optional<std::string> diagnosis_with(std::string_view header, std::string_view body,
                                          const Secrets& secrets) {
  const LenientHeader lenient = read_leniently(header);
  if (lenient.v1.empty()) return std::nullopt;
  if (std::optional<std::string> mistake = v1_mistake(lenient)) return mistake;
  for (const std::string_view secret : secrets) {
    const Diagnosis diagnosis(lenient, body, secret);
    if (diagnosis.matches()) return diagnosis.form_mistake();
  }
  for (const std::string_view secret : secrets) {
    if (auto mistake = Diagnosis(lenient, body, secret).find()) return mistake;
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
