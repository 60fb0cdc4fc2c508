// The page, as it is rendered and as it is served, while it changes.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "exporter/metrics/metric_table.h"
#include "exporter/web/routes.h"
#include "tests/support/exposition_parser.h"
#include "tests/support/gunzip.h"
#include "tests/support/http_client.h"
#include "tests/support/ledger_world.h"
#include "tests/support/page_text.h"

namespace exporter::web {
namespace {

using exposition::Format;
using support::EndedAt;
using support::HttpConnection;
using support::HttpReply;
using support::kT0;
using ::testing::StartsWith;
using namespace std::chrono_literals;

constexpr const char* kOpenMetrics = "application/openmetrics-text";

/// An account whose scripts build, one after the other, and the server of its page. The page is changed by one thread
/// and read by any.
class ScrapeTest : public ::testing::Test {
 protected:
  /// `name` is the account's: what makes a page long.
  void Serve(std::uint32_t scripts, const std::string& name = "a") {
    config_.accounts.resize(1);
    config_.accounts[0].name = name;
    std::vector<std::pair<std::string, std::string>> names;
    for (std::uint32_t i = 0; i < scripts; ++i) {
      names.emplace_back("script" + std::to_string(i), "tag" + std::to_string(i));
    }
    world_.Discover(names);
    table_ = std::make_unique<metrics::MetricTable>(config_, world_.ledger);
    for (std::uint32_t i = 0; i < scripts; ++i) BuildOnce();
    world_.ReleaseAll();
    for (std::uint32_t i = 0; i < scripts; ++i) table_->UpdateScript(i);
    Show();
    // A reader that waits for the changes below is not to be dropped, however long they take.
    auto server = WebServer::Start({.listen_addresses = {"127.0.0.1:0"}, .idle_timeout = 10min},
                                   MakeRoutes({}, published_, metrics_));
    ASSERT_TRUE(server) << server.error();
    server_ = std::move(*server);
    address_ = server_->addresses().front();
  }

  /// Of the next script in turn.
  ledger::ScriptId BuildOnce() {
    const std::size_t scripts = world_.ledger.account(0).scripts.size();
    const auto script = static_cast<ledger::ScriptId>(++builds_ % scripts);
    const auto ended = std::chrono::minutes(builds_);
    world_.Walk("tag" + std::to_string(script), {EndedAt(builds_, ended).Stopped()}, kT0 + ended);
    return script;
  }
  void Show() {
    table_->UpdateAccount(0, {.up = true, .limits = {}, .api_time = kT0});
    published_.SetPage(table_->Render());
  }
  void Change() {
    table_->UpdateScript(BuildOnce());
    Show();
  }

  std::uint32_t builds_ = 0;
  config::Config config_;
  support::LedgerWorld world_;
  std::unique_ptr<metrics::MetricTable> table_;
  Published published_;
  metrics::SelfMetrics metrics_{{"1.2.3", "abc", "g++"}};
  std::unique_ptr<WebServer> server_;
  std::string address_;
};

/// The sum of the samples of a counter, whatever their labels.
std::int64_t SumOf(const std::string& page, const std::string& name) {
  std::int64_t sum = 0;
  const std::string begin = "\ncloudflare_workers_builds_" + name + "{";
  for (std::size_t at = 0; (at = page.find(begin, at)) != std::string::npos; ++at) {
    sum += std::stoll(page.substr(page.find("} ", at) + 2, 20));
  }
  return sum;
}

std::string TextOf(const HttpReply& reply) {
  const auto encoding = reply.headers.find("content-encoding");
  return encoding == reply.headers.end() ? reply.body : support::Gunzip(reply.body);
}

TEST_F(ScrapeTest, EveryPageIsOfOneInstantHoweverItChangesMeanwhile) {
  Serve(40);
  std::atomic<bool> changing = true;
  std::atomic<int> scrapes = 0;
  const auto read = [&](const support::Headers& headers) {
    std::int64_t last = 0;
    bool is_last_round = false;
    while (!is_last_round) {
      is_last_round = !changing;
      HttpConnection connection(address_);
      for (int request = 0; request < 5; ++request) {
        const HttpReply reply = connection.Request("GET", "/metrics", headers);
        ASSERT_EQ(reply.status, 200) << reply.error;
        const std::string page = TextOf(reply);
        const std::int64_t submitted = SumOf(page, "submitted_total");
        EXPECT_EQ(submitted, SumOf(page, "triggered_total")) << "scripts and account are of different instants";
        EXPECT_EQ(submitted, SumOf(page, "completed_total")) << "two families are of different instants";
        EXPECT_GE(submitted, last) << "this page is older than the one before";
        last = submitted;
        ++scrapes;
      }
    }
    EXPECT_EQ(last, builds_);
  };
  std::vector<std::jthread> readers;
  for (const char* accept : {"text/plain", kOpenMetrics}) {
    for (const char* encoding : {"identity", "gzip"}) {
      readers.emplace_back(read, support::Headers{{"Accept", accept}, {"Accept-Encoding", encoding}});
    }
  }
  while (scrapes < 100) Change();
  changing = false;
  readers.clear();
}

TEST_F(ScrapeTest, ASlowReaderGetsThePageThatItBeganWhole) {
  Serve(100, std::string(2000, 'a'));
  const std::string begun = support::Join(PlainBody(*published_.page(), Format::kText, ""));
  ASSERT_GT(begun.size(), 8'000'000U) << "the sockets' buffers must not hold it";
  HttpConnection slow(address_, 65536);
  slow.SendRaw("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  // Once the page is being sent, it is no longer the table's alone.
  const std::weak_ptr<const exposition::Page> old = published_.page();
  const std::weak_ptr<const std::string> piece =
      old.lock()->family(metrics::Family::kSubmittedTotal)->in(Format::kText).samples->groups[0]->pieces[0].text;
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (metrics_.Render(Format::kText).find("handler=\"metrics\",code=\"200\"} 1\n") == std::string::npos) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the request did not arrive";
  }
  for (int change = 0; change < 20; ++change) Change();
  EXPECT_TRUE(old.expired()) << "a reader holds the pieces that it sends, not the page";
  EXPECT_FALSE(piece.expired());
  const HttpReply reply = slow.ReadReply();
  EXPECT_EQ(reply.error, "");
  EXPECT_TRUE(reply.body.starts_with(begun)) << "it got " << reply.body.size() << " bytes of another page";
  EXPECT_NE(support::Join(PlainBody(*published_.page(), Format::kText, "")), begun);
  EXPECT_EQ(slow.Request("GET", "/nothing").status, 404) << "and the connection goes on";
  EXPECT_TRUE(piece.expired()) << "it is freed when it has been sent";
}

TEST_F(ScrapeTest, AReaderThatGoesAwayCostsNothingAfterwards) {
  Serve(100, std::string(2000, 'a'));
  const std::weak_ptr<const std::string> piece =
      published_.page()->family(metrics::Family::kSubmittedTotal)->in(Format::kText).samples->groups[0]->pieces[0].text;
  {
    HttpConnection slow(address_, 65536);
    slow.SendRaw("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    for (int change = 0; change < 20; ++change) Change();
  }
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!piece.expired()) ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the bytes are still held";
}

TEST_F(ScrapeTest, EveryLabelValueComesOutAsItIs) {
  std::string name;
  for (int byte = 1; byte < 256; ++byte) name.push_back(static_cast<char>(byte));
  Serve(1, name);
  const HttpReply reply = support::Get(address_, "/metrics");
  const auto page = support::ParseExposition(reply.body);
  ASSERT_TRUE(page) << page.error();
  const std::string& account =
      page->samples.lower_bound({"cloudflare_workers_builds_up", {}})->first.labels.at("account");
  EXPECT_THAT(account, StartsWith(name.substr(0, 127))) << "ASCII as it is";
  EXPECT_EQ(account.size(), 127 + 128 * std::string("\uFFFD").size())
      << "and one U+FFFD for each byte that is no UTF-8";
}

TEST_F(ScrapeTest, WhateverAReaderAcceptsItGetsAPage) {
  Serve(1);
  HttpConnection connection(address_);
  for (const char* header :
       {"", "*/*;q=0", "text/plain;q=0", "application/json", ";;;,,,", "\"", "a/b;q=\"", "\xFF\xFE",
        "application/openmetrics-text;version=9", "text/html;level=1;q=0.4, */*;q=0.000"}) {
    for (const char* field : {"Accept", "Accept-Encoding"}) {
      const HttpReply reply = connection.Request("GET", "/metrics", {{field, header}});
      EXPECT_EQ(reply.status, 200) << field << ": " << header << " " << reply.error;
      EXPECT_THAT(reply.body, StartsWith("# HELP ")) << field << ": " << header;
      EXPECT_EQ(reply.headers.at("content-type"), ContentType(Format::kText)) << field << ": " << header;
    }
  }
}

}  // namespace
}  // namespace exporter::web
