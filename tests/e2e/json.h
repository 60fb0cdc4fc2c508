#pragma once

#include <rapidjson/document.h>

#include <stdexcept>
#include <string>

namespace e2e {

/// What is not JSON is an exception.
inline rapidjson::Document ParseJson(const std::string& text) {
  rapidjson::Document document;
  document.Parse(text.data(), text.size());
  if (document.HasParseError()) throw std::runtime_error("not JSON: " + text.substr(0, 300));
  return document;
}

}  // namespace e2e
