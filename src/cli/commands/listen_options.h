// The options of `listen`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/secrets.h"
#include "cli/ui_options.h"
#include "receive/receiver.h"

namespace slotflow {

struct ListenOptions {
  ReceiverOptions receiver;
  std::optional<std::uint64_t> seed;
  std::optional<std::vector<int>> fail_statuses;
  SecretOptions secret;

  bool tls = false;
  std::string cert_file;  // PEM; empty: a certificate is generated
  std::string key_file;
  std::string cert_out;

  std::optional<Url> forward_to;
  TlsOptions forward_tls;
  std::string fault_on;
  std::string script_per;

  std::optional<Duration> duration;
  bool register_url = false;
  bool verbose = false;
  std::string log;
  bool compact = false;
  UiOptions ui;
  std::vector<std::string> command;      // that listen runs, with its arguments; empty: none
  std::vector<std::string> stray_words;  // that are not after "--"
};

void add_listen_options(CLI::App& app, ListenOptions& options);

// Throws Error{usage} for words and values that are not valid.
void check_listen_options(const ListenOptions& options);

// Throws CombinationError{usage} for options of `app` that do not fit together, or have no effect
// beside the others.
void refuse_combinations(const CLI::App& app, const ListenOptions& options, bool json);

// Sets what follows from several options.
void settle_listen_options(ListenOptions& options);

}  // namespace slotflow
