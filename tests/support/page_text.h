#pragma once

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/exposition/family_chunks.h"
#include "exporter/exposition/page.h"
#include "exporter/ledger/ledger.h"
#include "exporter/metrics/account_samples.h"
#include "exporter/metrics/script_samples.h"

/// The page as text that can be compared.
namespace support {

inline constexpr std::string_view kPrefix = "cloudflare_workers_builds_";

/// The lines of `text` that are samples of `name` (which may be part of a name's beginning, or empty for all), sorted,
/// without the page's common prefix.
inline std::vector<std::string> SamplesOf(const std::string& text, const std::string& name) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(kPrefix)) continue;
    line.erase(0, kPrefix.size());
    const std::string whole_name = line.substr(0, line.find_first_of("{ "));
    if (name.empty() || whole_name == name) lines.push_back(line);
  }
  std::ranges::sort(lines);
  return lines;
}

inline std::string Join(const exporter::metrics::FamilyTexts& texts) {
  std::string all;
  for (const auto& info : exporter::metrics::Catalogue()) all += texts[info.family].text;
  return all;
}

inline std::string Join(const std::vector<exporter::exposition::Bytes>& pieces) {
  std::string all;
  for (const auto& piece : pieces) all += *piece;
  return all;
}

/// A page of these samples alone.
inline std::shared_ptr<const exporter::exposition::Page> PageOf(const exporter::metrics::FamilyTexts& texts) {
  auto page = std::make_shared<exporter::exposition::Page>();
  for (const auto& info : exporter::metrics::Catalogue()) {
    exporter::exposition::FamilyChunks chunks;
    chunks.Set(0, texts[info.family]);
    page->families[static_cast<std::size_t>(info.family)] = chunks.Render(info);
  }
  return page;
}

inline std::string TextOf(const exporter::exposition::Page& page,
                          exporter::exposition::Format format = exporter::exposition::Format::kText) {
  return Join(PlainBody(page, format, ""));
}

/// Every sample of the account's scripts, with no counter held, and of the account.
inline std::string TextOf(const exporter::ledger::Ledger& ledger, const config::Metrics& metrics = {}) {
  exporter::metrics::FamilyTexts texts(metrics);
  config::Account account;
  account.id = account.name = ledger.account(0).id;
  for (const auto id : ledger.account(0).scripts) {
    exporter::ledger::ScriptHistory script = ledger.script(id);
    script.births.held = 0;
    if (script.present) exporter::metrics::WriteScript(account.name, ledger, script, texts);
  }
  exporter::metrics::WriteAccount(account, ledger, 0, {}, texts);
  return Join(texts);
}

}  // namespace support
