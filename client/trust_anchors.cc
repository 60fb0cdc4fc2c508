#include "client/trust_anchors.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

namespace workers_builds {

tl::expected<std::string, std::string> ReadTrustAnchors(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string pem(std::istreambuf_iterator<char>(file), {});
  if (!file.is_open() || file.bad()) {
    return tl::unexpected("the CA file '" + path + "' cannot be read: " + std::generic_category().message(errno));
  }
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                      BIO_free);
  int certificates = 0;
  while (auto* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    X509_free(certificate);
    ++certificates;
  }
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (certificates == 0) {
    return tl::unexpected("the CA file '" + path + "' holds no certificate: give a file with PEM certificates");
  }
  if (!ended) {
    return tl::unexpected("the CA file '" + path + "' is damaged after certificate " + std::to_string(certificates));
  }
  return pem;
}

}  // namespace workers_builds
