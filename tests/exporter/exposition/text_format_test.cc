#include "exporter/exposition/text_format.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <random>

namespace exporter::exposition {
namespace {

using std::chrono::milliseconds;

std::string Number(double value) {
  std::string out;
  AppendNumber(out, value);
  return out;
}

std::string Bound(double value) {
  std::string out;
  AppendBound(out, value);
  return out;
}

std::string Seconds(std::int64_t count) {
  std::string out;
  AppendSeconds(out, milliseconds(count));
  return out;
}

struct Escaped {
  std::string text;
  std::size_t replaced;
  bool operator==(const Escaped&) const = default;
};
void PrintTo(const Escaped& escaped, std::ostream* out) {
  *out << escaped.text << " (" << escaped.replaced << ")";
}

Escaped Value(std::string_view value) {
  Escaped escaped;
  escaped.replaced = AppendLabelValue(escaped.text, value);
  return escaped;
}

TEST(TextFormat, WritesWholeNumbersWithoutExponent) {
  EXPECT_EQ(Number(0), "0");
  EXPECT_EQ(Number(-3), "-3");
  EXPECT_EQ(Number(1'786'588'430), "1786588430");
  EXPECT_EQ(Number(9007199254740991.0), "9007199254740991");
  EXPECT_EQ(Number(1e100), "1e+100");
}

TEST(TextFormat, WritesTheShortestFractionThatReadsBackTheSame) {
  EXPECT_EQ(Number(0.1), "0.1");
  EXPECT_EQ(Number(1786588430.89), "1786588430.89");
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> mantissa(-1, 1);
  std::uniform_int_distribution<int> exponent(-300, 300);
  for (int round = 0; round < 10'000; ++round) {
    const double value = std::ldexp(mantissa(random), exponent(random));
    EXPECT_EQ(std::strtod(Number(value).c_str(), nullptr), value);
  }
}

TEST(TextFormat, SpellsWhatIsNoNumberAsPrometheusDoes) {
  EXPECT_EQ(Number(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(Number(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(Number(-std::numeric_limits<double>::infinity()), "-Inf");
}

TEST(TextFormat, WritesBoundsAsFloats) {
  EXPECT_EQ(Bound(300), "300.0");
  EXPECT_EQ(Bound(0.25), "0.25");
  EXPECT_EQ(Bound(1e100), "1e+100");
  EXPECT_EQ(Bound(std::numeric_limits<double>::infinity()), "+Inf");
}

TEST(TextFormat, WritesMillisecondsAsExactSeconds) {
  EXPECT_EQ(Seconds(0), "0");
  EXPECT_EQ(Seconds(12'000), "12");
  EXPECT_EQ(Seconds(12'345), "12.345");
  EXPECT_EQ(Seconds(12'300), "12.3");
  EXPECT_EQ(Seconds(5), "0.005");
  EXPECT_EQ(Seconds(-1'500), "-1.5");
  EXPECT_EQ(Seconds(-50), "-0.05");
  EXPECT_EQ(Seconds(9'007'199'254'740'993), "9007199254740.993");
}

TEST(TextFormat, EscapesLabelValues) {
  EXPECT_EQ(Value(R"(a\b"c)").text, R"(a\\b\"c)");
  EXPECT_EQ(Value("two\nlines").text, "two\\nlines");
  EXPECT_EQ(Value("").text, "");
}

TEST(TextFormat, KeepsUtf8) {
  const std::string text = "gr\u00fc\u00df \u65e5\u672c \U0001F680 \U0010FFFF";
  EXPECT_EQ(Value(text), (Escaped{text, 0}));
}

TEST(TextFormat, ReplacesWhatIsNotUtf8AndSaysHowOften) {
  const std::string bad = "\uFFFD";
  EXPECT_EQ(Value("a\xFFz"), (Escaped{"a" + bad + "z", 1}));
  EXPECT_EQ(Value("\x80"), (Escaped{bad, 1}));
  EXPECT_EQ(Value("\xC0\xAF"), (Escaped{bad + bad, 2})) << "overlong";
  EXPECT_EQ(Value("\xED\xA0\x80"), (Escaped{bad + bad + bad, 3})) << "surrogate";
  EXPECT_EQ(Value("\xF4\x90\x80\x80"), (Escaped{bad + bad + bad + bad, 4})) << "above U+10FFFF";
  EXPECT_EQ(Value("\xE2\x82"), (Escaped{bad, 1})) << "cut short at the end";
  EXPECT_EQ(Value("\xE2\x82\"x"), (Escaped{bad + "\\\"x", 1})) << "cut short before a quote";
  EXPECT_EQ(Value("\xF0\x9F\x9A\xE2\x82\xAC"), (Escaped{bad + "\u20AC", 1})) << "cut short before another";
}

TEST(TextFormat, JoinsLabelsForUseInManyLines) {
  std::string labels;
  EXPECT_EQ(AppendLabels(labels, std::vector<Label>{{"account", "a"}, {"script_name", "b\xFF"}}), 1u);
  AppendLabels(labels, std::vector<Label>{{"status", "queued"}});
  EXPECT_EQ(labels, "account=\"a\",script_name=\"b\uFFFD\",status=\"queued\"");
}

TEST(TextFormat, WritesSampleLines) {
  std::string page;
  AppendSample(page, "up", "", 1);
  AppendSample(page, "t", R"(a="b")", 1.5);
  AppendSample(page, "t", R"(a="c")", milliseconds(1250));
  AppendSample(page, "n", R"(a="c")", std::int64_t{-7});
  EXPECT_EQ(page, "up 1\nt{a=\"b\"} 1.5\nt{a=\"c\"} 1.25\nn{a=\"c\"} -7\n");
}

}  // namespace
}  // namespace exporter::exposition
