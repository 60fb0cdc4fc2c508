#include "exporter/web/inherited_sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/exporter/web/web_server_fixture.h"

namespace exporter::web {
namespace {

/// Where systemd's number 3 stands here, far from what the test program has open itself.
constexpr int kFirst = 700;

int Ipv4Socket(int type = SOCK_STREAM) {
  const int descriptor = socket(AF_INET, type, 0);
  sockaddr_in loopback{};
  loopback.sin_family = AF_INET;
  loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(descriptor, reinterpret_cast<const sockaddr*>(&loopback), sizeof loopback), 0);
  return descriptor;
}

int ListeningSocket() {
  const int descriptor = Ipv4Socket();
  EXPECT_EQ(listen(descriptor, 8), 0);
  return descriptor;
}

class InheritedSocketsTest : public ::testing::Test {
 protected:
  ~InheritedSocketsTest() override {
    for (int at = 0; at < given_; ++at) close(kFirst + at);
  }

  /// As systemd would before it starts the program: the next number, and open over an exec.
  void Give(int descriptor) {
    ASSERT_EQ(dup2(descriptor, kFirst + given_), kFirst + given_);
    close(descriptor);
    ++given_;
  }

  SocketHandover Handover() const {
    return {.listen_pid = std::to_string(getpid()),
            .listen_fds = std::to_string(given_),
            .own_pid = getpid(),
            .first_descriptor = kFirst};
  }

  std::string Error(const SocketHandover& handover) {
    const auto sockets = InheritedSockets(handover);
    return sockets ? "(it takes " + std::to_string(sockets->size()) + ")" : sockets.error();
  }

  int given_ = 0;
};

TEST_F(InheritedSocketsTest, AreTakenInTheirOrderWithTheirAddresses) {
  Give(ListeningSocket());
  Give(ListeningSocket());
  const auto sockets = InheritedSockets(Handover());
  ASSERT_TRUE(sockets) << sockets.error();
  ASSERT_EQ(sockets->size(), 2u);
  for (std::size_t at = 0; at < 2; ++at) {
    sockaddr_in name{};
    socklen_t size = sizeof name;
    getsockname(kFirst + static_cast<int>(at), reinterpret_cast<sockaddr*>(&name), &size);
    EXPECT_EQ((*sockets)[at].address(), "127.0.0.1:" + std::to_string(ntohs(name.sin_port)));
    EXPECT_FALSE((*sockets)[at].ipv6());
  }
  given_ = 0;  // they are theirs now
}

TEST_F(InheritedSocketsTest, AreClosedOnExec) {
  Give(ListeningSocket());
  ASSERT_EQ(fcntl(kFirst, F_GETFD) & FD_CLOEXEC, 0);
  const auto sockets = InheritedSockets(Handover());
  ASSERT_TRUE(sockets) << sockets.error();
  EXPECT_EQ(fcntl(kFirst, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  given_ = 0;
}

TEST_F(InheritedSocketsTest, AreRefusedWhenThereAreNone) {
  const std::string not_set =
      "no socket was handed over: LISTEN_PID and LISTEN_FDS are not both set; "
      "start it through its socket unit, or without --web.systemd-socket";
  EXPECT_EQ(Error({.own_pid = getpid()}), not_set);
  EXPECT_EQ(Error({.listen_pid = "1", .own_pid = getpid()}), not_set);
  EXPECT_EQ(Error({.listen_fds = "1", .own_pid = getpid()}), not_set);
  for (const char* count : {"0", "", "-1", "1x", "99999999999", "2147483647"}) {
    SocketHandover handover = Handover();
    handover.listen_fds = count;
    EXPECT_THAT(Error(handover), HasSubstr("LISTEN_FDS is '" + std::string(count) + "', where a number from 1 is"))
        << count;
  }
}

TEST_F(InheritedSocketsTest, OfAnotherProcessAreRefused) {
  Give(ListeningSocket());
  SocketHandover handover = Handover();
  handover.listen_pid = std::to_string(getpid() + 1);
  EXPECT_THAT(Error(handover), HasSubstr("which is not this process (" + std::to_string(getpid()) + ")"));
  handover.listen_pid = "me";
  EXPECT_THAT(Error(handover), HasSubstr("LISTEN_PID is 'me'"));
}

TEST_F(InheritedSocketsTest, AreRefusedWhenOneCannotBeServedOn) {
  const std::string which = "file descriptor " + std::to_string(kFirst) + " ";
  Give(Ipv4Socket());
  EXPECT_THAT(Error(Handover()), HasSubstr(which + "does not listen: the socket unit must not have Accept=yes"));
  given_ = 0;  // closed again
  Give(Ipv4Socket(SOCK_DGRAM));
  EXPECT_THAT(Error(Handover()), HasSubstr(which + "is no TCP socket"));
  given_ = 0;
  Give(socket(AF_UNIX, SOCK_STREAM, 0));
  EXPECT_THAT(Error(Handover()), HasSubstr(which + "is no TCP socket"));
  given_ = 0;
  Give(open("/dev/null", O_RDONLY));
  EXPECT_THAT(Error(Handover()), HasSubstr(which + "is no socket"));
  given_ = 0;
  SocketHandover nothing_open = Handover();
  nothing_open.listen_fds = "1";
  EXPECT_THAT(Error(nothing_open), HasSubstr(which + "is not open"));
}

TEST_F(WebServerTest, DoesNotServeWithoutTheSocketsItShouldInherit) {
  ASSERT_EQ(std::getenv("LISTEN_FDS"), nullptr);
  const auto server = WebServer::Start({.inherited_sockets = true}, Echo);
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error(), HasSubstr("no socket was handed over"));
}

}  // namespace
}  // namespace exporter::web
