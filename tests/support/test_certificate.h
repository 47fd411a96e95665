// Certificates for TLS endpoints in tests, made in memory.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace slotflow::test {

// Self-signed, so that trusting it means giving it as the CA file.
class TestCertificate {
 public:
  struct Options {
    std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";  // subjectAltName
    long valid_from = -3600;                                  // seconds from now
    long valid_until = 24 * 3600;
  };

  TestCertificate() : TestCertificate(Options{}) {}
  explicit TestCertificate(const Options& options)
      : key_(::EVP_EC_gen("P-256"), &EVP_PKEY_free),
        certificate_(::X509_new(), &X509_free),
        context_(::SSL_CTX_new(::TLS_server_method()), &SSL_CTX_free) {
    X509* certificate = certificate_.get();
    ::X509_set_version(certificate, X509_VERSION_3);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate), options.valid_from);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate), options.valid_until);
    ::X509_set_pubkey(certificate, key_.get());
    X509_NAME* name = ::X509_get_subject_name(certificate);
    const unsigned char text[] = "slotflow-hooks test";
    ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
    ::X509_set_issuer_name(certificate, name);
    add_extension(NID_subject_alt_name, options.names);
    add_extension(NID_basic_constraints, "critical,CA:TRUE");
    if (::X509_sign(certificate, key_.get(), ::EVP_sha256()) == 0 ||
        ::SSL_CTX_use_certificate(context_.get(), certificate) != 1 ||
        ::SSL_CTX_use_PrivateKey(context_.get(), key_.get()) != 1) {
      throw std::runtime_error("no certificate could be made");
    }
  }

  // To be given as TlsOptions::ca_file, once it stands in a file.
  std::string pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(::BIO_new(::BIO_s_mem()), &BIO_free);
    ::PEM_write_bio_X509(memory.get(), certificate_.get());
    std::string text(::BIO_ctrl_pending(memory.get()), '\0');
    ::BIO_read(memory.get(), text.data(), static_cast<int>(text.size()));
    return text;
  }
  SSL_CTX* server_context() const { return context_.get(); }

 private:
  void add_extension(int kind, const std::string& value) {
    X509_EXTENSION* extension = ::X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    ::X509_add_ext(certificate_.get(), extension, -1);
    ::X509_EXTENSION_free(extension);
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> certificate_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
};

}  // namespace slotflow::test
