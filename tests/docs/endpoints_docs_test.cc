#include <gtest/gtest.h>

#include "exporter/metrics/self_metrics.h"
#include "exporter/web/routes.h"
#include "tests/docs/markdown.h"

namespace docs {
namespace {

using exporter::web::Request;

TEST(ReadmeEndpoints, AreServed) {
  exporter::metrics::SelfMetrics metrics({});
  exporter::web::Published published;
  published.Beat(std::chrono::steady_clock::now());
  published.SetReady(true);
  const auto handler = MakeRoutes({}, published, metrics);
  const Table table = ReadMarkdown("README.md").TableWith({"path", "answer"});
  EXPECT_EQ(table.rows.size(), 4u);
  for (const auto& row : table.rows) {
    Request request;
    request.path = WithoutTicks(row.front());
    EXPECT_EQ(handler(request).status, 200) << "README.md says that " << row.front() << " is served";
  }
}

}  // namespace
}  // namespace docs
