#include "exporter/web/status_page.h"

#include <gmock/gmock.h>

namespace exporter::web {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using workers_builds::Timestamp;
using namespace std::chrono_literals;

const Timestamp kNow{1'786'588'430'000ms};

StatusView View() {
  StatusView view;
  view.version = "1.2.3";
  view.revision = "abc";
  view.now = kNow;
  view.started = kNow - 50h;
  return view;
}

AccountStatus Production() {
  AccountStatus account;
  account.name = "production";
  account.up = true;
  account.scripts = 1'234'567;
  account.history_pending = 3;
  account.requests_used = 150;
  account.request_budget = 600;
  account.collectors = {{"discovery", kNow - 90s}, {"list", std::nullopt}};
  return account;
}

TEST(StatusPage, SaysWhichVersionRunsAndSinceWhen) {
  EXPECT_THAT(RenderStatusPage(View()), HasSubstr("version 1.2.3, revision abc, running for 2 d<"));
}

TEST(StatusPage, LinksToTheMetrics) {
  StatusView view = View();
  view.telemetry_path = "/builds";
  EXPECT_THAT(RenderStatusPage(view), HasSubstr("<a href=\"/builds\">Metrics</a>"));
}

TEST(StatusPage, ShowsAnAccountThatIsUp) {
  StatusView view = View();
  view.accounts = {Production()};
  const std::string page = RenderStatusPage(view);
  EXPECT_THAT(page, HasSubstr("<h2>production</h2><span class=\"state up\">✓ up</span>"));
  EXPECT_THAT(page, HasSubstr("<dt>Scripts</dt><dd>1,234,567</dd>"));
  EXPECT_THAT(page, HasSubstr("<dt>History pending</dt><dd>3</dd>"));
  EXPECT_THAT(page, HasSubstr("150 <small>of 600</small><span class=\"bar\"><span style=\"width: 25%\">"));
  EXPECT_THAT(page, HasSubstr("<caption>Last success by collector</caption>"));
  EXPECT_THAT(page, HasSubstr("discovery</th><td><time datetime=\"2026-08-13T02:32:20.000Z\""));
  EXPECT_THAT(page, HasSubstr(">1 min ago</time>"));
  EXPECT_THAT(page, HasSubstr("list</th><td>never</td>"));
  EXPECT_THAT(page, Not(HasSubstr("class=\"error\"")));
}

TEST(StatusPage, ShowsWhyAnAccountIsDown) {
  StatusView view = View();
  AccountStatus account = Production();
  account.up = false;
  account.last_error = "GET /accounts/0/workers/scripts: auth, HTTP 401";
  account.last_error_at = kNow - 3h;
  view.accounts = {account};
  const std::string page = RenderStatusPage(view);
  EXPECT_THAT(page, HasSubstr("<span class=\"state down\">✕ down</span>"));
  EXPECT_THAT(page, HasSubstr("<p class=\"error\">Last error: GET /accounts/0/workers/scripts: auth, HTTP 401 (<time"));
  EXPECT_THAT(page, HasSubstr(">3 h ago</time>)</p>"));
}

TEST(StatusPage, NeverDrawsTheBarBeyondItsEnd) {
  StatusView view = View();
  view.accounts = {Production(), Production()};
  view.accounts[0].requests_used = 900;
  view.accounts[1].request_budget = 0;
  EXPECT_THAT(RenderStatusPage(view), AllOf(HasSubstr("width: 100%"), HasSubstr("width: 0%")));
}

TEST(StatusPage, EscapesEveryValue) {
  StatusView view = View();
  const std::string evil = "<script>\"&'\xFF";
  const std::string harmless = "&lt;script&gt;&quot;&amp;&#39;\uFFFD";
  view.version = view.revision = view.telemetry_path = evil;
  AccountStatus account = Production();
  account.name = account.last_error = evil;
  account.collectors = {{evil, std::nullopt}};
  view.accounts = {account};
  const std::string page = RenderStatusPage(view);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("\xFF")));
  std::size_t count = 0;
  for (std::size_t at = page.find(harmless); at != std::string::npos; at = page.find(harmless, at + 1)) ++count;
  EXPECT_EQ(count, 6u);
}

TEST(StatusPage, LoadsNothing) {
  StatusView view = View();
  view.accounts = {Production()};
  const std::string page = RenderStatusPage(view);
  EXPECT_THAT(page, StartsWith("<!DOCTYPE html>\n"));
  for (const char* loader : {"src=", "url(", "@import", "<script", "http:", "https:"}) {
    EXPECT_THAT(page, Not(HasSubstr(loader)));
  }
}

TEST(StatusPage, SaysWhenThereIsNoAccount) {
  EXPECT_THAT(RenderStatusPage(View()), HasSubstr("No account is configured."));
}

}  // namespace
}  // namespace exporter::web
