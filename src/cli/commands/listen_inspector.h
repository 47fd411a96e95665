// The inspector of `listen`, with what it shows.
#pragma once

#include "cli/commands/listen_options.h"
#include "cli/context.h"
#include "inspector/inspector.h"
#include "inspector/received_entries.h"
#include "receive/receiver.h"
#include "receive/secret_source.h"

namespace slotflow {

class ListenInspector {
 public:
  // Listens; responds from start() on. All arguments must outlive this object. Throws
  // Error{io_error}.
  ListenInspector(const ListenOptions& options, Context& context, const Receiver& receiver,
                  SecretSource& secrets);

  std::string url() const { return inspector_.url(); }
  void start() { inspector_.start(); }
  void stop() { inspector_.stop(); }
  void arrived(ReceivedRequest request) { entries_.add_pending(std::move(request)); }
  void push(ReceivedRequest request) { entries_.add(std::move(request)); }

 private:
  ReceivedEntries entries_;
  Inspector inspector_;
};

}  // namespace slotflow
