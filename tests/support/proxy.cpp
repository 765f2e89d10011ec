// The two protocols, and the copying between two sockets that both come to.
#include "support/proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <openssl/evp.h>

#include "support/loopback.hpp"

namespace kplane::tests {

namespace {

constexpr std::size_t kMaxHead = std::size_t{64} << 10U;
constexpr char kSocksVersion = 5;
constexpr char kLoginVersion = 1;
constexpr char kDone = 0;
constexpr char kRefused = 5;
constexpr char kUnknownCommand = 7;
constexpr char kUnknownAddress = 8;

enum class Address : char { ipv4 = 1, name = 3, ipv6 = 4 };
enum class Method : char { none = 0, password = 2, unacceptable = -1 };

struct Place {
  std::string host{};
  std::uint16_t port = 0;
};

std::string text_of(const Place& place) {
  const bool is_ipv6 = place.host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + place.host + "]" : place.host) + ":" + std::to_string(place.port);
}

std::optional<Place> parse_place(std::string_view text, std::optional<std::uint16_t> default_port = std::nullopt) {
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  if (!has_port && !default_port) return std::nullopt;
  Place place{std::string(text.substr(0, has_port ? colon : text.size())), default_port.value_or(0)};
  if (has_port) {
    const std::string_view port = text.substr(colon + 1);
    std::from_chars(port.data(), port.data() + port.size(), place.port);
  }
  if (bracket != std::string_view::npos && place.host.size() > 2) place.host = place.host.substr(1, bracket - 1);
  return place.port != 0 && !place.host.empty() ? std::optional(place) : std::nullopt;
}

int connect_ipv6(std::uint16_t port) {
  const int socket = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  address.sin6_port = htons(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return socket;
  ::close(socket);
  return -1;
}

/// @return -1 when there is nobody, or it is not this machine
int connect_to(const Place& place) {
  if (place.host == "::1") return connect_ipv6(place.port);
  if (place.host == "127.0.0.1" || place.host == "localhost") return connect_to_loopback(place.port);
  return -1;
}

/// Copies what one socket has to say to the other one. @return false at its end
bool copy_some(int from, int to) {
  std::array<char, 16'384> buffer{};
  const ssize_t size = ::recv(from, buffer.data(), buffer.size(), 0);
  if (size > 0 && send_all(to, {buffer.data(), static_cast<std::size_t>(size)})) return true;
  ::shutdown(to, SHUT_WR);
  return false;
}

/// Copies in both directions until both have ended.
void relay(int a, int b) {
  std::array<pollfd, 2> watched{{{a, POLLIN, 0}, {b, POLLIN, 0}}};
  // poll() leaves out negative descriptors.
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    if (::poll(watched.data(), watched.size(), -1) < 0) return;
    if (watched[0].revents != 0 && !copy_some(a, b)) watched[0].fd = -1;
    if (watched[1].revents != 0 && !copy_some(b, a)) watched[1].fd = -1;
  }
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

std::string from_base64(std::string_view text) {
  std::string decoded(text.size() / 4 * 3 + 1, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  const auto padding = static_cast<int>(std::count(text.begin(), text.end(), '='));
  decoded.resize(static_cast<std::size_t>(std::max(size - padding, 0)));
  return decoded;
}

/// The head of an HTTP request.
struct Head {
  std::string method{};
  std::string target{};
  std::vector<std::pair<std::string, std::string>> fields{};  ///< names as they came
};

std::optional<Head> parse_head(std::string_view text) {
  const std::string_view first = text.substr(0, text.find("\r\n"));
  const std::size_t space = first.find(' ');
  const std::size_t last = first.rfind(' ');
  if (space == std::string_view::npos || last <= space) return std::nullopt;
  Head head{std::string(first.substr(0, space)), std::string(first.substr(space + 1, last - space - 1)), {}};
  text.remove_prefix(first.size() + 2);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find("\r\n"));
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
      const std::size_t value = std::min(line.find_first_not_of(' ', colon + 1), line.size());
      head.fields.emplace_back(line.substr(0, colon), line.substr(value));
    }
    text.remove_prefix(std::min(line.size() + 2, text.size()));
  }
  return head;
}

std::optional<std::string> shown_credentials(const Head& head) {
  constexpr std::string_view scheme = "basic ";
  for (const auto& [name, value] : head.fields) {
    if (lower_case(name) != "proxy-authorization") continue;
    if (lower_case(value).rfind(scheme, 0) == 0) return from_base64(std::string_view(value).substr(scheme.size()));
  }
  return std::nullopt;
}

bool is_for_proxy(const std::string& name) {
  const std::string lower = lower_case(name);
  return lower == "connection" || lower == "keep-alive" || lower.rfind("proxy-", 0) == 0;
}

/// The request as the server is to see it, on a connection for it alone.
std::string forwarded_head(const Head& head, std::string_view path) {
  std::string text = head.method + " " + std::string(path.empty() ? "/" : path) + " HTTP/1.1\r\n";
  for (const auto& [name, value] : head.fields) {
    if (!is_for_proxy(name)) text += name + ": " + value + "\r\n";
  }
  return text + "Connection: close\r\n\r\n";
}

std::string bare_response(const char* status, const char* more_fields = "") {
  return std::string("HTTP/1.1 ") + status + "\r\nContent-Length: 0\r\nConnection: close\r\n" + more_fields + "\r\n";
}

}  // namespace

/// One connection of a client.
class Proxy::Session {
 public:
  Session(Proxy& proxy, int client) : proxy_(proxy), client_(client) {}
  ~Session() {
    if (server_ >= 0) proxy_.close(server_);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void run() {
    char first = 0;
    if (::recv(client_, &first, 1, MSG_PEEK) != 1) return;
    if (first == kSocksVersion) {
      speak_socks();
    } else {
      speak_http();
    }
  }

 private:
  bool reach(const Place& place) {
    proxy_.record_target(text_of(place));
    const auto& fixed = proxy_.options_.connect_to;
    server_ = fixed ? connect_to_loopback(*fixed) : connect_to(place);
    if (server_ < 0) return false;
    proxy_.open(server_);
    return true;
  }

  // Without reading what the client still sends, closing would reset the connection, and the answer might be lost.
  void answer_and_close(const std::string& answer) const {
    send_all(client_, answer);
    ::shutdown(client_, SHUT_WR);
    std::array<char, 4096> ignored{};
    while (::recv(client_, ignored.data(), ignored.size(), 0) > 0) {
    }
  }

  void speak_http() {
    std::string text;
    std::size_t end = std::string::npos;
    std::array<char, 4096> buffer{};
    while ((end = text.find("\r\n\r\n")) == std::string::npos) {
      const ssize_t size = ::recv(client_, buffer.data(), buffer.size(), 0);
      if (size <= 0 || text.size() > kMaxHead) return;
      text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    const auto head = parse_head(std::string_view(text).substr(0, end + 2));
    if (!head) return answer_and_close(bare_response("400 Bad Request"));
    serve_http(*head, std::string_view(text).substr(end + 4));
  }

  void serve_http(const Head& head, std::string_view rest) {
    constexpr std::string_view scheme = "http://";
    const bool is_tunnel = head.method == "CONNECT";
    std::string_view target = head.target;
    if (!is_tunnel && target.substr(0, scheme.size()) != scheme) {
      return answer_and_close(bare_response("400 Bad Request"));
    }
    if (!is_tunnel) target.remove_prefix(scheme.size());
    const std::string_view authority = target.substr(0, target.find_first_of("/?"));
    const auto place = is_tunnel ? parse_place(authority) : parse_place(authority, 80);
    if (!place) return answer_and_close(bare_response("400 Bad Request"));
    const bool admitted = proxy_.admit(shown_credentials(head));
    if (!admitted) {
      proxy_.record_target(text_of(*place));
      return answer_and_close(
          bare_response("407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"tests\"\r\n"));
    }
    if (!reach(*place)) return answer_and_close(bare_response("502 Bad Gateway"));
    if (is_tunnel) {
      send_all(client_, "HTTP/1.1 200 Connection established\r\n\r\n");
    } else {
      send_all(server_, forwarded_head(head, target.substr(authority.size())));
    }
    send_all(server_, rest);
    relay(client_, server_);
  }

  /// @return fewer bytes only at the end of the connection
  [[nodiscard]] std::string read(std::size_t size) const {
    std::string bytes(size, '\0');
    const ssize_t got = ::recv(client_, bytes.data(), size, MSG_WAITALL);
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return bytes;
  }

  /// A string behind its length in one byte.
  [[nodiscard]] std::string read_counted() const {
    const std::string size = read(1);
    return size.empty() ? size : read(static_cast<unsigned char>(size[0]));
  }

  void speak_socks() {
    static_cast<void>(read(1));
    if (!log_in(read_counted())) return;
    const std::string request = read(4);
    if (request.size() != 4) return;
    const auto place = read_place(request[3]);
    if (!place) return refuse(kUnknownAddress);
    if (request[1] != 1) return refuse(kUnknownCommand);
    if (!reach(*place)) return refuse(kRefused);
    send_all(client_, socks_reply(kDone));
    relay(client_, server_);
  }

  // A password is taken from everybody who offers one, so that tests can see which.
  bool log_in(const std::string& offered) const {
    const auto offers = [&](Method method) { return offered.find(static_cast<char>(method)) != std::string::npos; };
    const bool demanded = !proxy_.options_.credentials.empty();
    Method method = Method::unacceptable;
    if (!demanded && offers(Method::none)) method = Method::none;
    if (offers(Method::password)) method = Method::password;
    send_all(client_, std::string{kSocksVersion, static_cast<char>(method)});
    if (method != Method::password) return method == Method::none;
    static_cast<void>(read(1));
    const std::string user = read_counted();
    const bool admitted = proxy_.admit(user + ":" + read_counted());
    send_all(client_, std::string{kLoginVersion, admitted ? kDone : kRefused});
    return admitted;
  }

  [[nodiscard]] std::string read_address(int family, std::size_t size) const {
    const std::string bytes = read(size);
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (bytes.size() != size) return {};
    return ::inet_ntop(family, bytes.data(), text.data(), text.size()) != nullptr ? text.data() : std::string{};
  }

  [[nodiscard]] std::string read_host(char type) const {
    if (type == static_cast<char>(Address::name)) return read_counted();
    if (type == static_cast<char>(Address::ipv4)) return read_address(AF_INET, sizeof(in_addr));
    if (type == static_cast<char>(Address::ipv6)) return read_address(AF_INET6, sizeof(in6_addr));
    return {};
  }

  [[nodiscard]] std::optional<Place> read_place(char type) const {
    Place place{read_host(type), 0};
    const std::string port = place.host.empty() ? place.host : read(2);
    if (port.size() != 2) return std::nullopt;
    place.port =
        static_cast<std::uint16_t>(static_cast<unsigned char>(port[0]) << 8U | static_cast<unsigned char>(port[1]));
    return place;
  }

  static std::string socks_reply(char code) {
    constexpr std::size_t unused_address = 6;
    return std::string{kSocksVersion, code, 0, static_cast<char>(Address::ipv4)} + std::string(unused_address, '\0');
  }

  void refuse(char code) const { send_all(client_, socks_reply(code)); }

  Proxy& proxy_;
  const int client_;
  int server_ = -1;
};

Proxy::Proxy(ProxyOptions options) : options_(std::move(options)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || ::bind(listener_, generic, size) != 0 || ::listen(listener_, 512) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("no loopback port");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

Proxy::~Proxy() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& worker : workers_) worker.join();
  ::close(listener_);
}

std::string Proxy::url(const std::string& scheme, const std::string& user_info) const {
  return scheme + "://" + user_info + (user_info.empty() ? "" : "@") + "127.0.0.1:" + std::to_string(port_);
}

std::vector<std::string> Proxy::targets() const {
  const std::lock_guard lock(mutex_);
  return targets_;
}

std::vector<std::string> Proxy::credentials() const {
  const std::lock_guard lock(mutex_);
  return credentials_;
}

void Proxy::accept_all() {
  for (;;) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    open(client);
    workers_.emplace_back([this, client] { serve(client); });
  }
}

void Proxy::serve(int client) {
  Session(*this, client).run();
  close(client);
}

bool Proxy::admit(const std::optional<std::string>& shown) {
  const std::lock_guard lock(mutex_);
  if (shown) credentials_.push_back(*shown);
  return options_.credentials.empty() || shown == options_.credentials;
}

void Proxy::record_target(const std::string& target) {
  const std::lock_guard lock(mutex_);
  targets_.push_back(target);
}

void Proxy::open(int socket) {
  const std::lock_guard lock(mutex_);
  open_.insert(socket);
  if (stopping_) ::shutdown(socket, SHUT_RDWR);
}

void Proxy::close(int socket) {
  const std::lock_guard lock(mutex_);
  open_.erase(socket);
  ::close(socket);
}

}  // namespace kplane::tests
