// Which certificate authorities are trusted where no option names any.
#pragma once

#include <functional>
#include <string>

#include <openssl/ssl.h>

namespace slotflow {

// Trusts what OpenSSL was built to trust: $SSL_CERT_FILE, $SSL_CERT_DIR, or its own default paths.
// A program that contains OpenSSL runs on other systems, too: where those paths have no
// certificates, the file of other_certificate_file().
void trust_system_certificates(SSL_CTX* context);

// Returns the first file with certificates that exists where Linux distributions keep them. Empty
// if none does, or if OpenSSL's own paths are used: one has certificates, or the environment names
// one. `exists` returns whether a path has certificates, `variable` the value of a variable
// (nullptr if not set).
std::string other_certificate_file(const std::function<bool(const char*)>& exists,
                                   const std::function<const char*(const char*)>& variable);

}  // namespace slotflow
