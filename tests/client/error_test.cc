#include "client/error.h"

#include <gtest/gtest.h>

#include <set>

namespace workers_builds {
namespace {

TEST(Error, TheLineSaysWhatWasTriedWhereAndWhatCameBack) {
  Error error;
  error.reason = ErrorReason::kForbidden;
  error.request = "GET /accounts/023e/builds/builds/latest";
  error.message = "Authentication error";
  error.status = 403;
  error.cloudflare_code = 10000;
  error.json_path = "$.errors[0]";
  error.cf_ray = "8a1b-FRA";
  EXPECT_EQ(Describe(error),
            "GET /accounts/023e/builds/builds/latest: forbidden, HTTP 403, code 10000: Authentication error at "
            "$.errors[0] (cf-ray 8a1b-FRA)");
}

TEST(Error, TheLineLeavesOutWhatIsNotKnown) {
  Error error;
  error.reason = ErrorReason::kConnect;
  error.request = "GET /user/tokens/verify";
  EXPECT_EQ(Describe(error), "GET /user/tokens/verify: connect");
}

TEST(Error, EveryReasonHasAWordOfItsOwn) {
  std::set<std::string_view> words;
  constexpr int kReasons = static_cast<int>(ErrorReason::kCancelled) + 1;
  for (int i = 0; i < kReasons; ++i) words.insert(ToWord(static_cast<ErrorReason>(i)));
  EXPECT_EQ(words.size(), static_cast<std::size_t>(kReasons));
  EXPECT_EQ(words.count(""), 0U);
}

}  // namespace
}  // namespace workers_builds
