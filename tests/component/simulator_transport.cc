#include "tests/component/simulator_transport.h"

#include <algorithm>
#include <utility>

namespace exporter::testing {

using workers_builds::TransportError;

tl::expected<workers_builds::HttpResponse, TransportError> SimulatorTransport::Send(
    const workers_builds::HttpRequest& request, std::stop_token) {
  constexpr std::chrono::milliseconds kUsual{80};
  simulator::Reply reply = simulator_.Handle(
      {request.method, "/client/v4" + request.target, {request.headers.begin(), request.headers.end()}, request.body},
      wall_);
  took_ = std::min(kUsual + reply.delay, request.timeout);
  const auto fail = [](TransportError::Kind kind, std::string message) {
    return tl::unexpected(TransportError{kind, std::move(message)});
  };
  if (kUsual + reply.delay >= request.timeout) return fail(TransportError::Kind::kTimeout, "no answer in time");
  if (reply.reset) return fail(TransportError::Kind::kConnect, "connection reset by peer");
  if (reply.cut_at && *reply.cut_at < reply.body.size()) {
    return fail(TransportError::Kind::kConnect, "the body ended before Content-Length");
  }
  workers_builds::HttpResponse response{reply.status, {}, std::move(reply.body)};
  response.headers.insert(reply.headers.begin(), reply.headers.end());
  return response;
}

}  // namespace exporter::testing
