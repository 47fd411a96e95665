#include "cli/commands/listen_inspector.h"

#include <cstddef>

#include "receive/secret_list.h"

namespace slotflow {

namespace {

ReceivedEntries::Options entries_options(const ListenOptions& options, const Receiver& receiver) {
  ReceivedEntries::Options entries;
  Url base = parse_url("url", receiver.url());
  base.target = "/";
  entries.url = base.to_string();
  entries.own_certificate = options.tls && options.cert_file.empty();
  return entries;
}

InspectorOptions options_of(const ListenOptions& options, const Context& context,
                            const Receiver& receiver) {
  InspectorOptions inspector = inspector_options(options.ui, context);
  inspector.mode = InspectorMode::listen;
  inspector.url = receiver.url();
  if (options.forward_to) inspector.forward_to = options.forward_to->to_string();
  return inspector;
}

// Returns the secret of the webhook with this id, of one with this URL, or else the first one.
std::optional<std::string> secret_of(const SecretList& known, const std::string& webhook_id,
                                     const Url& url) {
  for (std::size_t i = 0; i < known.all().size(); ++i) {
    if (!webhook_id.empty() && known.webhook_id(i) == webhook_id) return known.all()[i];
  }
  const auto of_url = known.of_url(without_scheme(url.to_string()));
  if (!of_url.empty()) return known.all()[of_url.front()];
  if (known.empty()) return std::nullopt;
  return known.all().front();
}

InspectorActions actions_of(SecretSource& secrets, Clock& clock, const ReceivedEntries& entries) {
  const SecretFor secret_for = [&secrets, &clock](const std::string& webhook_id, const Url& url) {
    return secret_of(*secrets.current(clock.steady()), webhook_id, url);
  };
  // What is sent to the receiver arrives there as another entry.
  const ResendEntry resend = [secret_for, &entries](const EntryContent& content,
                                                    const ResendWish& wish, Timestamp now,
                                                    const Interrupt& interrupt) {
    constexpr Duration kPatience{1'000};
    const std::uint64_t before = entries.position();
    ResentEntry resent = resend_once(content, wish, secret_for, now, interrupt);
    if (resent.request.url == parse_url("url", content.url)) {
      resent.entry = entries.arrival_of(resent.request, before, kPatience);
    }
    return resent;
  };
  return {secret_for, resend};
}

}  // namespace

ListenInspector::ListenInspector(const ListenOptions& options, Context& context,
                                 const Receiver& receiver, SecretSource& secrets)
    : entries_(entries_options(options, receiver)),
      inspector_(options_of(options, context, receiver), entries_,
                 actions_of(secrets, context.clock, entries_), context.clock) {}

}  // namespace slotflow
