#pragma once

#include <cpprest/http_msg.h>
#include <cpprest/producerconsumerstream.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace workers_builds {

/// Keeps cpprestsdk from sending a request twice. When a kept connection turns out to be closed before the first byte
/// of an answer, the library rewinds the request's body and sends the request again, without a word (2.10.18,
/// handle_failed_read_status_line in http_client_asio.cpp). A guard takes the place of the body once that has been
/// sent, and instead of rewinding calls `on_resend`, on a thread of the library, which is to cancel the request: the
/// library looks at that before it sends.
class ResendGuard : public concurrency::streams::details::basic_producer_consumer_buffer<std::uint8_t> {
 public:
  /// From the body's last byte on; to be called by the request's progress handler.
  static void Put(web::http::details::_http_request& request, std::function<void()> on_resend) {
    const concurrency::streams::streambuf<std::uint8_t> guard(std::make_shared<ResendGuard>(std::move(on_resend)));
    request.set_instream(guard.create_istream());
  }

  explicit ResendGuard(std::function<void()> on_resend)
      : basic_producer_consumer_buffer(/*alloc_size=*/1), on_resend_(std::move(on_resend)) {}

  // A body that cannot be rewound would do as well, but then the library keeps the connection that it had picked for
  // the second try, which was never opened, and the next call fails on it.
  bool can_seek() const override { return true; }
  pos_type seekpos(pos_type position, std::ios_base::openmode) override {
    on_resend_();
    return position;
  }

 private:
  std::function<void()> on_resend_;
};

}  // namespace workers_builds
