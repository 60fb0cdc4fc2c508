#include "tests/support/test_certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <atomic>

namespace workers_builds::testing {

struct TestCertificate::Parts {
  std::unique_ptr<X509, decltype(&X509_free)> certificate{X509_new(), X509_free};
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
};

namespace {

std::atomic<int> authorities = 0;

void AddExtension(X509* certificate, int id, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/// Signed by `issuer`, or by itself without one.
std::shared_ptr<TestCertificate::Parts> Make(const std::string& name, const TestCertificate::Parts* issuer,
                                             int extension, const std::string& value) {
  static std::atomic<long> serial = 1;
  auto parts = std::make_shared<TestCertificate::Parts>();
  X509* certificate = parts->certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, parts->key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  const auto& signer = issuer == nullptr ? *parts : *issuer;
  X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get()));
  AddExtension(certificate, extension, value);
  X509_sign(certificate, signer.key.get(), EVP_sha256());
  return parts;
}

}  // namespace

void TestCertificate::Install(SSL_CTX* context) const {
  SSL_CTX_use_certificate(context, parts_->certificate.get());
  SSL_CTX_use_PrivateKey(context, parts_->key.get());
}

// Verifiers find an issuer by its name, so that two authorities need two.
TestAuthority::TestAuthority()
    : parts_(Make("test authority " + std::to_string(++authorities), nullptr, NID_basic_constraints,
                  "critical,CA:TRUE")) {}

std::string TestAuthority::Pem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_X509(bio.get(), parts_->certificate.get());
  char* data = nullptr;
  const auto length = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(length));
}

TestCertificate TestAuthority::Issue(const std::string& subject_alt_name) const {
  return TestCertificate(Make("test server", parts_.get(), NID_subject_alt_name, subject_alt_name));
}

}  // namespace workers_builds::testing
