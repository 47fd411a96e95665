#include "inspector/inspector.h"

#include <string>
#include <utility>

#include "domain/url.h"
#include "inspector/api.h"
#include "inspector/page.h"
#include "inspector/safety.h"
#include "inspector/viewers.h"
#include "system/entropy.h"
#include "system/interrupt.h"
#include "web/http_server.h"

namespace slotflow {

struct Inspector::Inside {
  Inside(InspectorOptions given, Entries& shown, InspectorActions doing, Clock& time)
      : options(std::move(given)),
        entries(shown),
        actions(std::move(doing)),
        clock(time),
        safety{options.host, new_uuid() + new_uuid()},
        page(make_page(safety.token)),
        run(new_uuid().substr(0, 8)),
        viewers(run, entries),
        parts{options, safety, page, run, entries, viewers, actions, clock, stopping},
        server(options.host, options.port,
               [this](WebRequest request) { return inspect(std::move(request), parts); },
               {options.port_option, "--ui-host", kInspectorPort}) {}

  InspectorOptions options;
  Entries& entries;
  InspectorActions actions;
  Clock& clock;
  InspectorSafety safety;
  Page page;
  std::string run;
  Viewers viewers;
  Interrupt stopping;
  InspectorParts parts;
  HttpServer server;  // last: its threads use all the others
};

Inspector::Inspector(InspectorOptions options, Entries& entries, InspectorActions actions,
                     Clock& clock)
    : inside_(std::make_unique<Inside>(std::move(options), entries, std::move(actions), clock)) {}

Inspector::~Inspector() {
  stop();
}

std::string Inspector::url() const {
  Url url;
  url.host = inside_->options.host;
  url.port = inside_->server.port();
  return url.to_string();
}

void Inspector::start() {
  inside_->server.start();
}

int Inspector::ended_fd() const {
  return inside_->server.ended_fd();
}

void Inspector::stop() {
  constexpr Duration kPatience{500};
  inside_->entries.end();
  inside_->viewers.wait_for_none(kPatience);
  inside_->stopping.trigger();
  inside_->server.stop();
}

}  // namespace slotflow
