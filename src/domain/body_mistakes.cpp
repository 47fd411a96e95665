#include "domain/body_mistakes.h"

#include <algorithm>
#include <array>
#include <map>
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

using Bodies = std::vector<std::string>;

Bodies with_newline(std::string_view body) {
  return {std::string(body) + "\n", std::string(body) + "\r\n"};
}

Bodies without_newline(std::string_view body) {
  Bodies bodies;
  for (const std::string_view newline : {"\r\n", "\n"}) {
    if (body.ends_with(newline)) {
      bodies.push_back(std::string(body.substr(0, body.size() - newline.size())));
    }
  }
  return bodies;
}

Bodies with_crlf(std::string_view body) {
  std::string out;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\n' && (i == 0 || body[i - 1] != '\r')) out += '\r';
    out += body[i];
  }
  if (out.size() == body.size()) return {};
  return {out};
}

Bodies with_lf(std::string_view body) {
  std::string out;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\r' && i + 1 < body.size() && body[i + 1] == '\n') continue;
    out += body[i];
  }
  if (out.size() == body.size()) return {};
  return {out};
}

Bodies without_mark(std::string_view body) {
  if (!body.starts_with(kByteOrderMark)) return {};
  return {std::string(body.substr(kByteOrderMark.size()))};
}

Bodies with_mark(std::string_view body) {
  return {std::string(kByteOrderMark) + std::string(body)};
}

Bodies base64_undone(std::string_view body) {
  std::string text(body);
  std::erase_if(text, is_space);  // MIME breaks its lines
  const auto decoded = text.empty() ? std::nullopt : base64_decoded(text);
  return decoded ? Bodies{*decoded} : Bodies{};
}

Bodies base64_done(std::string_view body) {
  return {base64(body)};
}

Bodies json_string_undone(std::string_view body) {
  const auto value = try_parse_json(body);
  if (!value || !value->is_string()) return {};
  return {value->get<std::string>()};
}

Bodies json_string_done(std::string_view body) {
  if (!is_utf8(body)) return {};
  const Json value(body);
  return {value.dump(), value.dump(-1, ' ', true)};
}

// Latin-1 has a byte for each of the first 256 characters.
std::string from_latin1(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xc0 | (byte >> 6U));
      out += static_cast<char>(0x80 | (byte & 0x3fU));
    }
  }
  return out;
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
Bodies latin1_undone(std::string_view body) {
  if (std::ranges::all_of(body, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    return {};
  }
  if (!is_utf8(body)) return {from_latin1(body)};
  const auto once = to_latin1(body);
  return once ? Bodies{*once} : Bodies{};
}

// Adds a space after each comma and colon of compact JSON, as Python's json.dumps does.
std::string spaced(std::string_view compact) {
  std::string out;
  bool in_string = false;
  bool escaped = false;
  for (const char c : compact) {
    out += c;
    if (c == '"' && !escaped) in_string = !in_string;
    escaped = in_string && c == '\\' && !escaped;
    if (!in_string && (c == ',' || c == ':')) out += ' ';
  }
  return out;
}

// Returns the object with the given fields first, in their order.
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

std::string escaped_anew(std::string_view written, bool ascii) {
  const std::string_view raw = written.substr(1, written.size() - 2);
  return json_quoted(json_unescaped(raw, LoneSurrogate::keep), ascii);
}

// Writes all strings with the escapes of common JSON libraries.
void escape_anew(RawJson& value, bool ascii) {
  if (value.type_name() == "string") value.scalar = escaped_anew(value.scalar, ascii);
  if (!value.written_name.empty()) value.written_name = escaped_anew(value.written_name, ascii);
  for (RawJson& child : value.children) escape_anew(child, ascii);
}

// Returns `value` as common JSON libraries write it.
void append_written(Bodies& bodies, RawJson value) {
  for (const bool ascii : {false, true}) {
    escape_anew(value, ascii);
    bodies.push_back(value.dump());
    bodies.push_back(spaced(bodies.back()));
    bodies.push_back(value.dump(2));
    bodies.push_back(value.dump(4));
  }
}

Bodies reserialized(std::string_view body) {
  auto parsed = parse_raw_json(body);
  const auto* value = std::get_if<RawJson>(&parsed);
  if (value == nullptr) return {};
  Bodies bodies;
  append_written(bodies, *value);
  if (auto event = in_documented_order(*value)) append_written(bodies, *std::move(event));
  append_written(bodies, sorted(*value));
  return bodies;
}

struct Mistake {
  Bodies (*undo)(std::string_view body);
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
  for (const Mistake& mistake : kMistakes) {
    for (const std::string& other : mistake.undo(body)) {
      if (other != body && is_signed(other)) return mistake.text;
    }
  }
  return "";
}

}  // namespace slotflow
