#include "client/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace workers_builds {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kRequest = "GET /accounts/023e/builds/account/limits";

HttpResponse Answer(int status, std::string body, HttpHeaders headers = {}) {
  headers.emplace("content-type", "application/json");
  return {status, std::move(headers), std::move(body)};
}

tl::expected<Envelope, Error> Open(HttpResponse response) {
  return OpenEnvelope(response, {kRequest, "hidden-token"});
}

Error ErrorOf(const HttpResponse& response) {
  const auto envelope = Open(response);
  EXPECT_FALSE(envelope.has_value()) << "HTTP " << response.status << " " << response.body << " opened";
  return envelope ? Error() : envelope.error();
}

std::string Refusal(int code, const std::string& message) {
  return R"({"success":false,"errors":[{"code":)" + std::to_string(code) + R"(,"message":")" + message +
         R"("}],"messages":[],"result":null})";
}

TEST(Envelope, ASuccessHoldsTheResult) {
  const auto envelope =
      Open(Answer(200, R"({"success":true,"errors":[],"messages":["ok"],"result":{"a":1},"result_info":{"page":2}})"));
  ASSERT_TRUE(envelope.has_value()) << Describe(envelope.error());
  EXPECT_EQ(envelope->result()["a"].AsInteger(), 1);
  EXPECT_EQ(envelope->result_info()["page"].AsInteger(), 2);
}

TEST(Envelope, ASuccessMayComeWithAMessageThatLooksLikeAnError) {
  // What /user/tokens/verify says of a valid token.
  const auto envelope = Open(Answer(200, R"({"result":{"status":"active"},"success":true,"errors":[],
                      "messages":[{"code":10000,"message":"This API Token is valid and active","type":null}]})"));
  EXPECT_TRUE(envelope.has_value()) << Describe(envelope.error());
}

struct Meaning {
  int status;
  int code;
  ErrorReason reason;
};

class EnvelopeMeaning : public ::testing::TestWithParam<Meaning> {};

TEST_P(EnvelopeMeaning, FollowsFromStatusAndCode) {
  const auto& [status, code, reason] = GetParam();
  const auto error = ErrorOf(Answer(status, Refusal(code, "why")));
  EXPECT_EQ(ToWord(error.reason), ToWord(reason));
  EXPECT_EQ(error.status, status);
  EXPECT_EQ(error.cloudflare_code, code);
  EXPECT_EQ(error.message, "why");
  EXPECT_EQ(error.request, kRequest);
}

INSTANTIATE_TEST_SUITE_P(
    Documented, EnvelopeMeaning,
    ::testing::Values(Meaning{401, 12006, ErrorReason::kAuth}, Meaning{401, 12005, ErrorReason::kAuth},
                      Meaning{403, 10000, ErrorReason::kForbidden}, Meaning{404, 12000, ErrorReason::kNotFound},
                      Meaning{429, 971, ErrorReason::kRateLimited}, Meaning{429, 12345, ErrorReason::kRateLimited},
                      Meaning{500, 971, ErrorReason::kRateLimited}, Meaning{403, 10429, ErrorReason::kRateLimited},
                      Meaning{200, 971, ErrorReason::kRateLimited}, Meaning{400, 12002, ErrorReason::kHttp4xx},
                      Meaning{409, 12049, ErrorReason::kHttp4xx}, Meaning{500, 10013, ErrorReason::kHttp5xx},
                      Meaning{503, 1, ErrorReason::kHttp5xx}, Meaning{200, 12000, ErrorReason::kSchema}),
    [](const auto& test) { return std::to_string(test.param.status) + "_" + std::to_string(test.param.code); });

TEST(Envelope, ErrorsOfAnyShapeSayWhatTheyCan) {
  const auto message = [](const std::string& errors) {
    return ErrorOf(Answer(400, R"({"success":false,"errors":)" + errors + "}")).message;
  };
  EXPECT_EQ(message(R"([{"code":1,"message":"first"},{"code":2,"message":"second"}])"), "first");
  EXPECT_EQ(message(R"([{"message":"no code"}])"), "no code");
  EXPECT_EQ(message(R"(["a string"])"), "a string");
  EXPECT_EQ(message(R"("one string")"), "one string");
  EXPECT_EQ(message(R"({"code":1,"message":"one object"})"), "one object");
  EXPECT_EQ(message(R"([null,7,[],{"message":"late"}])"), "late");
  for (const auto* nothing : {"[]", "null", "7", "{}", R"([{"message":7}])", R"([""])"}) {
    EXPECT_EQ(message(nothing), "the answer gives no reason") << nothing;
  }
}

TEST(Envelope, ACodeMayBeAString) {
  EXPECT_EQ(ErrorOf(Answer(403, R"({"success":false,"errors":[{"code":"10000"}]})")).cloudflare_code, 10000);
  EXPECT_EQ(ErrorOf(Answer(403, R"({"success":false,"errors":[{"code":"x"}]})")).cloudflare_code, std::nullopt);
}

TEST(Envelope, MessagesSpeakWhereErrorsAreSilent) {
  EXPECT_EQ(ErrorOf(Answer(400, R"({"success":false,"errors":[],"messages":["text"]})")).message, "text");
  const auto error =
      ErrorOf(Answer(400, R"({"success":false,"messages":[{"code":5,"message":"object","type":null}]})"));
  EXPECT_EQ(error.message, "object");
  EXPECT_EQ(error.cloudflare_code, std::nullopt) << "the code of a message is no error code";
}

TEST(Envelope, AnErrorPageOfTheEdgeIsKnownByItsStatus) {
  auto page = HttpResponse{502, {{"content-type", "text/html"}, {"cf-ray", "8a1b2c-FRA"}}, "<html>Bad gateway</html>"};
  auto error = ErrorOf(page);
  EXPECT_EQ(error.reason, ErrorReason::kHttp5xx);
  EXPECT_EQ(error.message, "the answer is not JSON but 24 bytes of text/html");
  EXPECT_EQ(error.cf_ray, "8a1b2c-FRA");
  page.status = 403;
  EXPECT_EQ(ErrorOf(page).reason, ErrorReason::kForbidden);
  page.status = 429;
  EXPECT_EQ(ErrorOf(page).reason, ErrorReason::kRateLimited);
  page.body = "";
  EXPECT_EQ(ErrorOf(page).message, "the answer is not JSON but 0 bytes of text/html");
}

TEST(Envelope, ASuccessThatIsNoJsonIsADecodeError) {
  const auto error = ErrorOf({200, {{"content-type", "text/html"}}, "<html>"});
  EXPECT_EQ(error.reason, ErrorReason::kDecode);
  EXPECT_THAT(error.message, HasSubstr("malformed JSON at byte 0"));
  EXPECT_THAT(error.message, HasSubstr("(6 bytes of text/html)"));
  EXPECT_EQ(ErrorOf({204, {}, ""}).message, "the body is empty (0 bytes of no declared type)");
  EXPECT_EQ(ErrorOf(Answer(200, std::string(200'000, '['))).reason, ErrorReason::kDecode);
}

TEST(Envelope, JsonThatIsNoEnvelopeIsASchemaError) {
  for (const auto* body : {"[]", "{}", "null", R"({"success":"true"})", R"({"success":null})", R"({"result":[]})"}) {
    const auto error = ErrorOf(Answer(200, body));
    EXPECT_EQ(ToWord(error.reason), "schema") << body;
    EXPECT_EQ(error.json_path, "$.success");
  }
}

TEST(Envelope, ARefusalWithoutAReasonSaysSo) {
  const auto error = ErrorOf(Answer(200, R"({"success":false,"result":[1]})"));
  EXPECT_EQ(error.reason, ErrorReason::kSchema);
  EXPECT_EQ(error.message, "`success` is false and the answer gives no reason");
}

TEST(Envelope, ARedirectPointsAtTheBaseUrl) {
  const auto error = ErrorOf({302, {{"location", "https://elsewhere.test/"}}, ""});
  EXPECT_EQ(error.reason, ErrorReason::kDecode);
  EXPECT_EQ(error.message, "redirected to 'https://elsewhere.test/', which is not followed; check the base URL");
}

TEST(Envelope, A429SaysWhenToComeBack) {
  const auto retry_after = [](HttpHeaders headers) {
    return ErrorOf(Answer(429, Refusal(971, "slow down"), std::move(headers))).retry_after;
  };
  constexpr auto kNow = "Thu, 13 Aug 2026 10:00:00 GMT";
  EXPECT_EQ(retry_after({{"retry-after", "30"}}), seconds(30));
  EXPECT_EQ(retry_after({{"retry-after", "0"}}), seconds(0));
  EXPECT_EQ(retry_after({{"retry-after", "Thu, 13 Aug 2026 10:05:00 GMT"}, {"date", kNow}}), seconds(300));
  EXPECT_EQ(retry_after({{"retry-after", "Thu, 13 Aug 2026 09:00:00 GMT"}, {"date", kNow}}), seconds(0));
  EXPECT_EQ(retry_after({}), std::nullopt);
  EXPECT_EQ(retry_after({{"retry-after", "Thu, 13 Aug 2026 10:05:00 GMT"}}), std::nullopt);
  EXPECT_EQ(retry_after({{"retry-after", "soon"}}), std::nullopt);
  EXPECT_EQ(retry_after({{"retry-after", "99999999999"}}), std::chrono::hours(24)) << "no answer stops us for longer";
  EXPECT_EQ(retry_after({{"retry-after", "-5"}}), seconds(0));
}

TEST(Envelope, A503SaysWhenToComeBackAndA404DoesNot) {
  EXPECT_EQ(ErrorOf(Answer(503, "", {{"retry-after", "7"}})).retry_after, seconds(7));
  EXPECT_EQ(ErrorOf(Answer(404, "", {{"retry-after", "7"}})).retry_after, std::nullopt);
}

TEST(Envelope, AMessageIsOneShortLine) {
  const auto error = ErrorOf(Answer(400, Refusal(1, R"(line\r\none\u0007 )" + std::string(1000, 'x'))));
  EXPECT_EQ(error.message.size(), 200U);
  EXPECT_THAT(error.message, ::testing::StartsWith("line one xxx"));
}

TEST(Envelope, TheTokenIsHiddenWhereverTheAnswerRepeatsIt) {
  const auto error = ErrorOf(Answer(401, Refusal(9109, "Invalid access token hidden-token."),
                                    {{"cf-ray", "hidden-token"}, {"location", "hidden-token"}}));
  EXPECT_EQ(error.message, "Invalid access token <secret>.");
  EXPECT_THAT(Describe(error), Not(HasSubstr("hidden-token")));
  EXPECT_THAT(Describe(ErrorOf({302, {{"location", "/hidden-token"}}, ""})), Not(HasSubstr("hidden-token")));
}

TEST(Envelope, EveryTransportErrorHasAReason) {
  using Kind = TransportError::Kind;
  const auto reason = [](Kind kind) { return ToError(TransportError{kind, "why"}, {kRequest, ""}).reason; };
  EXPECT_EQ(reason(Kind::kTimeout), ErrorReason::kTimeout);
  EXPECT_EQ(reason(Kind::kConnect), ErrorReason::kConnect);
  EXPECT_EQ(reason(Kind::kTls), ErrorReason::kTls);
  EXPECT_EQ(reason(Kind::kTooLarge), ErrorReason::kDecode);
  EXPECT_EQ(reason(Kind::kCancelled), ErrorReason::kCancelled);
  EXPECT_EQ(Describe(ToError(TransportError{Kind::kConnect, "why"}, {kRequest, ""})),
            std::string(kRequest) + ": connect: why");
}

}  // namespace
}  // namespace workers_builds
