#include "exporter/web/routes.h"

#include <gmock/gmock.h>

#include "tests/support/gunzip.h"
#include "tests/support/page_text.h"

namespace exporter::web {
namespace {

using support::Gunzip;
using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;
using namespace std::chrono_literals;

std::string BodyOf(const Response& response) {
  std::string body;
  for (const auto& piece : response.body) body += *piece;
  return body;
}

class RoutesTest : public ::testing::Test {
 protected:
  RoutesTest() {
    options_.now = [this] { return now_; };
    published_.Beat(now_);
  }

  Response Get(const std::string& path, const std::string& accept_encoding = "", const std::string& accept = "") {
    return MakeRoutes(options_, published_,
                      metrics_)({.method = "GET", .path = path, .accept = accept, .accept_encoding = accept_encoding});
  }

  std::chrono::steady_clock::time_point now_{1000h};
  RoutesOptions options_;
  Published published_;
  metrics::SelfMetrics metrics_{{"1.2.3", "abc", "g++"}};
};

TEST_F(RoutesTest, TheMetricsAreThePageAndTheExportersOwn) {
  metrics::FamilyTexts texts;
  texts[metrics::Family::kUp].text = "cloudflare_workers_builds_up{account=\"a\"} 1\n";
  published_.SetPage(support::PageOf(texts));
  const Response response = Get("/metrics");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(BodyOf(response), StartsWith("# HELP cloudflare_workers_builds_up "));
  EXPECT_THAT(BodyOf(response), HasSubstr("\ncloudflare_workers_builds_up{account=\"a\"} 1\n"));
  EXPECT_THAT(BodyOf(response), HasSubstr("\nworkers_builds_exporter_build_info{"));
}

TEST_F(RoutesTest, AnEmptyPageStillHasTheExportersOwnMetrics) {
  EXPECT_EQ(Get("/metrics").status, 200);
  EXPECT_THAT(BodyOf(Get("/metrics")), HasSubstr("workers_builds_exporter_build_info{"));
}

TEST_F(RoutesTest, GzipIsGivenWhereItIsWelcomeAndVaryAlways) {
  const Response plain = Get("/metrics");
  EXPECT_THAT(plain.headers, Contains(Pair("Vary", "Accept, Accept-Encoding")));
  EXPECT_THAT(plain.headers, Not(Contains(Pair("Content-Encoding", "gzip"))));
  const Response packed = Get("/metrics", "gzip");
  EXPECT_THAT(packed.headers, Contains(Pair("Vary", "Accept, Accept-Encoding")));
  EXPECT_THAT(packed.headers, Contains(Pair("Content-Encoding", "gzip")));
  EXPECT_EQ(packed.content_type, plain.content_type);
  EXPECT_THAT(Gunzip(BodyOf(packed)), HasSubstr("workers_builds_exporter_build_info{"));
  EXPECT_THAT(Get("/metrics", "gzip;q=0").headers, Not(Contains(Pair("Content-Encoding", "gzip"))));
}

TEST_F(RoutesTest, OpenMetricsIsGivenWhereItIsWelcome) {
  const Response response = Get("/metrics", "", "application/openmetrics-text;version=1.0.0,*/*;q=0.1");
  EXPECT_EQ(response.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_THAT(BodyOf(response), HasSubstr("# TYPE workers_builds_exporter_http_requests counter\n"));
  EXPECT_THAT(BodyOf(response), EndsWith("\n# EOF\n"));
  const Response packed = Get("/metrics", "gzip", "application/openmetrics-text");
  EXPECT_THAT(packed.headers, Contains(Pair("Content-Encoding", "gzip")));
  EXPECT_THAT(Gunzip(BodyOf(packed)), EndsWith("\n# EOF\n"));
  EXPECT_THAT(BodyOf(Get("/metrics")), Not(HasSubstr("# EOF")));
}

TEST_F(RoutesTest, TheTelemetryPathIsWhatTheFlagSays) {
  options_.telemetry_path = "/builds";
  EXPECT_EQ(Get("/builds").status, 200);
  EXPECT_EQ(Get("/metrics").status, 404);
  EXPECT_THAT(BodyOf(Get("/metrics")), HasSubstr("/builds")) << "the answer says where they are";
}

TEST_F(RoutesTest, TheLandingPageIsServedAtTheRoot) {
  published_.SetStatusPage("<html>landing</html>");
  const Response response = Get("/");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(BodyOf(response), "<html>landing</html>");
}

TEST_F(RoutesTest, TheRootIsNoLandingPageWhenTheMetricsAreThere) {
  options_.telemetry_path = "/";
  published_.SetStatusPage("<html>landing</html>");
  EXPECT_THAT(BodyOf(Get("/")), HasSubstr("workers_builds_exporter_build_info{"));
}

TEST_F(RoutesTest, HealthFailsWhenTheLoopHasNotSteppedForAMinute) {
  now_ += 59s;
  EXPECT_EQ(Get("/-/healthy").status, 200);
  now_ += 1s;
  EXPECT_EQ(Get("/-/healthy").status, 503);
  published_.Beat(now_);
  EXPECT_EQ(Get("/-/healthy").status, 200);
}

TEST_F(RoutesTest, ReadinessFollowsStartAndStopAndNothingElse) {
  EXPECT_EQ(Get("/-/ready").status, 503);
  published_.SetReady(true);
  now_ += 1h;
  EXPECT_EQ(Get("/-/ready").status, 200) << "whatever the loop does";
  published_.SetReady(false);
  EXPECT_EQ(Get("/-/ready").status, 503);
}

TEST_F(RoutesTest, AnythingElseIsNotFound) {
  for (const char* path : {"/metrics/", "/Metrics", "/-/", "/-/reload", "/config", "/index.html", ""}) {
    EXPECT_EQ(Get(path).status, 404) << path;
  }
}

TEST_F(RoutesTest, EveryRequestIsCountedByHandlerAndCode) {
  Get("/metrics");
  Get("/nothing");
  Get("/nothing");
  const std::string own = metrics_.Render(exposition::Format::kText);
  EXPECT_THAT(own, HasSubstr("workers_builds_exporter_http_requests_total{handler=\"metrics\",code=\"200\"} 1\n"));
  EXPECT_THAT(own, HasSubstr("workers_builds_exporter_http_requests_total{handler=\"other\",code=\"404\"} 2\n"));
  EXPECT_THAT(own, HasSubstr("workers_builds_exporter_exposition_bytes{encoding=\"identity\"}"));
}

TEST_F(RoutesTest, AReaderKeepsThePageThatItGot) {
  metrics::FamilyTexts texts;
  texts[metrics::Family::kUp].text = "cloudflare_workers_builds_up{account=\"a\"} 1\n";
  published_.SetPage(support::PageOf(texts));
  const Response before = Get("/metrics");
  published_.SetPage(support::PageOf(metrics::FamilyTexts()));
  EXPECT_THAT(BodyOf(before), HasSubstr("cloudflare_workers_builds_up"));
  EXPECT_THAT(BodyOf(Get("/metrics")), Not(HasSubstr("cloudflare_workers_builds_up")));
}

}  // namespace
}  // namespace exporter::web
