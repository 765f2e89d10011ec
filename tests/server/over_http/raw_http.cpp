// The plain libcurl client.
#include "raw_http.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace raw {
namespace {

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* response) {
  static_cast<Response*>(response)->body.append(data, size * count);
  return size * count;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* response) {
  const std::string line(data, size * count);
  const std::size_t colon = line.find(':');
  if (colon != std::string::npos) {
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    const std::size_t begin = line.find_first_not_of(' ', colon + 1);
    const std::size_t end = line.find_last_not_of("\r\n");
    static_cast<Response*>(response)->headers[name] = begin <= end ? line.substr(begin, end - begin + 1) : "";
  }
  return size * count;
}

template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
  curl_easy_setopt(handle, option, value);
}

void set_blob(CURL* handle, CURLoption option, std::string& text) {
  if (text.empty()) return;
  curl_blob blob{text.data(), text.size(), CURL_BLOB_COPY};
  set(handle, option, &blob);
}

void initialise() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(once);
}

}  // namespace

Connection::Connection(const kplane::testing::LocalServer& server)
    : base_url_(server.base_url()), port_(server.port()), token_(server.token()), ca_pem_(server.ca_pem()) {
  initialise();
  handle_.reset(curl_easy_init());
}

Connection& Connection::with_token(std::string token) {
  token_ = std::move(token);
  return *this;
}

Connection& Connection::without_token() { return with_token({}); }

Connection& Connection::with_header(const std::string& line) {
  extra_headers_.push_back(line);
  return *this;
}

Connection& Connection::under_name(const std::string& host) {
  const std::string authority = host + ":" + std::to_string(port_);
  base_url_ = "https://" + authority;
  addresses_.reset(curl_slist_append(nullptr, (authority + ":127.0.0.1").c_str()));
  return *this;
}

Connection& Connection::with_certificate(kplane::testing::ClientCertificate certificate) {
  certificate_ = std::move(certificate);
  return *this;
}

Connection& Connection::trusting(const std::string& ca_pem) {
  ca_pem_ = ca_pem;
  return *this;
}

CURL* Connection::prepare(const std::string& method, const std::string& target, const std::string& body,
                          const std::string& content_type) {
  CURL* handle = handle_.get();
  curl_easy_reset(handle);
  *response_ = Response{};
  request_body_ = body;
  curl_slist* list = curl_slist_append(nullptr, ("Content-Type: " + content_type).c_str());
  if (!token_.empty()) list = curl_slist_append(list, ("Authorization: Bearer " + token_).c_str());
  for (const auto& line : extra_headers_) list = curl_slist_append(list, line.c_str());
  header_list_.reset(list);
  set(handle, CURLOPT_URL, (base_url_ + target).c_str());
  set(handle, CURLOPT_RESOLVE, addresses_.get());
  set(handle, CURLOPT_PATH_AS_IS, 1L);
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_PROXY, "");
  set(handle, CURLOPT_TIMEOUT, 60L);
  set(handle, CURLOPT_USERAGENT, "local-server-test");
  set(handle, CURLOPT_HTTPHEADER, list);
  set(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
  if (!request_body_.empty()) {
    set(handle, CURLOPT_POSTFIELDS, request_body_.data());
    set(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(request_body_.size()));
  }
  set(handle, CURLOPT_WRITEFUNCTION, &take_body);
  set(handle, CURLOPT_WRITEDATA, response_.get());
  set(handle, CURLOPT_HEADERFUNCTION, &take_header);
  set(handle, CURLOPT_HEADERDATA, response_.get());
  set_blob(handle, CURLOPT_CAINFO_BLOB, ca_pem_);
  set_blob(handle, CURLOPT_SSLCERT_BLOB, certificate_.certificate_pem);
  set_blob(handle, CURLOPT_SSLKEY_BLOB, certificate_.key_pem);
  return handle;
}

Response Connection::finish(CURLcode result) {
  response_->result = result;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &response_->status);
  return *response_;
}

Response Connection::send(const std::string& method, const std::string& target, const std::string& body,
                          const std::string& content_type) {
  return finish(curl_easy_perform(prepare(method, target, body, content_type)));
}

LineStream::LineStream(const kplane::testing::LocalServer& server, const std::string& target)
    : connection_(server),
      multi_(curl_multi_init()),
      handle_(connection_.prepare("GET", target, {}, "application/json")) {
  curl_multi_add_handle(multi_, handle_);
}

LineStream::~LineStream() {
  curl_multi_remove_handle(multi_, handle_);
  curl_multi_cleanup(multi_);
}

std::optional<std::string> LineStream::next_line() {
  while (true) {
    const std::string& body = connection_.received().body;
    const std::size_t end = body.find('\n', read_);
    if (end != std::string::npos) {
      std::string line = body.substr(read_, end - read_);
      read_ = end + 1;
      return line;
    }
    if (!advance()) return std::nullopt;
  }
}

long LineStream::status() {
  while (connection_.received().headers.count("audit-id") == 0 && advance()) {
  }
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

bool LineStream::advance() {
  if (!running_) return false;
  const std::size_t before = connection_.received().body.size() + connection_.received().headers.size();
  int running = 0;
  curl_multi_perform(multi_, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    running_ = false;
    result_ = message->data.result;
  }
  const std::size_t after = connection_.received().body.size() + connection_.received().headers.size();
  if (running_ && after == before) curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
  return true;
}

int get_concurrently(std::vector<Connection>& connections, const std::string& target) {
  CURLM* multi = curl_multi_init();
  std::map<CURL*, Connection*> by_handle;
  for (auto& connection : connections) {
    CURL* handle = connection.prepare("GET", target, {}, "application/json");
    by_handle[handle] = &connection;
    curl_multi_add_handle(multi, handle);
  }
  int running = 1;
  while (running > 0) {
    curl_multi_perform(multi, &running);
    if (running > 0) curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
  }
  int answered = 0;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    const Response response = by_handle[message->easy_handle]->finish(message->data.result);
    answered += response.result == CURLE_OK && response.status == 200 ? 1 : 0;
  }
  for (const auto& [handle, connection] : by_handle) curl_multi_remove_handle(multi, handle);
  curl_multi_cleanup(multi);
  return answered;
}

std::string exchange_bytes(const kplane::testing::LocalServer& server, const std::string& bytes) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(server.port());
  std::string received;
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    static_cast<void>(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    ::shutdown(fd, SHUT_WR);
    char buffer[4096];
    ssize_t count = 0;
    while ((count = ::recv(fd, buffer, sizeof buffer, 0)) > 0) received.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(fd);
  return received;
}

}  // namespace raw
