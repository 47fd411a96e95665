#include "conformance/response_text.h"

#include <cstddef>
#include <utility>

#include "conformance/redaction.h"
#include "domain/ascii.h"
#include "domain/text.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

constexpr std::size_t kMostCharacters = 120;
constexpr std::size_t kSearched = 16 * 1024;  // bytes

std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : trimmed(text)) {
    if (!is_space(c))
      line += c;
    else if (line.back() != ' ')
      line += ' ';
  }
  return line;
}

// The characters of an HTML text that are most often written as entities.
constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
    {"&nbsp;", " "}, {"&lt;", "<"},   {"&gt;", ">"},   {"&quot;", "\""}, {"&#34;", "\""},
    {"&#39;", "'"},  {"&#x27;", "'"}, {"&#x2F;", "/"}, {"&amp;", "&"},
};

std::string without_entities(std::string text) {
  for (const auto& [entity, character] : kEntities) {
    for (auto at = text.find(entity); at != std::string::npos;
         at = text.find(entity, at + character.size())) {
      text.replace(at, entity.size(), character);
    }
  }
  return text;
}

// Returns what is between <name ...> and </name>; nullopt if there is no such element. `lower` is
// `html` in lower case.
std::optional<std::string_view> element(std::string_view html, std::string_view lower,
                                        const std::string& name) {
  const auto tag = lower.find("<" + name);
  const auto begin = tag == std::string_view::npos ? tag : lower.find('>', tag);
  if (begin == std::string_view::npos) return {};
  return html.substr(begin + 1, lower.find("</" + name, begin) - begin - 1);
}

// Returns the text between the tags, up to the first <br> after some text.
std::string text_between_tags(std::string_view html) {
  const std::string lower = lower_case(html);
  std::string text;
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] != '<') {
      text += html[at++];
      continue;
    }
    const std::string_view tag = std::string_view(lower).substr(at);
    std::string_view end = ">";
    if (tag.starts_with("<br") && !trimmed(text).empty()) break;
    if (tag.starts_with("<!--")) end = "-->";
    if (tag.starts_with("<style")) end = "</style>";
    if (tag.starts_with("<script")) end = "</script>";
    if (tag.starts_with("<head>")) end = "</head>";
    const auto closing = tag.find(end);
    if (closing == std::string_view::npos) break;
    at += closing + end.size();
    text += ' ';
  }
  return without_entities(on_one_line(text));
}

std::string title_of(std::string_view html) {
  return text_between_tags(element(html, lower_case(html), "title").value_or(""));
}

std::string text_of_page(std::string_view html) {
  std::string text = text_between_tags(element(html, lower_case(html), "body").value_or(html));
  return text.empty() ? title_of(html) : text;
}

std::string first_text_line(std::string_view text) {
  const std::string_view rest = trimmed(text);
  return on_one_line(rest.substr(0, rest.find_first_of("\r\n")));
}

// Compressed bytes are not text.
bool is_encoded(const Response& response) {
  const auto encoding = find_header(response.headers, "Content-Encoding");
  return encoding && !same_without_case(*encoding, "identity");
}

}  // namespace

std::string first_line_of(const Response& response, const Subject& subject) {
  if (is_encoded(response)) return "";
  const std::string_view body = trimmed(utf8_prefix(response.body, kSearched));
  std::string line;
  if (body.starts_with('<')) {
    line = text_of_page(body);
  } else if (body.starts_with('{') || body.starts_with('[')) {
    line = on_one_line(body);
  } else {
    line = first_text_line(body);
  }
  // Before it is cut: part of a secret would not be recognised.
  line = without_secrets(line, subject);
  const std::string_view part = first_characters(line, kMostCharacters);
  return part.size() == line.size() ? line : std::string(part) + "...";
}

std::string visible_text(const Response& response) {
  if (is_encoded(response)) return "";
  const std::string_view body = trimmed(utf8_prefix(response.body, kSearched));
  if (!body.starts_with('<')) return on_one_line(body);
  const std::string title = title_of(body);
  return title.empty() ? text_of_page(body) : title + ". " + text_of_page(body);
}

}  // namespace slotflow
