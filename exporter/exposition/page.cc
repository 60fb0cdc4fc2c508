#include "exporter/exposition/page.h"

#include <utility>

#include "exporter/exposition/text_format.h"
#include "exporter/metrics/catalogue.h"

namespace exporter::exposition {

std::shared_ptr<const Page> RenderPage(const metrics::FamilyTexts& texts) {
  auto page = std::make_shared<Page>();
  for (const metrics::FamilyInfo& info : metrics::Catalogue()) {
    const std::string& samples = texts[static_cast<std::size_t>(info.family)];
    if (samples.empty()) continue;
    std::string text;
    text.reserve(samples.size() + 256);
    AppendHeader(text, info.name, ToWord(info.type), info.help);
    text += samples;
    page->deflated.push_back(Deflate(text));
    page->text.push_back(std::make_shared<const std::string>(std::move(text)));
  }
  return page;
}

std::vector<std::shared_ptr<const std::string>> PlainBody(const Page& page, std::string own_metrics) {
  auto body = page.text;
  body.push_back(std::make_shared<const std::string>(std::move(own_metrics)));
  return body;
}

std::vector<std::shared_ptr<const std::string>> GzipBody(const Page& page, const std::string& own_metrics) {
  auto pieces = page.deflated;
  pieces.push_back(Deflate(own_metrics));
  return GzipMember(pieces);
}

}  // namespace exporter::exposition
