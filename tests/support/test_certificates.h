#pragma once

#include <memory>
#include <string>

typedef struct ssl_ctx_st SSL_CTX;

namespace workers_builds::testing {

/// A server's certificate with its key.
class TestCertificate {
 public:
  struct Parts;
  explicit TestCertificate(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
  /// Makes a server's context show this certificate.
  void Install(SSL_CTX* context) const;

 private:
  std::shared_ptr<const Parts> parts_;
};

/// A certificate authority that exists for one test.
class TestAuthority {
 public:
  TestAuthority();
  /// The authority's own certificate.
  std::string Pem() const;
  /// `subject_alt_name` in OpenSSL's notation: `DNS:localhost,IP:127.0.0.1`.
  TestCertificate Issue(const std::string& subject_alt_name) const;

 private:
  std::shared_ptr<const TestCertificate::Parts> parts_;
};

}  // namespace workers_builds::testing
