#include "exporter/web/connection.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "exporter/log.h"
#include "exporter/web/http_text.h"

namespace exporter::web {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t kMaxHeaderBytes = 16 * 1024;
constexpr std::uint64_t kMaxBodyBytes = 8 * 1024;
constexpr std::size_t kMaxBufferedBytes = 64 * 1024;
constexpr std::size_t kReadBytes = 4 * 1024;
/// What Asio hands to one sendmsg.
constexpr std::size_t kBuffersPerWrite = 64;
/// How long a connection that was told to close is listened to, so that its reader gets the answer and not a reset.
constexpr std::chrono::seconds kLinger{2};
/// Some buffers of a list, as Asio wants them.
struct BufferWindow {
  using value_type = asio::const_buffer;
  using const_iterator = const asio::const_buffer*;
  const_iterator first;
  const_iterator last;
  const_iterator begin() const { return first; }
  const_iterator end() const { return last; }
};

Response PlainText(int status, std::string text) {
  Response response;
  response.status = status;
  response.body.push_back(std::make_shared<const std::string>(std::move(text)));
  return response;
}

class BeastConnection : public Connection, public std::enable_shared_from_this<BeastConnection> {
 public:
  BeastConnection(tcp::socket socket, Connections& all) : all_(all), stream_(std::move(socket)) {
    error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
    all_.open.insert(this);
  }
  ~BeastConnection() override { BeastConnection::Close(); }

  void AwaitRequest() override {
    if (buffer_.size() > 0) return ReadHeader();
    SetIdle(true);
    stream_.expires_after(all_.idle_timeout);
    stream_.async_read_some(buffer_.prepare(kReadBytes), [self = shared_from_this()](error_code error, std::size_t n) {
      if (error) return self->Close();
      self->SetIdle(false);
      self->buffer_.commit(n);
      self->ReadHeader();
    });
  }

  void Refuse() override {
    Response response = PlainText(503, "Too many connections.\n");
    response.headers.emplace_back("Retry-After", "1");
    Answer(std::move(response), false, false);
  }

  void Close() override {
    if (all_.open.erase(this) == 0) return;
    SetIdle(false);
    stream_.close();
    if (all_.open.empty() && all_.on_all_closed) all_.on_all_closed();
  }

 private:
  void ReadHeader() {
    parser_.emplace();
    parser_->header_limit(kMaxHeaderBytes);
    parser_->body_limit(kMaxBodyBytes);
    stream_.expires_after(all_.idle_timeout);
    http::async_read_header(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return self->Fail(error);
      // Who asks before sending a body gets the answer instead of the permission.
      if (self->parser_->get().count(http::field::expect) != 0) return self->Handle(false);
      self->ReadBody();
    });
  }

  void ReadBody() {
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return self->Fail(error);
      self->Handle(self->parser_->keep_alive());
    });
  }

  void Fail(error_code error) {
    static const auto& kHttpErrors = http::make_error_code(http::error::end_of_stream).category();
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      Answer(PlainText(431, "The request's header is larger than 16 KiB.\n"), false, false);
    } else if (error == http::error::body_limit) {
      Answer(PlainText(413, "The request's body is larger than 8 KiB.\n"), false, false);
    } else if (error.category() != kHttpErrors || error == http::error::end_of_stream ||
               error == http::error::partial_message) {
      Close();
    } else {
      Answer(PlainText(400, "The request is malformed: " + error.message() + ".\n"), false, false);
    }
  }

  void Handle(bool keep_alive) {
    const auto& message = parser_->get();
    const bool head = message.method() == http::verb::head;
    const auto path = PathOf(std::string_view(message.target().data(), message.target().size()));
    const std::size_t hosts = message.count(http::field::host);
    if (!head && message.method() != http::verb::get) {
      Response response = PlainText(405, "Only GET and HEAD are served.\n");
      response.headers.emplace_back("Allow", "GET, HEAD");
      return Answer(std::move(response), keep_alive, false);
    }
    if (!path) return Answer(PlainText(400, "The request's target is malformed.\n"), keep_alive, head);
    if (hosts > 1 || (hosts == 0 && message.version() > 10)) {
      return Answer(PlainText(400, "The request needs exactly one Host.\n"), keep_alive, head);
    }
    Answer(Call({.method = head ? "HEAD" : "GET",
                 .path = *path,
                 .accept = Joined(http::field::accept),
                 .accept_encoding = Joined(http::field::accept_encoding)}),
           keep_alive, head);
  }

  Response Call(const Request& request) {
    try {
      return all_.handler(request);
    } catch (const std::exception& problem) {
      log::Error("a request could not be answered", {{"path", request.path}, {"problem", problem.what()}});
      return PlainText(500, "The request could not be answered; the log says why.\n");
    }
  }

  /// A header field that may be repeated (RFC 9110 section 5.3).
  std::string Joined(http::field field) const {
    std::string value;
    const auto [first, last] = parser_->get().equal_range(field);
    for (auto at = first; at != last; ++at) {
      if (!value.empty()) value += ", ";
      value.append(at->value().data(), at->value().size());
    }
    return value;
  }

  void Answer(Response response, bool keep_alive, bool without_body) {
    keep_alive_ = keep_alive && !all_.stopping;
    body_ = std::move(response.body);
    std::uint64_t length = 0;
    for (const auto& piece : body_) length += piece->size();
    const beast::string_view reason = http::obsolete_reason(static_cast<http::status>(response.status));
    head_ = FormatHead(response,
                       {.reason = {reason.data(), reason.size()}, .content_length = length, .keep_alive = keep_alive_},
                       std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
    unsent_.assign(1, asio::buffer(head_));
    for (const auto& piece : body_) {
      if (!without_body && !piece->empty()) unsent_.push_back(asio::buffer(*piece));
    }
    next_ = 0;
    Write();
  }

  void Write() {
    if (next_ == unsent_.size()) return Written();
    stream_.expires_after(all_.idle_timeout);
    const asio::const_buffer* first = unsent_.data() + next_;
    const BufferWindow window{first, first + std::min(unsent_.size() - next_, kBuffersPerWrite)};
    stream_.async_write_some(window, [self = shared_from_this()](error_code error, std::size_t sent) {
      if (error) return self->Close();
      self->Advance(sent);
      self->Write();
    });
  }

  void Advance(std::size_t sent) {
    while (next_ < unsent_.size() && sent >= unsent_[next_].size()) sent -= unsent_[next_++].size();
    if (sent > 0) unsent_[next_] += sent;
  }

  void Written() {
    body_.clear();
    unsent_.clear();
    next_ = 0;
    if (all_.stopping) return Close();
    if (keep_alive_) return AwaitRequest();
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    SetIdle(true);
    stream_.expires_after(kLinger);
    Drain();
  }

  void Drain() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(kReadBytes), [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return self->Close();
      self->Drain();
    });
  }

  void SetIdle(bool idle) {
    if (idle_ == idle) return;
    idle_ = idle;
    if (idle) {
      at_ = all_.idle.insert(all_.idle.end(), this);
    } else {
      all_.idle.erase(at_);
    }
  }

  Connections& all_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{kMaxBufferedBytes};
  std::optional<http::request_parser<http::string_body>> parser_;
  std::string head_;
  std::vector<std::shared_ptr<const std::string>> body_;
  std::vector<asio::const_buffer> unsent_;
  std::size_t next_ = 0;
  bool keep_alive_ = true;
  bool idle_ = false;
  std::list<Connection*>::iterator at_;
};

}  // namespace

std::shared_ptr<Connection> Connection::Make(tcp::socket socket, Connections& all) {
  return std::make_shared<BeastConnection>(std::move(socket), all);
}

}  // namespace exporter::web
