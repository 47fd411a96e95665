#include "inspector/exports.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "inspector/har.h"

namespace slotflow {

namespace {

std::deque<std::string> matching_ids(const EntryQuery& query, const Entries& entries) {
  std::deque<std::string> ids;
  for (const EntryRow& row : entries.find(query, "", SIZE_MAX).rows) ids.push_front(row.id);
  return ids;
}

WebReply attachment(const std::string& type, const std::string& name) {
  WebReply reply;
  reply.response.type = type;
  reply.response.headers.push_back(
      {"Content-Disposition", "attachment; filename=\"" + name + "\""});
  return reply;
}

}  // namespace

WebReply export_lines(const EntryQuery& query, const Entries& entries) {
  WebReply reply = attachment("application/jsonl", "slotflow-hooks.jsonl");
  reply.stream = [ids = matching_ids(query, entries), &entries](std::string& out) mutable {
    if (ids.empty()) return false;
    out = entries.lines(ids.front());
    ids.pop_front();
    return !ids.empty();
  };
  return reply;
}

WebReply export_har(const EntryQuery& query, const Entries& entries) {
  WebReply reply = attachment("application/json", "slotflow-hooks.har");
  reply.response.body = har_begin();
  reply.stream = [ids = matching_ids(query, entries), &entries,
                  is_first = true](std::string& out) mutable {
    if (ids.empty()) {
      out = har_end();
      return false;
    }
    if (const auto content = entries.content(ids.front())) {
      out = (is_first ? "" : ",\n") + har_entry(*content);
      is_first = false;
    }
    ids.pop_front();
    return true;
  };
  return reply;
}

}  // namespace slotflow
