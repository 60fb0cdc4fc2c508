#include "exporter/metrics/metrics_reference.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

#include "exporter/metrics/catalogue.h"

namespace exporter::metrics {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(MetricsReference, HasARowForEachFamily) {
  const std::string reference = MetricsReference();
  for (const FamilyInfo& family : Catalogue()) {
    EXPECT_THAT(reference, HasSubstr("\n| `" + std::string(family.name) + "` | "));
  }
}

TEST(MetricsReference, SaysWhatAFamilyIs) {
  EXPECT_THAT(MetricsReference(),
              HasSubstr("| `cloudflare_workers_builds_completed_total` | counter | `account`, `script_name`, "
                        "`branch_class`, `outcome` | minimal | Builds that stopped since the baseline. |\n"));
}

TEST(MetricsReference, IsTablesOfFiveColumnsUnderFourHeadings) {
  const std::string reference = MetricsReference();
  EXPECT_THAT(reference, StartsWith("### Per script and branch class\n\n| name | type |"));
  std::istringstream lines(reference);
  int headings = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("### ")) ++headings;
    if (line.starts_with("|")) {
      EXPECT_EQ(std::count(line.begin(), line.end(), '|'), 6) << line;
    }
  }
  EXPECT_EQ(headings, 4);
}

}  // namespace
}  // namespace exporter::metrics
