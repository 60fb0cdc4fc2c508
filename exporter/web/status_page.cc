#include "exporter/web/status_page.h"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "exporter/utf8.h"

namespace exporter::web {
namespace {

using workers_builds::Timestamp;

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>Workers Builds exporter</title>
<style>
:root { --page: #f6f7f9; --card: #fff; --line: #e3e6eb; --text: #1b2230; --soft: #5c6675; --accent: #b45309;
  --good: #14713d; --good-back: #e2f5e9; --bad: #b3261e; --bad-back: #fdeceb; }
@media (prefers-color-scheme: dark) { :root { --page: #11151c; --card: #1a202a; --line: #2c3543; --text: #e7ebf1;
  --soft: #9aa5b5; --accent: #f6a04d; --good: #6fdc9a; --good-back: #15331f; --bad: #ff9d95; --bad-back: #3d1b1a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 0; overflow-wrap: anywhere; }
p { margin: 0; } .soft { color: var(--soft); }
nav { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; margin: 1.25rem 0 2rem; }
a { color: var(--accent); text-underline-offset: .2em; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem 1.5rem;
  margin: 0 0 1.25rem; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
.state { border-radius: 1rem; padding: .1rem .75rem; font-size: .875rem; font-weight: 600; white-space: nowrap; }
.up { color: var(--good); background: var(--good-back); } .down { color: var(--bad); background: var(--bad-back); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 1rem 1.5rem; margin: 1.25rem 0; }
dt { color: var(--soft); font-size: .875rem; }
dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
dd small { color: var(--soft); font-size: .875rem; }
.bar { display: block; height: .375rem; border-radius: .25rem; background: var(--line); overflow: hidden; }
.bar span { display: block; height: 100%; background: var(--accent); }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: .875rem; padding-bottom: .375rem; }
th, td { text-align: left; padding: .375rem 0; border-top: 1px solid var(--line); }
th { font-weight: 400; } td { text-align: right; }
.error { margin: 1rem 0 0; padding: .75rem 1rem; border-radius: .5rem; background: var(--bad-back); color: var(--bad);
  font: .875rem/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
)";

std::string_view EntityOf(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const Utf8Sequence sequence = NextUtf8Sequence(text);
    const std::string_view entity = EntityOf(text[0]);
    if (!sequence.valid) {
      escaped.append(kUtf8Replacement);
    } else {
      escaped.append(entity.empty() ? text.substr(0, sequence.length) : entity);
    }
    text.remove_prefix(sequence.length);
  }
  return escaped;
}

/// `1,234,567`.
std::string Grouped(std::int64_t value) {
  std::string digits = std::to_string(value);
  const std::size_t sign = value < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > sign + 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

/// In the largest unit that is there at least once.
std::string Span(std::chrono::milliseconds span) {
  const auto seconds = std::max<std::int64_t>(std::chrono::floor<std::chrono::seconds>(span).count(), 0);
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3600) return std::to_string(seconds / 60) + " min";
  if (seconds < 86400) return std::to_string(seconds / 3600) + " h";
  return Grouped(seconds / 86400) + " d";
}

std::string Ago(const std::optional<Timestamp>& instant, Timestamp now) {
  if (!instant) return "never";
  const std::string text = workers_builds::FormatTimestamp(*instant);
  std::string time = "<time datetime=\"";
  return time.append(text).append("\" title=\"").append(text).append("\">").append(Span(now - *instant)) +
         " ago</time>";
}

void AppendFact(std::string& page, std::string_view name, std::string_view value) {
  page.append("<div><dt>").append(name).append("</dt><dd>").append(value).append("</dd></div>\n");
}

void AppendBudget(std::string& page, const AccountStatus& account) {
  const std::int64_t share =
      account.request_budget <= 0
          ? 0
          : std::clamp<std::int64_t>(account.requests_used * 100 / account.request_budget, 0, 100);
  std::string value = Grouped(account.requests_used);
  value.append(" <small>of ").append(Grouped(account.request_budget)).append("</small>");
  value.append("<span class=\"bar\"><span style=\"width: ").append(std::to_string(share)).append("%\"></span></span>");
  AppendFact(page, "API requests in 5 min", value);
}

void AppendAccount(std::string& page, const AccountStatus& account, Timestamp now) {
  page.append("<article>\n<header><h2>").append(Escaped(account.name)).append("</h2>");
  page.append(account.up ? "<span class=\"state up\">✓ up</span>" : "<span class=\"state down\">✕ down</span>");
  page.append("</header>\n<dl>\n");
  AppendFact(page, "Scripts", Grouped(account.scripts));
  AppendFact(page, "History pending", Grouped(account.history_pending));
  AppendBudget(page, account);
  page.append("</dl>\n");
  if (!account.collectors.empty()) {
    page.append("<table>\n<caption>Last success by collector</caption>\n");
    for (const CollectorStatus& collector : account.collectors) {
      page.append("<tr><th scope=\"row\">").append(Escaped(collector.name)).append("</th><td>");
      page.append(Ago(collector.last_success, now)).append("</td></tr>\n");
    }
    page.append("</table>\n");
  }
  if (!account.last_error.empty()) {
    page.append("<p class=\"error\">Last error: ").append(Escaped(account.last_error));
    if (account.last_error_at) page.append(" (").append(Ago(account.last_error_at, now)).append(")");
    page.append("</p>\n");
  }
  page.append("</article>\n");
}

}  // namespace

std::string RenderStatusPage(const StatusView& view) {
  std::string page(kHead);
  page.append("<h1>Workers Builds exporter</h1>\n<p class=\"soft\">version ").append(Escaped(view.version));
  page.append(", revision ").append(Escaped(view.revision));
  page.append(", running for ").append(Span(view.now - view.started)).append("</p>\n<nav>");
  page.append("<a href=\"").append(Escaped(view.telemetry_path)).append("\">Metrics</a>");
  page.append("<a href=\"/-/healthy\">Health</a><a href=\"/-/ready\">Readiness</a></nav>\n");
  for (const AccountStatus& account : view.accounts) AppendAccount(page, account, view.now);
  if (view.accounts.empty()) page.append("<p class=\"soft\">No account is configured.</p>\n");
  return page.append("</main>\n</body>\n</html>\n");
}

}  // namespace exporter::web
