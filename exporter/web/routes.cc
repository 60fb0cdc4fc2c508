#include "exporter/web/routes.h"

#include <chrono>
#include <utility>

#include "exporter/web/accept.h"

namespace exporter::web {
namespace {

using exposition::Format;
using metrics::WebHandler;

Response Text(int status, std::string text) {
  Response response;
  response.status = status;
  response.body = {std::make_shared<const std::string>(std::move(text))};
  return response;
}

Response Metrics(const Request& request, const Published& published, metrics::SelfMetrics& metrics) {
  const auto started = std::chrono::steady_clock::now();
  const auto page = published.page();
  Response response;
  const Format format = PrefersOpenMetrics(request.accept) ? Format::kOpenMetrics : Format::kText;
  response.content_type = ContentType(format);
  response.headers = {{"Vary", "Accept, Accept-Encoding"}};
  const bool gzip = PrefersGzip(request.accept_encoding);
  if (gzip) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = exposition::GzipBody(*page, format, metrics.Render(format));
  } else {
    response.body = exposition::PlainBody(*page, format, metrics.Render(format));
  }
  std::size_t bytes = 0;
  for (const auto& piece : response.body) bytes += piece->size();
  metrics.ExpositionRendered(gzip ? metrics::Encoding::kGzip : metrics::Encoding::kIdentity,
                             static_cast<std::int64_t>(bytes), std::chrono::steady_clock::now() - started);
  return response;
}

struct Routed {
  WebHandler handler;
  Response response;
};

Routed Route(const Request& request, const RoutesOptions& options, const Published& published,
             metrics::SelfMetrics& metrics) {
  if (request.path == options.telemetry_path) return {WebHandler::kMetrics, Metrics(request, published, metrics)};
  if (request.path == "/") {
    Response response;
    response.content_type = "text/html; charset=utf-8";
    response.body = {published.status_page()};
    return {WebHandler::kStatus, std::move(response)};
  }
  if (request.path == "/-/healthy") {
    const bool alive = options.now() - published.last_beat() < options.beat_deadline;
    return {WebHandler::kHealthy, alive ? Text(200, "Healthy.\n") : Text(503, "The polling loop does not step.\n")};
  }
  if (request.path == "/-/ready") {
    return {WebHandler::kReady, published.ready() ? Text(200, "Ready.\n") : Text(503, "Not ready.\n")};
  }
  return {WebHandler::kOther, Text(404, "Not found. The metrics are at " + options.telemetry_path + "\n")};
}

}  // namespace

void Published::SetPage(std::shared_ptr<const exposition::Page> page) {
  const std::lock_guard lock(mutex_);
  page_.swap(page);
}

std::shared_ptr<const exposition::Page> Published::page() const {
  const std::lock_guard lock(mutex_);
  return page_;
}

void Published::SetStatusPage(std::string html) {
  auto page = std::make_shared<const std::string>(std::move(html));
  const std::lock_guard lock(mutex_);
  status_page_.swap(page);
}

std::shared_ptr<const std::string> Published::status_page() const {
  const std::lock_guard lock(mutex_);
  return status_page_;
}

Handler MakeRoutes(const RoutesOptions& options, const Published& published, metrics::SelfMetrics& metrics) {
  return [options, &published, &metrics](const Request& request) {
    Routed routed = Route(request, options, published, metrics);
    metrics.HttpRequest(routed.handler, routed.response.status);
    return std::move(routed.response);
  };
}

}  // namespace exporter::web
