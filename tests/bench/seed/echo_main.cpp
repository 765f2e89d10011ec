// A server that answers at once: every request with a body gets it back as a new object, 201, every other one the list
// of the core group's types, of which there is one. It prints its URL.
// What a client takes here is its own doing, not that of an API server.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <strings.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_map>

namespace {

constexpr const char* types =
    R"({"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"configmaps","singularName":"configmap",)"
    R"("namespaced":true,"kind":"ConfigMap","verbs":["create","delete","get","list","patch","update","watch"]}]})";

std::size_t length_of_body(const std::string& head) {
  for (std::size_t line = head.find("\r\n"); line != std::string::npos; line = head.find("\r\n", line + 2)) {
    constexpr const char* name = "content-length:";
    constexpr std::size_t size = 15;
    if (::strncasecmp(head.c_str() + line + 2, name, size) == 0)
      return std::strtoul(head.c_str() + line + 2 + size, nullptr, 10);
  }
  return 0;
}

/// Answers the requests that are there to their end. @return false when the answer could not be sent
bool answer(int socket, std::string& received) {
  while (true) {
    const std::size_t head = received.find("\r\n\r\n");
    if (head == std::string::npos) return true;
    const std::size_t body = head + 4;
    const std::size_t size = length_of_body(received.substr(0, head));
    if (received.size() < body + size) return true;
    const std::string object = size == 0 ? std::string(types) : received.substr(body, size);
    const std::string text = std::string(size == 0 ? "HTTP/1.1 200 OK" : "HTTP/1.1 201 Created") +
                             "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(object.size()) +
                             "\r\n\r\n" + object;
    received.erase(0, body + size);
    if (::send(socket, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) return false;
  }
}

int listen_on_loopback() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener, generic, size) != 0 || ::listen(listener, 1024) != 0) std::exit(1);
  ::getsockname(listener, generic, &size);
  std::printf("http://127.0.0.1:%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return listener;
}

void watch(int poll, int socket) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = socket;
  ::epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
}

/// @return false: the connection is over
bool serve(int socket, std::string& received) {
  std::array<char, 65'536> piece;
  const ssize_t size = ::recv(socket, piece.data(), piece.size(), 0);
  if (size <= 0) return false;
  received.append(piece.data(), static_cast<std::size_t>(size));
  return answer(socket, received);
}

}  // namespace

int main() {
  const int listener = listen_on_loopback();
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  watch(poll, listener);
  std::unordered_map<int, std::string> connections;
  std::array<epoll_event, 64> events;
  while (true) {
    const int count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int socket = events.at(static_cast<std::size_t>(i)).data.fd;
      if (socket == listener) {
        const int accepted = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        const int on = 1;
        ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(poll, accepted);
      } else if (!serve(socket, connections[socket])) {
        connections.erase(socket);
        ::close(socket);
      }
    }
  }
}
