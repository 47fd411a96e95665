#include "domain/body_mistakes.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "domain/ascii.h"
#include "domain/base64.h"
#include "domain/json.h"
#include "domain/json_string.h"
#include "domain/raw_json.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

// Takes one form of the body at a time, since all of them together would be many times the body.
// Returns true if it is the signed one, which ends the search.
using IsSigned = std::function<bool(std::string_view)>;

bool with_newline(std::string_view body, const IsSigned& is_signed) {
  return is_signed(std::string(body) + "\n") || is_signed(std::string(body) + "\r\n");
}

bool without_newline(std::string_view body, const IsSigned& is_signed) {
  return std::ranges::any_of(std::array<std::string_view, 2>{"\r\n", "\n"}, [&](auto newline) {
    return body.ends_with(newline) && is_signed(body.substr(0, body.size() - newline.size()));
  });
}

bool with_crlf(std::string_view body, const IsSigned& is_signed) {
  std::string out;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\n' && (i == 0 || body[i - 1] != '\r')) out += '\r';
    out += body[i];
  }
  return is_signed(out);
}

bool with_lf(std::string_view body, const IsSigned& is_signed) {
  std::string out;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\r' && i + 1 < body.size() && body[i + 1] == '\n') continue;
    out += body[i];
  }
  return is_signed(out);
}

bool without_mark(std::string_view body, const IsSigned& is_signed) {
  return body.starts_with(kByteOrderMark) && is_signed(body.substr(kByteOrderMark.size()));
}

bool with_mark(std::string_view body, const IsSigned& is_signed) {
  return is_signed(std::string(kByteOrderMark) + std::string(body));
}

bool base64_undone(std::string_view body, const IsSigned& is_signed) {
  std::string text(body);
  std::erase_if(text, is_space);  // MIME breaks its lines
  const auto decoded = text.empty() ? std::nullopt : base64_decoded(text);
  return decoded && is_signed(*decoded);
}

bool base64_done(std::string_view body, const IsSigned& is_signed) {
  return is_signed(base64(body));
}

bool json_string_undone(std::string_view body, const IsSigned& is_signed) {
  const auto value = try_parse_json(body);
  return value && value->is_string() && is_signed(value->get_ref<const std::string&>());
}

bool json_string_done(std::string_view body, const IsSigned& is_signed) {
  return is_utf8(body) &&
         (is_signed(json_quoted(body, false)) || is_signed(json_quoted(body, true)));
}

// Returns nullopt if a character has no byte in Latin-1.
std::optional<std::string> to_latin1(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto first = static_cast<unsigned char>(text[i]);
    if (first < 0x80) {
      out += text[i];
      continue;
    }
    if ((first != 0xc2 && first != 0xc3) || i + 1 == text.size()) return std::nullopt;
    const auto second = static_cast<unsigned char>(text[++i]);
    out += static_cast<char>(((first & 0x03U) << 6U) | (second & 0x3fU));
  }
  return out;
}

// The body was turned into Latin-1, or its bytes were taken for Latin-1 and written as UTF-8.
bool latin1_undone(std::string_view body, const IsSigned& is_signed) {
  if (std::ranges::all_of(body, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    return false;
  }
  if (!is_utf8(body)) return is_signed(from_latin1(body));
  const auto once = to_latin1(body);
  return once && is_signed(*once);
}

// Moves the given fields of the object to its start, in their order.
void put_first(RawJson& object, std::initializer_list<std::string_view> names) {
  auto place = object.children.begin();
  for (const std::string_view name : names) {
    const auto found = std::find_if(place, object.children.end(),
                                    [&](const RawJson& field) { return field.name() == name; });
    if (found == object.children.end()) continue;
    std::rotate(place, found, found + 1);
    ++place;
  }
}

// Returns the event with its fields in the order of Slotflow's documented example.
std::optional<RawJson> in_documented_order(const RawJson& event) {
  const RawJson* data = event.find("data");
  if (data == nullptr || data->kind != RawJson::Kind::object) return std::nullopt;
  RawJson ordered = event;
  put_first(ordered, {"event", "created_at", "data"});
  put_first(ordered["data"], {"id", "human_id", "starts_at", "ends_at", "duration_minutes",
                              "attendee_name", "attendee_email", "status", "metadata"});
  return ordered;
}

RawJson sorted(RawJson value) {
  if (value.kind == RawJson::Kind::object) {
    std::multimap<std::string, RawJson> fields;
    for (RawJson& field : value.children) fields.emplace(field.name(), std::move(field));
    value.children.clear();
    for (auto& [name, field] : fields) value.children.push_back(std::move(field));
  }
  for (RawJson& child : value.children) child = sorted(std::move(child));
  return value;
}

std::string escaped_again(std::string_view written, bool ascii) {
  const std::string_view raw = written.substr(1, written.size() - 2);
  return json_quoted(json_unescaped(raw, LoneSurrogate::keep), ascii);
}

// Writes all strings with the escapes of common JSON libraries.
void escape_again(RawJson& value, bool ascii) {
  if (value.type_name() == "string") value.scalar = escaped_again(value.scalar, ascii);
  if (!value.written_name.empty()) value.written_name = escaped_again(value.written_name, ascii);
  for (RawJson& child : value.children) escape_again(child, ascii);
}

// Tries `value` as common JSON libraries write it.
bool is_reserialized(RawJson value, std::size_t most, const IsSigned& is_signed) {
  for (const bool ascii : {false, true}) {
    escape_again(value, ascii);
    for (const JsonLayout layout :
         {kCompactJson, kSpacedJson, JsonLayout{.indent = 2}, JsonLayout{.indent = 4}}) {
      const auto text = value.dump_within(most, layout);
      if (text && is_signed(*text)) return true;
    }
  }
  return false;
}

// Tries all orders of the fields of the metadata: users choose their order, and a parser that sorts
// the fields loses it. Small bodies only, since four fields have 24 orders.
bool metadata_reordered(const RawJson& event, std::string_view body, const IsSigned& is_signed) {
  constexpr std::size_t kMostFields = 4;
  constexpr std::size_t kLongest = 4096;
  RawJson ordered = event;
  RawJson* data = ordered.find("data");
  RawJson* metadata = data != nullptr ? data->find("metadata") : nullptr;
  if (metadata == nullptr || body.size() > kLongest) return false;
  const std::size_t count = metadata->children.size();
  if (count < 2 || count > kMostFields) return false;
  for (const bool ascii : {false, true}) {
    escape_again(ordered, ascii);
    const std::vector<RawJson> fields = metadata->children;
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    do {
      for (std::size_t i = 0; i < count; ++i) metadata->children[i] = fields[order[i]];
      if (is_signed(ordered.dump())) return true;
    } while (std::ranges::next_permutation(order).found);
    metadata->children = fields;
  }
  return false;
}

bool reserialized(std::string_view body, const IsSigned& is_signed) {
  const auto parsed = parse_raw_json(body);
  const auto* value = std::get_if<RawJson>(&parsed);
  if (value == nullptr) return false;
  const std::size_t most = longest_form(body.size());
  if (is_reserialized(*value, most, is_signed)) return true;
  auto event = in_documented_order(*value);
  if (event && is_reserialized(*event, most, is_signed)) return true;
  if (is_reserialized(sorted(*value), most, is_signed)) return true;
  return event && metadata_reordered(*event, body, is_signed);
}

struct Mistake {
  bool (*undo)(std::string_view body, const IsSigned& is_signed);
  std::string_view text;
};

constexpr std::array<Mistake, 12> kMistakes{{
    {with_newline, "the signed body ended with a newline; the body given here does not"},
    {without_newline, "the body given here ends with a newline; the signed body did not"},
    {with_lf,
     "the body given here has line breaks CR LF; the signed body had LF: do not convert line "
     "breaks"},
    {with_crlf,
     "the body given here has line breaks LF; the signed body had CR LF: do not convert line "
     "breaks"},
    {without_mark, "the body given here begins with a byte order mark; the signed body did not"},
    {with_mark, "the signed body began with a byte order mark; the body given here does not"},
    {base64_undone,
     "the body given here is base64 of the signed body: decode it before you verify (API gateways "
     "set isBase64Encoded)"},
    {base64_done, "base64 of the body was signed; the signed text must have the body itself"},
    {json_string_undone,
     "the body given here is a JSON string that holds the signed body: it was serialized twice"},
    {json_string_done,
     "the signed body was a JSON string that holds the body: it was serialized twice"},
    {latin1_undone,
     "the body given here was read or written as Latin-1; the signed body is UTF-8: verify bytes, "
     "not text"},
    {reserialized,
     "v1 matches a re-serialized body (different white space, escapes or key order); sign and "
     "verify the raw bytes, before any parser changes them"},
}};

}  // namespace

std::string_view find_body_mistake(std::string_view body,
                                   const std::function<bool(std::string_view)>& is_signed) {
  const IsSigned is_signed_form = [&](std::string_view other) {
    return other != body && is_signed(other);
  };
  for (const Mistake& mistake : kMistakes) {
    if (mistake.undo(body, is_signed_form)) return mistake.text;
  }
  return "";
}

}  // namespace slotflow
