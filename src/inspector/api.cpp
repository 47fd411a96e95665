#include "inspector/api.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "domain/error.h"
#include "domain/json.h"
#include "domain/number.h"
#include "domain/quote.h"
#include "domain/text.h"
#include "domain/version.h"
#include "inspector/exports.h"
#include "report/curl_command.h"
#include "web/target.h"

namespace slotflow {

namespace {

constexpr std::size_t kUsualPage = 100;  // entries
constexpr std::size_t kLargestPage = 25'000;

std::string query_text(const WebRequest& request) {
  return last_field(request.query, "q").value_or("");
}

EntryQuery query_of(const WebRequest& request, const InspectorParts& parts) {
  return {query_text(request), parts.clock.now()};
}

EntryContent content_of(const WebRequest& request, const InspectorParts& parts) {
  const std::string& id = request.parameter("id");
  auto content = parts.entries.content(id);
  if (!content) throw_unknown_entry("", id);
  return std::move(*content);
}

WebReply text_reply(std::string text) {
  return {{200, std::move(text), "text/plain; charset=utf-8"}};
}

// Returns the object in the body; without a body, an empty one. `names` are those of its fields.
Json json_body(const WebRequest& request, std::initializer_list<std::string_view> names) {
  if (request.body_too_large) {
    throw Error(ErrorCode::usage, "body: expected at most 1 MiB, got more");
  }
  auto body = request.body.empty() ? Json::object() : try_parse_json(request.body);
  if (!body || !body->is_object()) {
    throw Error(ErrorCode::usage, "body: expected a JSON object");
  }
  for (const auto& [name, value] : body->items()) {
    if (std::ranges::find(names, name) != names.end()) continue;
    throw Error(ErrorCode::usage,
                "body: expected the fields " + joined(names, ", ") + ", got " + in_quotes(name));
  }
  return std::move(*body);
}

std::optional<std::string> text_field(const Json& body, std::string_view name) {
  const Json* field = find_field(body, name);
  if (field == nullptr || field->is_null()) return std::nullopt;
  if (!field->is_string()) {
    throw Error(ErrorCode::usage, std::string(name) + ": expected a string or null");
  }
  return field->get<std::string>();
}

Tamper tamper_in(const std::string& name) {
  if (name == "none") return Tamper::none;
  for (const TamperInfo& info : kTampers) {
    if (info.name == name) return info.tamper;
  }
  throw Error(ErrorCode::usage, "tamper: expected none, " + joined(tamper_choices(), ", ", " or ") +
                                    ", got " + in_quotes(name));
}

// --- What is only read

WebReply get_page(const WebRequest&, const InspectorParts& parts) {
  return {{200, parts.page.html, "text/html; charset=utf-8"}};
}

WebReply get_state(const WebRequest&, const InspectorParts& parts) {
  constexpr std::array<std::string_view, 3> kModes{"listen", "serve", "deliveries"};
  const InspectorOptions& options = parts.options;
  const EntriesState state = parts.entries.state();
  const auto text_or_null = [](const std::optional<std::string>& text) {
    return text ? Json(*text) : Json(nullptr);
  };
  Json json = Json::object();
  json["run"] = parts.run;
  json["mode"] = kModes[static_cast<std::size_t>(options.mode)];
  json["version"] = kVersion;
  json["url"] = text_or_null(options.url);
  json["forward_to"] = text_or_null(options.forward_to);
  json["secret_command"] = options.secret_command;
  json["total"] = state.total;
  json["bytes"] = state.bytes;
  json["max_bytes"] = state.max_bytes;
  json["dropped"] = state.dropped;
  json["can_clear"] = state.can_clear;
  json["tampers"] = tamper_choices();
  return {{200, to_line(json)}};
}

WebReply get_entries(const WebRequest& request, const InspectorParts& parts) {
  std::size_t limit = kUsualPage;
  if (const auto text = last_field(request.query, "limit")) {
    const auto number = to_number<std::size_t>(*text);
    if (!number || *number < 1 || *number > kLargestPage) {
      throw Error(ErrorCode::usage, "limit: expected a number from 1 to " +
                                        std::to_string(kLargestPage) + ", got " + in_quotes(*text));
    }
    limit = *number;
  }
  const EntryPage page = parts.entries.find(
      query_of(request, parts), last_field(request.query, "before").value_or(""), limit);
  std::string json = "{\"entries\":[";
  for (const EntryRow& row : page.rows) {
    if (json.back() != '[') json += ',';
    json += to_json(row);
  }
  json += "],\"more\":" + std::string(page.more ? "true" : "false") +
          ",\"matching\":" + std::to_string(page.matching) + "}";
  return {{200, std::move(json)}};
}

std::string without_line_break(std::string line) {
  if (line.ends_with('\n')) line.pop_back();
  return line;
}

WebReply details_reply(const std::string& id, const InspectorParts& parts) {
  const auto details = parts.entries.details(id);
  if (!details) throw_unknown_entry("", id);
  const bool is_delivery = details->row.is_delivery;
  const std::string line = without_line_break(details->line);
  std::string json = "{\"entry\":" + to_json(details->row);
  json += ",\"request\":" + (is_delivery ? "null" : line);
  json += ",\"delivery\":" + (is_delivery ? line : "null") + ",\"attempts\":[";
  for (const std::string& attempt : details->attempts) {
    if (json.back() != '[') json += ',';
    json += without_line_break(attempt);
  }
  json += "],\"related\":[";
  for (const EntryRow& row : details->related) {
    if (json.back() != '[') json += ',';
    json += to_json(row);
  }
  return {{200, json + "]}"}};
}

WebReply get_entry(const WebRequest& request, const InspectorParts& parts) {
  return details_reply(request.parameter("id"), parts);
}

WebReply get_latest(const WebRequest& request, const InspectorParts& parts) {
  const EntryPage page = parts.entries.find(query_of(request, parts), "", 1);
  if (page.rows.empty()) throw Error(ErrorCode::not_found, "no entry matches");
  return details_reply(page.rows.front().id, parts);
}

WebReply get_body(const WebRequest& request, const InspectorParts& parts) {
  const EntryContent content = content_of(request, parts);
  return {{200,
           content.body.str(),
           "application/octet-stream",
           {{"Content-Disposition", "attachment; filename=\"" + content.row.id + ".json\""}}}};
}

WebReply get_curl(const WebRequest& request, const InspectorParts& parts) {
  const EntryContent content = content_of(request, parts);
  const bool fresh = last_field(request.query, "fresh") == "1";
  const Request sent =
      fresh ? resent_request(content, {}, parts.actions.secret_for, parts.clock.signing_time())
            : same_request(content);
  return text_reply(curl_command(sent, {.tls = content.tls, .hidden = {}}) + "\n");
}

WebReply get_lines(const WebRequest& request, const InspectorParts& parts) {
  return export_lines(query_of(request, parts), parts.entries);
}

WebReply get_har(const WebRequest& request, const InspectorParts& parts) {
  return export_har(query_of(request, parts), parts.entries);
}

WebReply get_events(const WebRequest& request, const InspectorParts& parts) {
  return parts.viewers.follow(query_of(request, parts), request.header("Last-Event-ID"));
}

// --- What changes something

WebReply post_resend(const WebRequest& request, const InspectorParts& parts) {
  const EntryContent content = content_of(request, parts);
  const Json body = json_body(request, {"payload", "url", "tamper"});
  ResendWish wish;
  wish.payload = text_field(body, "payload");
  wish.url = text_field(body, "url");
  wish.tamper = tamper_in(text_field(body, "tamper").value_or("none"));
  return {{200, resend_json(parts.actions.resend(content, wish, parts.clock.signing_time(),
                                                 parts.stopping))}};
}

WebReply post_pin(const WebRequest& request, const InspectorParts& parts) {
  const Json body = json_body(request, {"pinned"});
  const Json* pinned = find_field(body, "pinned");
  if (pinned == nullptr || !pinned->is_boolean()) {
    throw Error(ErrorCode::usage, "pinned: expected true or false");
  }
  const std::string& id = request.parameter("id");
  if (!parts.entries.pin(id, pinned->get<bool>())) throw_unknown_entry("", id);
  return {{200, to_line(Json{{"pinned", *pinned}})}};
}

WebReply post_clear(const WebRequest&, const InspectorParts& parts) {
  return {{200, to_line(Json{{"removed", parts.entries.clear()}})}};
}

struct InspectorRoute {
  std::string_view method;
  std::string_view pattern;
  WebReply (*handle)(const WebRequest&, const InspectorParts&);
};

// POST changes something, and needs the token.
constexpr std::array<InspectorRoute, 15> kInspectorRoutes{{
    {"GET", "/", get_page},
    {"GET", "/latest", get_page},
    {"GET", "/entries/:id", get_page},
    {"GET", "/api/state", get_state},
    {"GET", "/api/entries", get_entries},
    {"GET", "/api/entries/latest", get_latest},
    {"GET", "/api/entries/:id", get_entry},
    {"GET", "/api/entries/:id/body", get_body},
    {"GET", "/api/entries/:id/curl", get_curl},
    {"GET", "/api/export.jsonl", get_lines},
    {"GET", "/api/export.har", get_har},
    {"GET", "/api/events", get_events},
    {"POST", "/api/entries/:id/resend", post_resend},
    {"POST", "/api/entries/:id/pin", post_pin},
    {"POST", "/api/clear", post_clear},
}};

int status_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::usage:
    case ErrorCode::validation_error:
      return 400;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::limit_reached:
      return 409;
    default:
      return 500;
  }
}

WebReply carry_out(const InspectorRoute& route, const WebRequest& request,
                   const InspectorParts& parts) {
  try {
    return route.handle(request, parts);
  } catch (const Error& error) {
    const std::string hint = error.hint().empty() ? "" : ": " + error.hint();
    return {error_reply(status_of(error), error.what() + hint)};
  }
}

WebReply routed(WebRequest& request, const InspectorParts& parts) {
  if (request.malformed) return {error_reply(400, *request.malformed)};
  if (auto refused = refusal(request, parts.safety)) return {std::move(*refused)};
  const std::vector<std::string> path = path_segments(request.target);
  std::string_view other_method;  // that the path has
  for (const InspectorRoute& route : kInspectorRoutes) {
    auto parameters = path_parameters(route.pattern, path);
    if (!parameters) continue;
    other_method = route.method;
    if (route.method != request.method) continue;
    if (route.method == "POST" && !has_token(request, parts.safety)) {
      return {error_reply(403, "X-Inspector-Token: expected the token of the page")};
    }
    request.parameters = std::move(*parameters);
    request.query = query_fields(request.target);
    return carry_out(route, request, parts);
  }
  if (other_method.empty()) return {error_reply(404, "there is no such page")};
  WebResponse wrong_method = error_reply(
      405, "method: expected " + std::string(other_method) + ", got " + in_quotes(request.method));
  wrong_method.headers.push_back({"Allow", std::string(other_method)});
  return {std::move(wrong_method)};
}

}  // namespace

WebReply inspect(WebRequest request, const InspectorParts& parts) {
  WebReply reply = routed(request, parts);
  const bool is_page = reply.response.type.starts_with("text/html");
  for (Header& header :
       is_page ? safe_headers(parts.page.script_hash, parts.page.style_hash) : safe_headers()) {
    reply.response.headers.push_back(std::move(header));
  }
  return reply;
}

}  // namespace slotflow
