// A plain libcurl client for the tests of LocalServer: independent of the library, so that both cannot be wrong
// together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <curl/curl.h>

#include <kplane/testing/local_server.hpp>

namespace raw {

struct Response {
  CURLcode result = CURLE_OK;
  long status = 0;
  std::string body{};
  std::map<std::string, std::string> headers{};  ///< names in lower case
};

/// One easy handle: one kept-alive connection. Used by one thread at a time.
class Connection {
 public:
  explicit Connection(const kplane::testing::LocalServer& server);

  Connection& with_token(std::string token);
  Connection& without_token();
  Connection& with_header(const std::string& line);
  /// Calls the server by another name, over HTTPS.
  Connection& under_name(const std::string& host);
  /// Shows this certificate in the handshake.
  Connection& with_certificate(kplane::testing::ClientCertificate certificate);
  /// Trusts the CA of this PEM text alone; the server's own by default.
  Connection& trusting(const std::string& ca_pem);

  Response get(const std::string& target) { return send("GET", target); }
  Response send(const std::string& method, const std::string& target, const std::string& body = {},
                const std::string& content_type = "application/json");

  /// For curl_multi: sets a request up, and reads its result once the transfer is done.
  CURL* prepare(const std::string& method, const std::string& target, const std::string& body,
                const std::string& content_type);
  Response finish(CURLcode result);
  /// What has come of the answer so far.
  [[nodiscard]] const Response& received() const { return *response_; }

 private:
  struct EasyDelete {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  };
  struct ListDelete {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };

  std::string base_url_;
  std::uint16_t port_;
  std::unique_ptr<curl_slist, ListDelete> addresses_;
  std::string token_;
  std::string ca_pem_;
  kplane::testing::ClientCertificate certificate_;
  std::vector<std::string> extra_headers_;
  std::string request_body_;
  std::unique_ptr<Response> response_ = std::make_unique<Response>();
  std::unique_ptr<curl_slist, ListDelete> header_list_;
  std::unique_ptr<CURL, EasyDelete> handle_;
};

/// An answer that is read line by line while it comes, such as a watch. Used by one thread.
class LineStream {
 public:
  LineStream(const kplane::testing::LocalServer& server, const std::string& target);
  ~LineStream();
  LineStream(const LineStream&) = delete;
  LineStream& operator=(const LineStream&) = delete;

  /// Waits for the next whole line. @return nullopt when the answer has ended; see result()
  std::optional<std::string> next_line();
  /// Waits for the head of the answer. @return its status, or 0
  long status();
  [[nodiscard]] const std::map<std::string, std::string>& headers() const { return connection_.received().headers; }
  /// How the answer ended.
  [[nodiscard]] CURLcode result() const { return result_; }

 private:
  bool advance();

  Connection connection_;
  CURLM* multi_;
  CURL* handle_;
  std::size_t read_ = 0;
  bool running_ = true;
  CURLcode result_ = CURLE_OK;
};

/// Sends one GET on each connection, all at the same time. @return how many were answered with 200
int get_concurrently(std::vector<Connection>& connections, const std::string& target);

/// Writes bytes to the server's port as they are. @return everything that comes back until the server closes or goes
/// quiet
std::string exchange_bytes(const kplane::testing::LocalServer& server, const std::string& bytes);

}  // namespace raw
