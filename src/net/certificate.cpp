#include "net/certificate.h"

#include <ctime>

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "domain/error.h"
#include "net/openssl.h"

namespace slotflow {

namespace {

void require(bool done) {
  if (!done) throw Error(ErrorCode::io_error, "cannot create a certificate with OpenSSL");
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* extension = ::X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  require(extension != nullptr && ::X509_add_ext(certificate, extension, -1) == 1);
  ::X509_EXTENSION_free(extension);
}

void set_time(ASN1_TIME* time, Timestamp t) {
  require(::ASN1_TIME_set(time, static_cast<std::time_t>(unix_seconds(t))) != nullptr);
}

// Browsers and OpenSSL distinguish certificates of one issuer by their serial numbers.
void set_serial(X509* certificate) {
  std::uint32_t serial = 0;
  require(::RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  require(::ASN1_INTEGER_set_uint64(::X509_get_serialNumber(certificate), 1ULL + serial) == 1);
}

template <class Write>
std::string pem(Write write) {
  const Bio memory(::BIO_new(::BIO_s_mem()), &::BIO_free);
  require(memory && write(memory.get()) == 1);
  std::string text(::BIO_ctrl_pending(memory.get()), '\0');
  ::BIO_read(memory.get(), text.data(), static_cast<int>(text.size()));
  return text;
}

}  // namespace

SelfSigned make_self_signed(const SelfSignedOptions& options) {
  const PrivateKey key(::EVP_EC_gen("P-256"), &::EVP_PKEY_free);
  const Certificate certificate(::X509_new(), &::X509_free);
  require(key && certificate);
  X509* x509 = certificate.get();
  ::X509_set_version(x509, X509_VERSION_3);
  set_serial(x509);
  set_time(::X509_getm_notBefore(x509), options.valid_from);
  set_time(::X509_getm_notAfter(x509), options.valid_until);
  ::X509_set_pubkey(x509, key.get());
  X509_NAME* name = ::X509_get_subject_name(x509);
  const unsigned char text[] = "slotflow-hooks";
  ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
  ::X509_set_issuer_name(x509, name);
  add_extension(x509, NID_subject_alt_name, options.names);
  add_extension(x509, NID_basic_constraints, "critical,CA:TRUE");
  require(::X509_sign(x509, key.get(), ::EVP_sha256()) != 0);
  return {pem([&](BIO* bio) { return ::PEM_write_bio_X509(bio, x509); }), pem([&](BIO* bio) {
            return ::PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr,
                                              nullptr);
          })};
}

}  // namespace slotflow
