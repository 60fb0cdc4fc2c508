#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "client/http.h"

namespace workers_builds::testing {

/// A transport that answers from a queue and keeps what it was asked. An empty queue answers kConnect.
class ScriptedTransport : public HttpTransport {
 public:
  using Reply = tl::expected<HttpResponse, TransportError>;

  void Push(HttpResponse response) {
    const std::lock_guard lock(mutex_);
    replies_.emplace_back(std::move(response));
  }
  void Push(int status, std::string body, HttpHeaders headers = {{"content-type", "application/json"}}) {
    Push(HttpResponse{status, std::move(headers), std::move(body)});
  }
  void Fail(TransportError::Kind kind, std::string message) {
    const std::lock_guard lock(mutex_);
    replies_.emplace_back(tl::unexpected(TransportError{kind, std::move(message)}));
  }

  Reply Send(const HttpRequest& request, std::stop_token) override {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    if (replies_.empty()) {
      return tl::unexpected(TransportError{TransportError::Kind::kConnect, "no scripted reply is left"});
    }
    auto reply = std::move(replies_.front());
    replies_.pop_front();
    return reply;
  }

  std::vector<HttpRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  /// Replies that nobody has asked for; a test ends with 0.
  std::size_t left() const {
    const std::lock_guard lock(mutex_);
    return replies_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::deque<Reply> replies_;
  std::vector<HttpRequest> requests_;
};

}  // namespace workers_builds::testing
